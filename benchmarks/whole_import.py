"""`python -m benchmarks.whole_import ROWS`: imports a file into a deployed catalog, step by step as its worker does.

It prints what each step did: rows read, seconds. Environment: the usual variables of AWS, and the worker's `TABLE_NAME`
and `FILES_BUCKET`.
"""

import json
import sys
import time
import uuid

from benchmarks.many_products import product_body
from catalog.files import Files
from catalog.import_work import ImportProgress, ImportWork, upload_key
from catalog.job import Job
from catalog.job_repository import JobRepository
from store.table import Table


def import_rows(rows: int) -> list[tuple[int, float]]:
    """Imports so many rows.

    Returns:
        For each step of the work how many rows it wrote, and the seconds that it took.

    Raises:
        RuntimeError: When not every row made a product.
    """
    jobs, files, import_id = JobRepository(Table()), Files(), uuid.uuid4().hex
    lines = (product_body(number) | {"description": "Sturdy. " * 40} for number in range(rows))
    files.put(upload_key(import_id), b"\n".join(json.dumps(line).encode() for line in lines))
    size, tag = files.look_at(upload_key(import_id))
    begun = json.dumps(ImportProgress(size=size, tag=tag).document())
    job = Job(kind="import", id=import_id, requested_at=int(time.time()), progress=begun)
    # Without a correlation id no event calls for the deployed worker: this process is the one.
    jobs.add(job, correlation_id=None)
    work, steps = ImportWork(jobs, files, correlation_id="bulk-import"), []
    while not job.is_finished:
        before, began = ImportProgress.of(job).rows, time.perf_counter()
        job = work.step(job)
        steps.append((ImportProgress.of(job).rows - before, time.perf_counter() - began))
    done = ImportProgress.of(job)
    if (job.status, done.created) != ("completed", rows):
        raise RuntimeError(f"of {rows} rows {done.created} made a product, {done.rejected} were rejected")
    return steps


if __name__ == "__main__":
    json.dump(import_rows(int(sys.argv[1])), sys.stdout)
