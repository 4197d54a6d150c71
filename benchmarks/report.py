"""The table of everything that was measured."""

import os
import platform
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.comparison import Amount, Comparison, Result


def print_report(results: Sequence[Result], console: Console) -> None:
    """Prints one table: a section for each measurement, a line for each ratio, and the notes below.

    Args:
        results: What was measured.
        console: Where to.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "measured", "", "baseline", "ratio", "middle half", "target", "met"):
        table.add_column(heading, justify="left" if heading == "" else "right", no_wrap=True)
    for result in results:
        table.add_row(f"[bold]{result.title}[/]")
        for line in result.lines:
            table.add_row(*(_comparison(line) if isinstance(line, Comparison) else _amount(line)))
        table.add_row()
    console.print(table)
    for result in results:
        for note in result.notes:
            console.print(f"{result.title.partition(':')[0]}: {note}", style="dim", highlight=False)
    console.print(machine(), style="dim", highlight=False)


def machine() -> str:
    """What the numbers were measured on, without its name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}{load}. "
        "Absolute numbers are this machine's; the ratios are what to look at."
    )


def _comparison(line: Comparison) -> tuple[str, ...]:
    met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[line.met]
    return (
        f"  {line.what}",
        _with_unit(line.measured, line.unit),
        line.baseline,
        _with_unit(line.measured_baseline, line.unit),
        f"{line.ratio:.2f}",
        _spread(line.spread, ".2f"),
        "" if line.target is None else f"≤ {line.target:.1f}",
        met,
    )


def _amount(line: Amount) -> tuple[str, ...]:
    return (f"  {line.what}", _with_unit(line.measured, line.unit), line.beside, "", "", _spread(line.spread, ".0f"))


def _with_unit(value: float, unit: str) -> str:
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{decimals}f} {unit}"


def _spread(spread: tuple[float, float] | None, form: str) -> str:
    return "" if spread is None else f"{spread[0]:{form}} - {spread[1]:{form}}"
