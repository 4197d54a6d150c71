"""How a command says that it cannot go on."""


class FailureError(Exception):
    """One line for the person at the keyboard: what is wrong, the value at fault, and what to do.

    The command line prints it on standard error and exits with code 2, without a traceback.
    """
