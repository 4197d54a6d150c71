"""CDK apps as tests make them: the project's feature flags, no bundles."""

import json
from pathlib import Path

from aws_cdk import App

CHECKOUT = Path(__file__).parents[1]
FLAGS: dict[str, object] = json.loads((CHECKOUT / "cdk.json").read_text())["context"]


def new_app(*, outdir: Path | None = None, validator: bool = False, **context: object) -> App:
    """An empty app.

    Args:
        outdir: Where its assembly will be; a new temporary folder when left out.
        validator: Whether synthesis runs the library's own CloudFormation validator, which takes seconds.
        context: Context besides the flags.
    """
    return App(
        # A bundle's hash comes from its sources, so leaving the bundles out changes no template.
        context={**FLAGS, "aws:cdk:bundling-stacks": [], **context},
        outdir=str(outdir) if outdir else None,
        builtin_cloud_formation_validation=validator,
        # What only people read; noting where each construct was made is a quarter of a test's time.
        analytics_reporting=False,
        tree_metadata=False,
        stack_traces=False,
    )
