"""`python -m autograder.cli`: where no script is installed, as in a platform's container."""

from autograder.cli import main

main()
