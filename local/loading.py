"""Loads a catalog file into the deployed storefront and tells how it went."""

import hashlib
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local import catalog_file
from local.aws import LocalAws
from local.seeding import Report, Seeder, steps
from local.tokens import merchant_token

DEMO_CATALOG = Path(__file__).parent / "demo_catalog.yaml"
LOADED = "/storefront/local/loaded-catalog"
"""The parameter that remembers which demo catalog this state holds; it lives and dies with the state."""


def load(aws: LocalAws, path: Path, *, console: Console) -> Report:
    """Loads every product of the file, with a progress bar.

    Args:
        aws: The local AWS.
        path: YAML, JSON or NDJSON.
        console: Where the bar is shown.

    Raises:
        FailureError: When the file cannot be read or the API refuses.
    """
    rows = catalog_file.read(path)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Seeder(base_url=aws.api_url(), token=merchant_token(aws)) as seeder,
        Progress(*columns, console=console) as progress,
    ):
        bar = progress.add_task(path.name, total=steps(rows))
        return seeder.load(rows, advance=lambda count: progress.advance(bar, count))


def demo_catalog_is_loaded(aws: LocalAws) -> bool:
    """Whether this state holds the demo catalog as it is in the checkout."""
    try:
        parameter = aws.parameters.get_parameter(Name=LOADED)["Parameter"]
    except aws.parameters.exceptions.ParameterNotFound:
        return False
    return parameter.get("Value") == _digest(DEMO_CATALOG)


def remember_demo_catalog(aws: LocalAws) -> None:
    """Notes that the demo catalog was loaded."""
    aws.parameters.put_parameter(Name=LOADED, Value=_digest(DEMO_CATALOG), Type="String", Overwrite=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
