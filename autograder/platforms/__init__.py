"""The learning platforms that a course lives beside: what they give out, and what they take back.

people.py knows who is who, by roster.csv or the gradebook. archive.py reads what was downloaded; moodle.py, canvas.py,
gradescope.py and folder.py know whose each file in it is. spreadsheet.py writes marks. gradescope.py and
prairielearn.py say what came of one submission in their platform's words.
"""
