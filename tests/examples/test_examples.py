"""The examples are what a team copies: whole, checked by every policy, with every flag."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.cdk_app import FLAGS
from tests.examples.example_app import EXAMPLES, NAMES, composed, context_of
from tests.normalised import normalised, read_templates
from tests.policy_packs import add_every_pack


def test_there_are_examples() -> None:
    assert {"fargate_on_existing", "single_service", "two_services"} <= set(NAMES)


@pytest.mark.parametrize("example", NAMES)
def test_templates(example: str, snapshot: SnapshotAssertion) -> None:
    with composed(example) as app:
        templates = read_templates(Path(app.synth().directory))

    assert templates
    for stack, template in templates.items():
        name = f"{example}-{stack}"
        assert normalised(template) == snapshot(name=name, extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("example", NAMES)
def test_no_pack_nor_the_librarys_strictest_rules_have_a_finding_that_is_not_acknowledged(example: str) -> None:
    with composed(example, validated=True) as app:
        add_every_pack(app)

        app.synth()  # raises on a finding


@pytest.mark.parametrize("example", NAMES)
def test_a_copy_starts_with_every_recommended_flag(example: str) -> None:
    assert FLAGS.items() <= context_of(example).items()


@pytest.mark.parametrize("example", NAMES)
def test_an_example_says_what_it_is(example: str) -> None:
    assert (EXAMPLES / example / "README.md").read_text().startswith("# ")
