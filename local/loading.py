"""Loads a catalog file into the deployed storefront and tells how it went."""

import hashlib
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local import catalog_file
from local.aws import LocalAws
from local.seeding import Report, Seeder, steps
from local.tokens import merchant_token

DEMO_CATALOG = Path(__file__).parent / "demo_catalog.yaml"
DEMO_CATEGORIES = Path(__file__).parent / "demo_categories.yaml"
DEMO_PROMOTIONS = Path(__file__).parent / "demo_promotions.yaml"
LOADED = "/storefront/local/loaded-catalog"
"""The parameter that remembers which demo catalog this state holds; it lives and dies with the state."""


def load(aws: LocalAws, path: Path, *, console: Console, recount: bool = True) -> Report:
    """Loads every product of the file, with a progress bar.

    Args:
        aws: The local AWS.
        path: YAML, JSON or NDJSON.
        console: Where the bar is shown.
        recount: Whether a SKU of which there is some on hand is counted again.

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
        return seeder.load(rows, advance=lambda count: progress.advance(bar, count), recount=recount)


def load_demo_promotions(aws: LocalAws) -> None:
    """Makes the promotions that there are beside the demo catalog.

    Args:
        aws: The local AWS.

    Raises:
        FailureError: When the API refuses one.
    """
    with Seeder(base_url=aws.api_url(), token=merchant_token(aws)) as seeder:
        for code, promotion in yaml.safe_load(DEMO_PROMOTIONS.read_text()).items():
            seeder.promote(code, promotion)


def load_demo_categories(aws: LocalAws) -> None:
    """Makes the tree that the demo catalog's products stand in.

    Args:
        aws: The local AWS.

    Raises:
        FailureError: When the API refuses a category.
    """
    with Seeder(base_url=aws.api_url(), token=merchant_token(aws)) as seeder:
        seeder.categorize(yaml.safe_load(DEMO_CATEGORIES.read_text()))


def demo_catalog_is_loaded(aws: LocalAws) -> bool:
    """Whether this state holds the demo catalog, its categories and promotions, as they are in the checkout."""
    try:
        parameter = aws.parameters.get_parameter(Name=LOADED)["Parameter"]
    except aws.parameters.exceptions.ParameterNotFound:
        return False
    return parameter.get("Value") == _digest()


def remember_demo_catalog(aws: LocalAws) -> None:
    """Notes that the demo catalog, its categories and promotions were loaded."""
    aws.parameters.put_parameter(Name=LOADED, Value=_digest(), Type="String", Overwrite=True)


def _digest() -> str:
    files = (DEMO_CATALOG, DEMO_CATEGORIES, DEMO_PROMOTIONS)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
