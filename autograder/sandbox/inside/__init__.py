"""What runs in the student's process, and what is forked for it. The other side believes nothing of it."""
