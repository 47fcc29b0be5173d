"""What is written of an outcome: scores, comments, feedback pages, autograded notebooks."""
