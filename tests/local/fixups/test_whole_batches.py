import re

from .conftest import RunningServer
from .queue_reader import printed_while_reading

CODE = "def handler(event, context): print('got', len(event['Records']))"
MESSAGES = 30


def sizes(lines: list[str]) -> list[int]:
    return [int(re.sub(r"\D", "", line)) for line in lines]


def largest_batch(server: RunningServer) -> int:
    """How many of a queue's messages a function that asks for a hundred gets at most."""
    lines = printed_while_reading(
        server,
        CODE,
        name="gatherer",
        messages=MESSAGES,
        batch_size=100,
        window_seconds=1,
        until=lambda lines: sum(sizes(lines)) >= MESSAGES,
    )
    assert sum(sizes(lines)) == MESSAGES
    return max(sizes(lines))


def test_a_batch_is_as_large_as_its_mapping_says(fixed: RunningServer) -> None:
    assert largest_batch(fixed) == MESSAGES


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    assert largest_batch(plain) == 10
