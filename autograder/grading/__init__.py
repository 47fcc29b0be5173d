"""The trusted process: it holds solutions and hidden tests, and asks the sandbox for answers."""
