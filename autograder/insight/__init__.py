"""What a class has understood: read from what was graded, counted, drawn and written as pages and tables.

graded.py reads, numbers.py counts, pictures.py draws, pages.py and tables.py write. unnamed.py groups the wrong
answers that no misconception explains; similar.py finds submissions that are alike.
"""
