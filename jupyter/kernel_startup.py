"""Run in each kernel as it starts: says what to do where `check` is used before the notebook's first cells have run.

After a restart of the kernel nothing is defined, and the bare error would say only that `check` isn't.
"""


def _speak_of_a_fresh_kernel(shell):
    def explain(shell, kind, error, traceback, tb_offset=None):
        if error.name == "check":
            lines = ["Nothing to check yet: the kernel is new. Run all cells above (Run > Run All Above)."]
        else:
            lines = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset=tb_offset)
        shell._showtraceback(kind, error, lines)
        return lines

    shell.set_custom_exc((NameError,), explain)


_speak_of_a_fresh_kernel(get_ipython())  # noqa: F821, IPython puts it there
del _speak_of_a_fresh_kernel
