"""What is remembered: nbgrader's gradebook, and the journal of what has been graded. Never meets student code."""
