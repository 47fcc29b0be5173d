"""`python -m autograder.engine`: starts the warm process, without looking for garbage while everything is imported."""

import gc
import socket
import sys
from pathlib import Path


def main() -> None:
    """Import, then serve: on the socket of the first argument, in the folder of the second."""
    gc.disable()  # there is none yet, and looking for it takes a tenth of the time; warm.py enables it
    from autograder.engine import warm

    warm.main(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
