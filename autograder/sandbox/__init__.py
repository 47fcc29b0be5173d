"""Where student code runs: a process of its own that gives back plain data and nothing else.

grader's worker (trusted)                       sandbox (hostile until proven otherwise)
session.py   one submission's sandbox  ──────►  zygote.py    a warm process, forked per submission
stand_in.py  answers, as seen by tests ◄─wire─► student.py   runs cells, answers calls
                                                isolation.py what limits it
"""
