"""A course as nbgrader lays it out: its folders, its notebooks, and what its author writes beside them.

folders.py knows where everything lies, submissions.py and beside.py what was handed in. notebook.py reads a file,
cells.py its cells; sources.py says what is wrong with a source, options.py what nbgrader's options make of it.
misconceptions.py, variants.py and same_values.py read an author's files. mutants.py makes the small slips that are
tried on every answer, of the kinds in slips.py and slips_of_values.py; edits.py and confusions.py serve these.
"""
