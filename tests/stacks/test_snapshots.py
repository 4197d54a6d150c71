"""Every template as a whole: a change that nobody meant shows as a difference to a file in `__snapshots__/`."""

import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.storefront_app import STACKS, template_of

HASH = re.compile(r"[0-9a-f]{64}")


def without_hashes(value: Any) -> Any:
    """The template without what changes with every edit of a handler: its asset's hash."""
    if isinstance(value, dict):
        return {without_hashes(key): without_hashes(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_hashes(inner) for inner in value]
    return HASH.sub("<hash>", value) if isinstance(value, str) else value


@pytest.mark.parametrize("stack", STACKS)
def test_template(stack: str, snapshot: SnapshotAssertion) -> None:
    template = without_hashes(template_of(stack))
    del template["Parameters"]["BootstrapVersion"]
    del template["Rules"]["CheckBootstrapVersion"]

    assert template == snapshot(name=stack, extension_class=JSONSnapshotExtension)
