"""The storefront's cloud assembly: what each of its stacks needs, who needs it, and which routes it serves."""

import json
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from local.deployment import Deployment
from local.places import Places
from tests.once import made_once


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

    def in_order(self, stacks: Iterable[str]) -> list[str]:
        """The stacks, each after those that it needs."""
        return sorted(stacks, key=lambda stack: len(self.with_needed(stack)))

    def routes(self, stack: str) -> list[str]:
        """The keys of the stack's routes, such as `GET /v1/products/{id}`."""
        resources: dict[str, Any] = json.loads(self._template(stack).read_text())["Resources"]
        return [
            resource["Properties"]["RouteKey"]
            for resource in resources.values()
            if resource["Type"] == "AWS::ApiGatewayV2::Route"
        ]

    def files(self, stack: str) -> Mapping[str, Path]:
        """What is published before the stack is created, its template too, by the key of the object that it becomes."""
        assets = json.loads((self.folder / f"{stack}.assets.json").read_text())["files"]
        return {
            destination["objectKey"]: self._file(asset_id, asset["source"])
            for asset_id, asset in assets.items()
            for destination in asset["destinations"].values()
        }

    def template_key(self, stack: str) -> str:
        """The key of the object that the stack's template becomes."""
        (key,) = (key for key, file in self.files(stack).items() if file == self._template(stack))
        return key

    def pack(self) -> None:
        """Packs every asset where the CLI looks for what it has packed before; itself it takes four times as long."""
        self._packages.mkdir()
        for folder in self.folder.glob("asset.*"):
            with zipfile.ZipFile(
                self._package(folder.name.removeprefix("asset.")), "w", zipfile.ZIP_DEFLATED, compresslevel=1
            ) as package:
                for file in folder.rglob("*"):
                    package.write(file, file.relative_to(folder))

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
        """The same stacks in another folder, to be changed; what their functions run stays where it is."""
        folder.mkdir()
        for entry in self.folder.iterdir():
            if entry.is_dir():
                (folder / entry.name).symlink_to(entry)
            else:
                shutil.copy(entry, folder)
        return Composition(folder)

    def _template(self, stack: str) -> Path:
        return self.folder / f"{stack}.template.json"

    @property
    def _packages(self) -> Path:
        return self.folder / ".cache"

    def _package(self, asset_id: str) -> Path:
        return self._packages / f"{asset_id}.zip"

    def _file(self, asset_id: str, source: Mapping[str, str]) -> Path:
        return self._package(asset_id) if source["packaging"] == "zip" else self.folder / source["path"]


def packed_storefront() -> Composition:
    """The storefront, synthesized as `make up` does, and packed: once for all processes that run tests."""

    def make(folder: Path) -> None:
        places = Places(root=folder)
        Deployment("http://nobody.is.asked", places).synthesize()
        Composition(places.assembly).pack()

    return Composition(Places(root=made_once("composition", make)).assembly)


def _hash(template: str) -> str:
    return sha256(template.encode()).hexdigest()
