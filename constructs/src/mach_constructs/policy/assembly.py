"""Reads a cloud assembly: templates, nested ones too, and what the manifest says of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mach_constructs.policy.json_values import at, each, texts
from mach_constructs.policy.resource import Resource, Template

_LOGICAL_ID, _TEMPLATE_FILE = "aws:cdk:logicalId", "aws:cdk:templateFile"
_STACK, _NESTED_STACK = "aws:cloudformation:stack", "AWS::CloudFormation::Stack"

Metadata = Mapping[str, list[tuple[str, object]]]
"""Type and data of what was recorded at each construct path."""


class Assembly:
    """All templates of an app, and the metadata of its constructs.

    Construct paths come from the files that CDK writes beside the templates. To ask the construct tree from Python
    costs half a millisecond a construct, and there are many more of these than resources.

    Args:
        template_paths: The stacks' templates.
    """

    def __init__(self, template_paths: Iterable[Path]) -> None:
        self.templates: list[Template] = []
        self.metadata: dict[str, list[tuple[str, object]]] = {}
        manifests: dict[Path, object] = {}
        for path in template_paths:
            folder = path.parent
            if folder not in manifests:
                manifests[folder] = json.loads((folder / "manifest.json").read_text())
            self._read_stack(path, manifests[folder])
        self._by_type: dict[str, list[Resource]] = {}
        for resource in self.resources():
            self._by_type.setdefault(resource.type, []).append(resource)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Give all resources of some types.

        Args:
            types: Such as "AWS::SQS::Queue".
        """
        for resource_type in types:
            yield from self._by_type.get(resource_type, ())

    def resources(self) -> Iterator[Resource]:
        """Give all resources."""
        for template in self.templates:
            yield from template.resources.values()

    def _read_stack(self, path: Path, manifest: object) -> None:
        artifact_id, artifact = _artifact(path, manifest)
        metadata = _metadata(path.parent, artifact)
        self.metadata |= metadata
        files = {
            str(data): construct
            for construct, entries in metadata.items()
            for kind, data in entries
            if kind == _TEMPLATE_FILE
        }
        stack_path = files.pop(path.name, artifact_id)
        stack_name = at(artifact, "properties", "stackName")
        paths = _paths_by_stack(metadata, [stack_path, *files.values()])
        top = _template(path, stack_path, stack_name if isinstance(stack_name, str) else artifact_id, paths, None)
        self.templates.append(top)
        by_path = {resource.path: resource for resource in top.resources.values()}
        # Outer stacks come before the ones nested in them.
        for file, nested_path in sorted(files.items(), key=lambda item: item[1].count("/")):
            scope, _, name = nested_path.rpartition("/")
            parent = by_path.get(f"{scope}/{name}.NestedStack/{name}.NestedStackResource")
            nested = _template(path.parent / file, nested_path, "", paths, parent)
            self.templates.append(nested)
            by_path |= {resource.path: resource for resource in nested.resources.values()}


def _artifact(path: Path, manifest: object) -> tuple[str, object]:
    artifacts = at(manifest, "artifacts")
    for artifact_id, artifact in artifacts.items() if isinstance(artifacts, Mapping) else ():
        if at(artifact, "type") == _STACK and at(artifact, "properties", "templateFile") == path.name:
            return str(artifact_id), artifact
    raise ValueError(f"{path.parent / 'manifest.json'} has no stack with the template {path.name}")


def _metadata(folder: Path, artifact: object) -> dict[str, list[tuple[str, object]]]:
    recorded = at(artifact, "metadata")
    for file in texts(at(artifact, "additionalMetadataFile")):
        recorded = json.loads((folder / file).read_text())
    if not isinstance(recorded, Mapping):
        return {}
    return {
        str(construct).removeprefix("/"): [(str(at(entry, "type")), at(entry, "data")) for entry in each(entries)]
        for construct, entries in recorded.items()
    }


def _paths_by_stack(metadata: Metadata, stacks: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {stack: {} for stack in stacks}
    deepest_first = sorted(stacks, key=len, reverse=True)
    for construct, entries in metadata.items():
        for kind, data in entries:
            if kind == _LOGICAL_ID:
                stack = next((stack for stack in deepest_first if construct.startswith(f"{stack}/")), stacks[0])
                found[stack][str(data)] = construct
    return found


def _template(
    file: Path, stack_path: str, stack_name: str, paths: Mapping[str, Mapping[str, str]], parent: Resource | None
) -> Template:
    body = json.loads(file.read_text())
    template = Template(file, stack_path, stack_name, body, paths[stack_path], parent)
    for logical_id, resource in body.get("Resources", {}).items():
        properties = at(resource, "Properties")
        template.resources[logical_id] = Resource(
            template, logical_id, str(at(resource, "Type")), properties if isinstance(properties, Mapping) else {}
        )
    return template
