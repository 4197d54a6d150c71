"""What the library takes for known only at deployment is what the CDK takes for it."""

import pytest
from aws_cdk import App, Fn, Stack, Token

from mach_constructs.tokens import is_unresolved


@pytest.mark.parametrize("value", ["", "orders", "${Token", 0, 1, -5, True, 0.5, -1e300, None, ["orders"], {"a": 1}])
def test_what_is_known(value: object) -> None:
    assert not is_unresolved(value)


@pytest.mark.parametrize(
    "value",
    [
        Fn.import_value("Name"),
        f"arn:{Fn.import_value('Name')}",
        Token.as_number(Fn.import_value("Number")),
        Token.as_list(Fn.import_value("Names")),
        Fn.ref("AWS::Region"),
    ],
    ids=["text", "part of a text", "number", "list", "pseudo parameter"],
)
def test_what_is_known_only_at_deployment(value: object) -> None:
    assert is_unresolved(value)
    assert is_unresolved(value), "asked again"


def test_an_account_that_is_named_only_at_deployment() -> None:
    app = App()
    assert is_unresolved(Stack(app, "Any").region)
    assert not is_unresolved(Stack(app, "Named", env={"region": "eu-central-1"}).region)
