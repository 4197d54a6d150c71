"""Stream records survive a restart, so an event written just before `make down` still arrives.

The emulator keeps how far each function has read a table's stream, but not the stream itself: after a restart the
stream starts at zero, its readers stand at the old position, and as many new records as they had read before are
lost.
"""

import copy
from typing import Any

from ministack.services import dynamodb

_KEPT = ("_stream_records", "_stream_trimmed")


def install() -> None:
    """Saves and restores the streams with the tables."""
    get_state, load = dynamodb.get_state, dynamodb.load_persisted_state
    for name in _KEPT:
        getattr(dynamodb, name)

    def state_with_streams() -> dict[str, Any]:
        return {**get_state(), **{name: copy.deepcopy(getattr(dynamodb, name)) for name in _KEPT}}

    def load_with_streams(data: Any) -> None:
        load(data)
        for name in _KEPT:
            getattr(dynamodb, name).update((data or {}).get(name, {}))

    dynamodb.get_state = state_with_streams
    dynamodb.load_persisted_state = load_with_streams
