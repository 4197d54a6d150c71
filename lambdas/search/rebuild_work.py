"""Goes on with rebuilds, for some time; then the next turn of work does."""

from __future__ import annotations

import os
import time

from contracts.search_events import IndexRebuildDue
from edge.event_application import EventApplication, Taken
from search import environment

TURN_SECONDS = float(os.environ.get("TURN_SECONDS", "40"))
"""After this no further step begins. Most take 10 s; making the index of 100,000 products takes a minute or so. A
function that may run for less than three minutes takes shorter turns."""

handler = EventApplication()


@handler.on(IndexRebuildDue)
def go_on(event: IndexRebuildDue) -> Taken:
    """Go on with a rebuild.

    Delivered again after a worker died, it goes on from the last checkpoint. Of two workers on one rebuild the one
    whose checkpoint comes second fails, and its message comes again: should the first one die, there is somebody who
    finds what is left.
    """
    due, correlation_id = event.data, event.metadata.correlation_id
    about = {"rebuild_id": due.rebuild_id, "run": due.run}
    rebuild = environment.rebuilds().find(due.rebuild_id)
    if rebuild is None or rebuild.is_finished or rebuild.run != due.run:
        return {**about, "outcome": "nothing to do"}
    end = time.monotonic() + TURN_SECONDS
    # However short a turn is, it gets somewhere.
    rebuild = environment.rebuilding().step(rebuild, correlation_id=correlation_id)
    while not rebuild.is_finished and time.monotonic() < end:
        rebuild = environment.rebuilding().step(rebuild, correlation_id=correlation_id)
    if not rebuild.is_finished:
        environment.rebuilds().hand_over(rebuild, correlation_id=correlation_id)
    return {**about, "outcome": rebuild.status, "stage": rebuild.stage}
