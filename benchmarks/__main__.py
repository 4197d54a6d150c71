"""`python -m benchmarks [cold-start] [latency] …`: measures what is named, or all; then prints one table.

Exit code 0 whether or not a target is met, and 2 with one line on standard error when something could not be measured.
"""

import argparse
import importlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.status import Status

from benchmarks.comparison import CannotMeasureError, Result
from benchmarks.report import print_report

MEASUREMENTS = {
    "cold-start": "benchmarks.cold_start",
    "latency": "benchmarks.latency",
    "cost": "benchmarks.cost",
    "checkouts": "benchmarks.checkouts",
    "growth": "benchmarks.growth",
    "import": "benchmarks.bulk_import",
    "partitions": "benchmarks.partitions",
    "synthesis": "benchmarks.synthesis",
    "scale": "benchmarks.scale",
    "effort": "benchmarks.effort",
    "set-up": "benchmarks.set_up",
}
NARROWEST = 120


def main() -> int:
    """Runs the measurements that the arguments name, all without any; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures what the storefront costs.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(MEASUREMENTS)}; all by default")
    names: list[str] = parser.parse_args().names or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        return _complain(f"measurement {unknown[0]!r}: there are {', '.join(MEASUREMENTS)}")
    signal.signal(signal.SIGTERM, _interrupt)
    # The Node of this checkout before any other: the CDK library starts it when it is imported.
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    progress = Console(stderr=True)
    results: list[Result] = []
    problems: list[str] = []
    for name in dict.fromkeys(names):
        try:
            with progress.status(f"{name} …") as status:
                results.append(_measure(name, status))
        except CannotMeasureError as error:
            problems.append(f"{name} was not measured: {error}")
    if results:
        print_report(results, Console(width=max(NARROWEST, Console().width)))
    return _complain("; ".join(problems)) if problems else 0


def _measure(name: str, status: Status) -> Result:
    def progress(words: str) -> None:
        status.update(f"{name} … {words}")

    measured: Result = importlib.import_module(MEASUREMENTS[name]).measure(progress)
    return measured


def _complain(problem: str) -> int:
    sys.stderr.write(" ".join(problem.split()) + "\n")
    return 2


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
