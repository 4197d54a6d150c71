"""The reference follows the docstrings: what is exported is in it, and what an example shows can be written so."""

import ast
import builtins
from pathlib import Path

import aws_cdk
import pytest
from constructs import Construct

import mach_constructs
from docs.reference import pages
from docs.reference.names import PublicName, public_names
from docs.reference.pages import performed_example, title_of, write_reference
from docs.reference.scene import perform

NAMES = {name.name: name for name in public_names()}


def test_every_public_name_has_a_page_in_a_group() -> None:
    assert set(NAMES) == set(mach_constructs.__all__)
    assert title_of(NAMES["HttpFront"].group) == "API"
    assert title_of(NAMES["Authorization"].group) == "API"
    assert title_of(NAMES["DynamoDbStore"].group) == "Stores"


def test_the_index_says_of_every_name_what_it_is() -> None:
    assert [name.name for name in NAMES.values() if not name.summary] == []
    assert NAMES["Event"].summary.startswith("An event as services name it")


def test_constructs_and_strategies_create_something() -> None:
    assert NAMES["HttpFront"].is_construct
    assert NAMES["DynamoDbStore"].is_construct
    assert not NAMES["Route"].is_construct
    assert not NAMES["Store"].is_construct


@pytest.mark.parametrize("name", [name for name in NAMES.values() if name.example], ids=lambda name: name.name)
def test_an_example_takes_from_the_library_only_what_it_exports(name: PublicName) -> None:
    tree = ast.parse(name.example or "")
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}

    assert tree.body
    assert [
        call
        for call in called
        if not (call in NAMES or hasattr(aws_cdk, call) or hasattr(builtins, call) or hasattr(mach_constructs, call))
    ] == []


@pytest.mark.parametrize("name", [name for name in NAMES.values() if name.is_construct], ids=lambda name: name.name)
def test_every_construct_has_an_example_that_runs_and_can_be_drawn(name: PublicName) -> None:
    # Those of other names run when the site is built.
    performed = performed_example(name)

    assert performed is not None
    assert performed.graph.parts


@pytest.mark.parametrize(
    ("docstring", "mistake"),
    [
        ("Gives something.", "Wrong creates resources, so its docstring must have an Example:"),
        ("Gives something.\n\nExample:\n    nobody", "the example of Wrong cannot be run: NameError: .*nobody"),
        ("Gives something.\n\nExample:\n    queue", "the example of Wrong must create what can be drawn"),
    ],
)
def test_a_construct_that_cannot_be_drawn_is_a_mistake_that_ends_the_build(
    docstring: str, mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = type("Wrong", (Construct,), {"__doc__": docstring})
    monkeypatch.setattr(mach_constructs, "Wrong", wrong, raising=False)
    monkeypatch.setattr(PublicName, "group", "wrong")
    monkeypatch.setattr(pages, "public_names", lambda: [PublicName("Wrong")])

    with pytest.raises(ValueError, match=mistake):
        write_reference(tmp_path / "reference")


def test_an_example_may_name_what_is_not_its_own() -> None:
    template = perform(
        'Microservice(self, "Reviews", compute=LambdaCompute("lambdas/reviews"), front=front, routes=routes)'
    )

    paths = {resource["Metadata"]["aws:cdk:path"] for resource in template["Resources"].values()}
    assert any(path.startswith("Example/Reviews/") for path in paths)
    assert any(path.startswith("Example/Given/Front/") for path in paths)


def test_a_store_is_shown_in_a_service_that_uses_it() -> None:
    resources = perform('store = DynamoDbStore(partition_key="pk")')["Resources"].values()

    assert {"AWS::DynamoDB::GlobalTable", "AWS::Lambda::Function"} <= {resource["Type"] for resource in resources}


def test_an_example_with_a_name_of_nobody_is_refused() -> None:
    with pytest.raises(NameError, match="nobody"):
        perform("HttpFront(nobody, 'Front')")
