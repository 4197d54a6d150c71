"""Progress on standard error: what runs now, for how long, and at the end how long each phase took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(kw_only=True)
class Phases:
    """Times phases and shows the one that runs: a spinner on a terminal, one line each elsewhere.

    Args:
        console: Where to show them; standard error, so that standard output stays for results.
    """

    console: Console
    _took: list[tuple[str, float]] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    @contextmanager
    def phase(
        self, name: str, *, spinner: bool = True, started: float | None = None
    ) -> Iterator[Callable[[str], None]]:
        """Runs a phase; what it gives sets the few words shown beside the name.

        Args:
            name: What is done, like `deploy`.
            spinner: False for a phase that shows a progress bar of its own.
            started: `time.monotonic()` when it began, for what already ran beside another phase.
        """
        started = time.monotonic() if started is None else started
        if spinner:
            with self.console.status(f"{name} …") as status:
                yield lambda words: status.update(f"{name} … {escape(words)}")
        else:
            yield lambda _words: None
        took = time.monotonic() - started
        self._took.append((name, took))
        self.console.print(f"[green]✓[/] {name} [dim]{took:.1f} s[/]", highlight=False)

    def table(self) -> Table:
        """How long each phase took."""
        table = Table("phase", "seconds", box=None, pad_edge=False)
        table.columns[1].justify = "right"
        for name, seconds in self._took:
            table.add_row(name, f"{seconds:.1f}")
        table.add_row("[bold]all, side by side[/]", f"[bold]{time.monotonic() - self._started:.1f}[/]")
        return table
