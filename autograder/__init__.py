"""What instructors run: it releases notebooks, grades what is handed in, and keeps the books.

A package is a process or a trust; each may use those below it in this list, none reaches back:

commands   one module for each thing that the command line does to a course
cluster    many machines: a class is spread over the workers of a Dask cluster
engine     starts the processes in which notebooks are graded, and asks them
insight    what a class has understood: counted, drawn, written as pages and tables
gradebook  nbgrader's database, and the journal of what has been graded; no student code, no test
grading    the trusted process: reference solution, hidden tests, misconceptions, the judge
sandbox    student code: what asks it (outside), what serves it (inside), what holds it in (walls)
results    what is written of an outcome: scores, comments, feedback pages, autograded notebooks
platforms  learning platforms: what they give out, and what they take back
course     the folders of a course and its sources, as nbgrader lays them out

Beside them stand cli and nbgrader_plugin, by which it is called, and what several rooms share: errors, files,
limits, outcome (what came of a submission), seeds, undrawn. tests/test_rooms.py holds all this.
"""
