"""The trusted process: it holds solutions and hidden tests, and asks the sandbox for answers.

docs/architecture.md follows a submission through it. What it does for an author has modules of its own: record.py
what visible checks compare with, with slipped.py the same of small slips and handed_out.py the lines that students are
given; verify.py holds tests against mistakes and variants, mutation.py against small slips.
"""
