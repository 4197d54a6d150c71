"""Every template as a whole: a change that nobody meant shows as a difference to a file in `__snapshots__/`."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.normalised import normalised
from tests.storefront_app import STACKS, template_of


@pytest.mark.parametrize("stack", STACKS)
def test_template(stack: str, snapshot: SnapshotAssertion) -> None:
    assert normalised(template_of(stack)) == snapshot(name=stack, extension_class=JSONSnapshotExtension)
