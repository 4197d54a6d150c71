"""Runs a container's command, and ends all of it when the local AWS is gone, however that ended.

`python leash.py COMMAND …` with standard input a pipe from the local AWS: it closes when the local AWS ends. SIGTERM
goes on to the command; what is left of its process group is ended with it.
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType


def main() -> None:
    """Runs the command to its end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error.strerror}")

    def pass_on(number: int, _frame: FrameType | None) -> None:
        command.send_signal(number)

    def end_with_the_local_aws() -> None:
        sys.stdin.buffer.read()
        os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGTERM, pass_on)
    threading.Thread(target=end_with_the_local_aws, daemon=True).start()
    code = command.wait()
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
