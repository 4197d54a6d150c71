"""Whether 100,000 rows are imported without any step running out of time, and the last ones as fast as the first."""

import json
from collections.abc import Callable, Sequence

from benchmarks.comparison import Amount, Comparison, Result
from benchmarks.storefront import deployed, environment_of, run_services
from local.aws import LocalAws

ROWS = 100_000
LONGEST_SECONDS = 1800.0
LEFT_FOR_A_STEP_SECONDS = 50.0
"""What a function's 90 s leave of a turn in which the last step began after 40."""


def measure(progress: Callable[[str], None]) -> Result:
    """Imports a file with the service's own code into a deployed catalog whose relay is off.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When the storefront cannot be deployed, or a row makes no product.
    """
    with deployed(progress) as aws:
        _switch_relay_off(aws)
        progress(f"importing {ROWS:,} rows")
        steps = _import(aws)
    reading = [(rows, seconds) for rows, seconds in steps if rows]
    tenth = len(reading) // 10
    first, last = reading[1 : tenth + 1], reading[-tenth - 1 : -1]
    return Result(
        title=f"import: {ROWS:,} rows of a file",
        lines=[
            Comparison(
                what="a row of the last tenth",
                baseline="of the first tenth",
                unit="ms",
                samples=_a_row(last),
                baselines=_a_row(first),
                target=1.2,
            ),
            Comparison(
                what="the longest step",
                baseline="what a function has left",
                unit="s",
                samples=[max(seconds for _, seconds in steps)],
                baselines=[LEFT_FOR_A_STEP_SECONDS],
                target=1.0,
            ),
            Amount(what="rows a second", unit="/s", samples=[rows / seconds for rows, seconds in reading]),
        ],
        notes=[
            f"{len(steps)} steps; the relay is off, so that no consumer of the events takes the processors meanwhile"
        ],
    )


def _a_row(steps: Sequence[tuple[int, float]]) -> list[float]:
    return [seconds * 1000 / rows for rows, seconds in steps]


def _switch_relay_off(aws: LocalAws) -> None:
    (relay,) = [
        mapping
        for page in aws.functions.get_paginator("list_event_source_mappings").paginate()
        for mapping in page["EventSourceMappings"]
        if ":Catalog-CatalogOutboxRelay" in mapping["FunctionArn"]
    ]
    aws.functions.update_event_source_mapping(UUID=relay["UUID"], Enabled=False)


def _import(aws: LocalAws) -> list[tuple[int, float]]:
    needed = ("TABLE_NAME", "FILES_BUCKET")
    variables = environment_of(aws, "Catalog", *needed)
    printed = run_services(
        aws,
        "whole_import",
        ROWS,
        variables={name: variables[name] for name in needed},
        longest_seconds=LONGEST_SECONDS,
    )
    return [(int(rows), float(seconds)) for rows, seconds in json.loads(printed)]
