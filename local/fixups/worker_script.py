"""The script that the emulator runs in a function's process, and how a fix-up changes a line of it."""

from ministack.core import lambda_runtime


def replace_once(old: str, new: str) -> None:
    """Puts `new` where `old` stands in the worker script.

    Raises:
        RuntimeError: When `old` is not there exactly once, so an upgrade of the emulator shows at start.
    """
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(old) != 1:
        raise RuntimeError(
            f"ministack changed: {old!r} stands {script.count(old)} times in its worker script, not once"
        )
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(old, new)
