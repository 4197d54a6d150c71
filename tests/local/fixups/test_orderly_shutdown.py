import json
import os

import pytest

from .conftest import RunningServer

CODE = """
import os, time

def handler(event, context):
    time.sleep(event.get("seconds", 0))
    if "file" in event:
        open(event["file"], "w").write("done")
    return os.getpid()
"""


def test_a_running_invocation_finishes_and_no_process_or_file_is_left(fixed: RunningServer) -> None:
    invoke, done = fixed.function("pid", CODE), fixed.root / "done"
    process = json.load(invoke(Payload=b"{}")["Payload"])
    invoke(Payload=json.dumps({"seconds": 1, "file": str(done)}), InvocationType="Event")

    with fixed.stopped():
        assert done.read_text() == "done"
        assert not (fixed.root / "scratch").exists()
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_what_the_fix_up_replaces_is_checked_before_the_server_serves() -> None:
    from ministack.services import lambda_svc

    from local.fixups import orderly_shutdown

    orderly_shutdown.install()
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(lambda_svc, "_poll_sqs")
        with pytest.raises(RuntimeError, match="has no _poll_sqs"):
            orderly_shutdown.install()
