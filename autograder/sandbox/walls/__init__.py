"""What holds student code in: namespaces, Landlock, seccomp, limits, and their order."""
