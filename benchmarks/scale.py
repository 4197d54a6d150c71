"""What `cdk synth` of many services in one app costs, and whether the fiftieth costs as much as the fifth.

Every run is the CDK CLI with `--quiet` on `benchmarks/scale_app.py`, with the feature flags of this checkout and its
strict validation. A service is complete: three functions and a relay, a table, two routes, an outbox, a subscription,
alarms; it has sources of its own and is alone in its stack. Sizes take turns, so that a busy moment hits all of them.
"""

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.comparison import Amount, Comparison, Result
from benchmarks.synthesis import Synthesis
from local.places import CHECKOUT

SIZES = (5, 27, 50)
ROUNDS = 5
GROWTH = 1.1
# Half of what CloudFormation takes: 500 resources and 1 MB a template,
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_RESOURCES, MOST_KILOBYTES = 250, 500
HANDLERS = ("read", "write", "events")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One synthesis of an app.

    Attributes:
        user_seconds: CPU of the CLI, the app and its Node.
        seconds: By the clock.
        megabytes: Peaks of the app and its Node together.
        resources: Of each template.
        kilobytes: Of each template.
        policy_milliseconds: CPU of `MachPolicy` on all templates.
    """

    user_seconds: float
    seconds: float
    megabytes: float
    resources: list[int]
    kilobytes: list[float]
    policy_milliseconds: float


def measure(progress: Callable[[str], None]) -> Result:
    """Synthesizes apps of three sizes in turn.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When an app cannot be synthesized.
    """
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as place:
        folder = Path(place)
        settings = json.loads((CHECKOUT / "cdk.json").read_text())
        (folder / "cdk.json").write_text(json.dumps({"app": "", **settings}))
        for number in range(max(SIZES)):
            _write_sources(folder / "sources" / f"service_{number}", number)
        runs: dict[int, list[Run]] = {size: [] for size in SIZES}
        for number in range(-1, ROUNDS):
            for size in SIZES:
                progress(f"{max(number, 0)} of {ROUNDS} rounds: {size} services")
                run = _run(folder, size)
                if number >= 0:
                    runs[size].append(run)
    return Result(title="scale: `cdk synth` of many services in one app", lines=_lines(runs), notes=[_note(runs)])


def _write_sources(folder: Path, number: int) -> None:
    folder.mkdir(parents=True)
    for handler in HANDLERS:
        (folder / f"{handler}.py").write_text(
            f"def handler(event, context):\n    return {{'statusCode': 200, 'body': '{number}'}}\n"
        )


def _run(folder: Path, size: int) -> Run:
    measured = folder / f"{size}.json"
    app = Synthesis(
        folder=folder,
        app=CHECKOUT / "benchmarks" / "scale_app.py",
        output=folder / f"{size}.out",
        arguments=(str(size), str(folder / "sources"), str(measured)),
    )
    started = time.perf_counter()
    user_seconds = app.seconds()
    seconds = time.perf_counter() - started
    said = json.loads(measured.read_text())
    return Run(
        user_seconds=user_seconds,
        seconds=seconds,
        megabytes=said["peak_megabytes"],
        resources=said["resources"],
        kilobytes=[size / 1000 for size in said["bytes"]],
        policy_milliseconds=said["policy_seconds"] * 1000,
    )


def _lines(runs: dict[int, list[Run]]) -> list[Comparison | Amount]:
    largest = runs[max(SIZES)]
    return [
        *(
            Amount(what=f"{size} services, user CPU", unit="s", samples=[run.user_seconds for run in of_size])
            for size, of_size in runs.items()
        ),
        *(
            Amount(what=f"{size} services, by the clock", unit="s", samples=[run.seconds for run in of_size])
            for size, of_size in runs.items()
        ),
        *(
            Amount(what=f"{size} services, peak memory", unit="MB", samples=[run.megabytes for run in of_size])
            for size, of_size in runs.items()
        ),
        _growth(runs, "user CPU", "ms", lambda run: run.user_seconds * 1000),
        _growth(runs, "peak memory", "MB", lambda run: run.megabytes),
        _growth(runs, "templates", "kB", lambda run: sum(run.kilobytes)),
        _growth(runs, "resources", "", lambda run: float(sum(run.resources))),
        _limit("most resources of a template", "", [float(max(run.resources)) for run in largest], MOST_RESOURCES),
        _limit("largest template", "kB", [max(run.kilobytes) for run in largest], MOST_KILOBYTES),
        Amount(
            what="MachPolicy, a resource",
            unit="ms",
            samples=[run.policy_milliseconds / sum(run.resources) for run in largest],
        ),
    ]


def _growth(runs: dict[int, list[Run]], what: str, unit: str, of: Callable[[Run], float]) -> Comparison:
    """What one more service adds to a large app, against what it adds to a small one."""
    few, some, many = SIZES

    def added(smaller: int, larger: int) -> list[float]:
        pairs = zip(runs[smaller], runs[larger], strict=True)
        return [(of(large) - of(small)) / (larger - smaller) for small, large in pairs]

    return Comparison(
        what=f"a service more at {some}-{many}, {what}",
        baseline=f"at {few}-{some}",
        unit=unit,
        samples=added(some, many),
        baselines=added(few, some),
        target=GROWTH,
    )


def _limit(what: str, unit: str, samples: list[float], most: float) -> Comparison:
    return Comparison(
        what=what,
        baseline="half of the limit",
        unit=unit,
        samples=samples,
        baselines=[most for _ in samples],
        target=1.0,
    )


def _note(runs: dict[int, list[Run]]) -> str:
    largest = runs[max(SIZES)][-1]
    return (
        f"{ROUNDS} rounds; {max(SIZES)} services are {len(largest.resources)} templates with {sum(largest.resources)} "
        f"resources and {sum(largest.kilobytes):.0f} kB; memory is that of the app and its Node, each at its peak"
    )
