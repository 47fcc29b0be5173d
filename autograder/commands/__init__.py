"""What the command line does: one module for each command, and what is shown of it."""
