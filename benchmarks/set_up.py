"""How long `make up` takes from nothing, and again with nothing changed, phase by phase.

It runs in a new folder that holds what a clone of the checkout as it is now would hold, uncommitted changes included.
Package caches are this user's own, as warm as they are.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.comparison import Amount, CannotMeasureError, Comparison, Result
from benchmarks.processes import run, unused_port
from local.places import CHECKOUT

LONGEST_RUN_SECONDS = 600
ALL = "make up, all of it"

_SET_UP = re.compile(r"^(?P<phase>[A-Za-z][\w ]+): (?P<seconds>[\d.]+) s$")
_HEADING = re.compile(r"^phase\s+seconds$")
_PHASE = re.compile(r"^(?P<phase>\S.*?)\s+(?P<seconds>[\d.]+)$")
_SUM = "all, side by side"


def measure(progress: Callable[[str], None]) -> Result:
    """Runs `make up` twice in a copy of the checkout, and `make down CLEAN=1`.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When there is no git or no make, or `make up` fails.
    """
    with tempfile.TemporaryDirectory(prefix="bench-set-up-") as place:
        clone = Path(place, "storefront")
        progress("copying the checkout")
        _copy(clone)
        port = unused_port()
        try:
            progress("from nothing")
            first = _up(clone, port)
            progress("again, nothing changed")
            again = _up(clone, port)
        finally:
            if (clone / ".storefront" / "running.json").exists():
                progress("stopping it")
                _run(clone, "down", "CLEAN=1")
    return Result(
        title="set-up: `make up`",
        lines=[
            *(_line(phase, seconds, again.get(phase)) for phase, seconds in first.items()),
            *(Amount(what=phase, unit="s", samples=[again[phase]]) for phase in again if phase not in first),
        ],
        notes=["one run each; bootstrap and synthesis run side by side, so the phases add up to more than all of it"],
    )


def phases_of(output: str, notes: str) -> dict[str, float]:
    """The seconds of each phase that a run of `make up` printed, in order.

    Args:
        output: Its standard output, with the table of phases.
        notes: Its standard error, with the steps of the set-up that were not skipped.
    """
    found = {
        match["phase"]: float(match["seconds"]) for line in notes.splitlines() if (match := _SET_UP.match(line.strip()))
    }
    lines = iter(output.splitlines())
    for line in lines:
        if _HEADING.match(line.strip()):
            break
    for line in lines:
        match = _PHASE.match(line.strip())
        if match is None or match["phase"] == _SUM:
            break
        found[match["phase"]] = float(match["seconds"])
    return found


def _line(phase: str, first: float, again: float | None) -> Comparison | Amount:
    if again is None:
        return Amount(what=phase, unit="s", samples=[first], beside="from nothing; skipped again")
    return Comparison(
        what=f"{phase}, again", baseline="from nothing", unit="s", samples=[again], baselines=[max(first, 0.05)]
    )


def _up(clone: Path, port: int) -> dict[str, float]:
    started = time.monotonic()
    output, notes = _run(clone, "up", f"PORT={port}")
    took = time.monotonic() - started
    phases = phases_of(output, notes)
    if not phases:
        raise CannotMeasureError("`make up` printed no table of phases")
    return phases | {ALL: took}


def _run(clone: Path, *arguments: str) -> tuple[str, str]:
    ended = run(
        ["make", *arguments],
        folder=clone,
        environment=environment(os.environ),
        longest_seconds=LONGEST_RUN_SECONDS,
    )
    if ended.returncode != 0:
        said = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("make:")]
        raise CannotMeasureError(f"`make {' '.join(arguments)}` failed: {(said or ['it said nothing'])[-1]}")
    return ended.stdout, ended.stderr


def environment(shell: Mapping[str, str]) -> dict[str, str]:
    """The shell's environment without what an outer make, a virtual environment or AWS tools left in it.

    Args:
        shell: Usually `os.environ`.
    """
    foreign = ("AWS_", "CDK_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in shell.items() if not name.startswith(foreign)} | {"COLUMNS": "200"}


def _copy(clone: Path) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = run(listing, folder=CHECKOUT, environment=os.environ, longest_seconds=60)
    if listed.returncode != 0:
        raise CannotMeasureError(f"the checkout is no git repository: {listed.stderr.strip()}")
    for name in filter(None, listed.stdout.split("\0")):
        source, destination = CHECKOUT / name, clone / name
        if source.is_file():  # one that was deleted and not committed is listed too
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, destination)
