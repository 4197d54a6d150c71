"""What the cloud assembly says of its stacks: what each needs, who needs it, and which routes it serves."""

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Composition:
    """The stacks of a cloud assembly.

    Args:
        folder: Where the assembly is.
    """

    folder: Path

    @cached_property
    def _needed(self) -> dict[str, set[str]]:
        artifacts = json.loads((self.folder / "manifest.json").read_text())["artifacts"]
        stacks = {name for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
        return {name: stacks.intersection(artifacts[name].get("dependencies", ())) for name in stacks}

    def with_needed(self, stack: str) -> set[str]:
        """The stack and every other one that has to be there first."""
        return {stack}.union(*(self.with_needed(needed) for needed in self._needed[stack]))

    def with_dependents(self, stack: str) -> set[str]:
        """The stack and every other one that has to be gone first."""
        return {other for other in self._needed if stack in self.with_needed(other)}

    def routes(self, stack: str) -> list[str]:
        """The keys of the stack's routes, such as `GET /v1/products/{id}`."""
        resources: dict[str, Any] = json.loads(self._template(stack).read_text())["Resources"]
        return [
            resource["Properties"]["RouteKey"]
            for resource in resources.values()
            if resource["Type"] == "AWS::ApiGatewayV2::Route"
        ]

    def change(self, stack: str) -> None:
        """Lets whatever runs in the stack log more, as an edit of the stack would."""
        template = self._template(stack)
        before = template.read_text()
        after = before.replace('"LOG_LEVEL": "INFO"', '"LOG_LEVEL": "DEBUG"')
        assert after != before
        template.write_text(after)
        # The CLI publishes a template under its hash, and takes one that it published before for the same.
        for file in (self.folder / "manifest.json", self.folder / f"{stack}.assets.json"):
            file.write_text(file.read_text().replace(_hash(before), _hash(after)))

    def copy(self, folder: Path) -> "Composition":
        """The same in another folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Composition(folder)

    def _template(self, stack: str) -> Path:
        return self.folder / f"{stack}.template.json"


def _hash(template: str) -> str:
    return sha256(template.encode()).hexdigest()
