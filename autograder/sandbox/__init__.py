"""Where student code runs: a process of its own that gives back plain data and nothing else.

outside/ (trusted)                              inside/ (hostile until proven otherwise)
session.py   one submission's sandbox  ──────►  zygote.py    a warm process, forked per submission
answers.py   binds answers, calls them ◄─wire─► student.py   runs cells (shell.py), answers calls (operations.py)
stand_in.py  answers, as tests see them         walls/       what holds it in: isolation.py for the order
"""
