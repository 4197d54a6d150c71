"""Several indexers at once, as threads and as processes, against one table and bucket: no product is ever lost."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from search.document import Document
from search.indexer import Indexer
from search.pointer import GenerationConflictError
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot, tombstone
from tests.services.search.test_indexer import indexed, store

INDEXERS = 3
COMMITS = 5

_PROCESS = """
import json, sys
from pathlib import Path
from tests.services.search.conftest import Account
from tests.services.search.products import document, snapshot
from tests.services.search.test_concurrency import deliver

place, indexer = json.loads(sys.argv[1]), int(sys.argv[2])
account = Account(**{**place, "directory": Path(place["directory"])})
mine = account.indexer()
for commit in range(int(sys.argv[3])):
    deliver(account, mine, document(snapshot(f"p{indexer}-{commit}")))
"""


def deliver(account: Account, indexer: Indexer, *documents: Document) -> None:
    """Index documents as often as it takes: who loses every race gets the message again from the queue."""
    ids = store(account, *documents)
    for _ in range(5):
        with suppress(GenerationConflictError):
            return indexer.bring_up_to_date(ids)
    raise AssertionError("always overtaken")


def test_threads_with_indexers_of_their_own(account: Account) -> None:
    def work(number: int) -> None:
        mine = account.indexer()
        for commit in range(COMMITS):
            documents = [document(snapshot(f"p{number}-{commit}")), document(snapshot("all", version=commit + 1))]
            deliver(account, mine, *documents, tombstone(f"p{number}-{commit - 2}", version=2))

    with ThreadPoolExecutor(INDEXERS) as pool:
        list(pool.map(work, range(INDEXERS)))
    left = {f"p{number}-{commit}": 1 for number in range(INDEXERS) for commit in (COMMITS - 2, COMMITS - 1)}
    assert indexed(account) == left | {"all": COMMITS}


def test_threads_with_one_indexer(account: Account) -> None:
    shared = account.indexer()
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda number: shared.bring_up_to_date(store(account, document(snapshot(f"p{number}")))), range(12)
            )
        )
    assert indexed(account) == {f"p{number}": 1 for number in range(12)}


def test_processes(account: Account) -> None:
    place = {
        "endpoint": account.endpoint,
        "table_name": account.table_name,
        "bucket_name": account.bucket_name,
        "directory": str(account.directory),
    }
    root = Path(__file__).parents[3]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, json.dumps(place), str(number), str(COMMITS)],
            cwd=root,
            env={"PYTHONPATH": f"{root}:{root / 'lambdas'}"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert indexed(account) == {f"p{number}-{commit}": 1 for number in range(2) for commit in range(COMMITS)}
