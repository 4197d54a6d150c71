"""An invocation that logs nothing costs no 50 ms.

The emulator cannot know when a handler's last log line has come, so it waits 50 ms for a first one, after the handler
has answered. The worker now ends each invocation with a mark on standard error, and reading stops there.
"""

import queue
import time
from typing import Any

from ministack.core import lambda_runtime

from local.fixups.worker_script import replace_once

END_OF_INVOCATION = "\x00end of invocation"
LONGEST_WAIT_SECONDS = 0.25


def install() -> None:
    """Makes the worker write the mark and the emulator read up to it."""
    after_an_invocation = "        _real_stdout.flush()\n\nrun()"
    mark = f"        sys.stderr.write({END_OF_INVOCATION + chr(10)!r}); sys.stderr.flush()\n"
    replace_once(after_an_invocation, mark + after_an_invocation)
    if not hasattr(lambda_runtime.Worker, "_drain_stderr_bounded"):
        raise RuntimeError("ministack changed: its worker has no _drain_stderr_bounded")
    lambda_runtime.Worker._drain_stderr_bounded = lines_of_this_invocation


def lines_of_this_invocation(worker: Any) -> str:
    """What the handler wrote since the last mark; a worker that died before its mark is given up after 0.25 s."""
    lines: list[str] = []
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = worker._stderr_queue.get(timeout=left)
        except queue.Empty:
            break
        if line == END_OF_INVOCATION:
            break
        lines.append(line)
    return "\n".join(lines)
