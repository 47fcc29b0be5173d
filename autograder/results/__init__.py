"""What is written of an outcome: scores, comments, feedback pages, autograded notebooks.

scores.py says it to the gradebook, autograded.py in the notebook, feedback.py to the student (formulas.py, pictures.py
and patience.py keep its page harmless); grading_page.py and markdown.py are what formgrader shows of a notebook.
stamps.py knows which pages are to be made again, delivery.py what nbgrader wants beside them.
"""
