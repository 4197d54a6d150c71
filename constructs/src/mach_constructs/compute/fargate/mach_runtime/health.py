"""The container's health check: asks the process beside it."""

from __future__ import annotations

import os
import sys
import urllib.request

_TIMEOUT_SECONDS = 4


def check() -> int:
    """Give 0 when the process answers that it is well, else 1 with the reason on standard error."""
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/health"
    # No proxy of the environment stands between a process and its neighbour.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_TIMEOUT_SECONDS) as answer:
            answer.read()
    except OSError as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1
    return 0
