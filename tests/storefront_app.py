"""The storefront as `cdk synth` composes it, without what only a deployment needs: bundles."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import cx_api

from app import compose
from stacks.services import services
from tests.cdk_app import new_app


def new_storefront(*, validated: bool = False, **context: object) -> cdk.App:
    """A composed app that was not synthesized yet.

    Args:
        validated: Whether synthesis runs the library's own CloudFormation validator, which takes seconds.
        context: Context besides the flags.
    """
    app = new_app(validator=validated, **context)
    compose(app)
    return app


SERVICES = tuple(sorted(service.id for service in services()))
STACKS = ("Platform", "PaymentCredentials", *SERVICES, "Operations")


@cache
def composed() -> cdk.App:
    """The storefront, composed once a process."""
    return new_storefront()


@cache
def assembly() -> cx_api.CloudAssembly:
    """Its cloud assembly."""
    return composed().synth()


def template_of(stack: str) -> dict[str, Any]:
    """A stack's template."""
    template: dict[str, Any] = json.loads(Path(assembly().directory, f"{stack}.template.json").read_text())
    return template
