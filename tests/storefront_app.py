"""The storefront as `cdk synth` composes it, without what only a deployment needs: bundles."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import Validations, cx_api
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from app import compose
from stacks.services import services
from tests.cdk_app import new_app
from tests.once import made_once
from tests.policy_report import Report, read_report, report_of

SERVICES = tuple(sorted(service.id for service in services()))
STACKS = ("Platform", "PaymentCredentials", *SERVICES, "Operations")


def new_storefront(*, outdir: Path | None = None, validated: bool = False, **context: object) -> cdk.App:
    """A composed app that was not synthesized yet.

    Args:
        outdir: Where its assembly will be.
        validated: Whether synthesis runs the library's own CloudFormation validator, which takes seconds.
        context: Context besides the flags.
    """
    app = new_app(outdir=outdir, validator=validated, **context)
    compose(app)
    return app


@dataclass(frozen=True)
class Storefront:
    """The storefront, synthesized under policies once for all processes that run tests.

    Composing it takes longer than these, so those who read templates and those who check them share one.

    Args:
        name: Which one; there is one of each name.
        context: Context besides the flags.
        validated: Whether synthesis runs the library's own CloudFormation validator, which takes as long as all else.
    """

    name: str
    context: Mapping[str, object]
    validated: bool

    @cached_property
    def _folder(self) -> Path:
        return made_once(self.name, self._synthesize)

    def _synthesize(self, folder: Path) -> None:
        app = new_storefront(outdir=folder / "assembly", validated=self.validated, **self.context)
        Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
        report = report_of(app)
        (folder / "error").write_text(report.error)
        portal: Any = app.node.find_child("DeveloperPortal")
        for name, text in portal.documents.items():
            (folder / name).write_text(text)

    @property
    def directory(self) -> Path:
        """The folder of its cloud assembly. A finding does not keep it from being written."""
        return self._folder / "assembly"

    @cached_property
    def report(self) -> Report:
        """What cdk-nag, the library's own policy and, if it is validated, its strictest rules say of it."""
        return read_report(self.directory, error=(self._folder / "error").read_text())

    def template(self, stack: str) -> dict[str, Any]:
        """A stack's template, read anew: tests may change it."""
        template: dict[str, Any] = json.loads((self.directory / f"{stack}.template.json").read_text())
        return template

    def document(self, name: str) -> str:
        """What the developer portal serves: "openapi.json" or "asyncapi.json"."""
        return (self._folder / name).read_text()


STOREFRONT = Storefront("storefront", {}, validated=False)
ON_FARGATE = Storefront("storefront-on-fargate", {"storefront:inventory-compute": "fargate"}, validated=True)


@cache
def assembly() -> cx_api.CloudAssembly:
    """The storefront's cloud assembly."""
    return cx_api.CloudAssembly(str(STOREFRONT.directory))


def template_of(stack: str) -> dict[str, Any]:
    """A stack's template."""
    return STOREFRONT.template(stack)
