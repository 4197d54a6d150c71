"""Synthesis: with every recommended flag, and the same whoever runs it wherever."""

import json
import tarfile
from pathlib import Path

import aws_cdk
import pytest

from tests.cdk_app import FLAGS
from tests.storefront_app import STACKS, new_storefront, template_of


def test_every_recommended_feature_flag_is_set() -> None:
    (library,) = Path(aws_cdk.__file__).parent.joinpath("_jsii").glob("aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(library) as archive:
        file = archive.extractfile("package/recommended-feature-flags.json")
        assert file
        recommended = json.load(file)

    assert {flag: FLAGS.get(flag) for flag in recommended} == recommended


@pytest.mark.long
def test_the_templates_depend_on_no_account_no_credentials_no_network_and_not_on_naming_the_default_compute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Composing takes seconds, so what must make no difference is there together; the strictest rules look at it."""
    foreign = {
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_REGION": "ap-southeast-2",
        "CDK_DEFAULT_ACCOUNT": "111111111111",
        "CDK_DEFAULT_REGION": "ap-southeast-2",
        # Nothing listens on the discard port: whoever asks the network is refused.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)

    app = new_storefront(validated=True, **{"storefront:inventory-compute": "lambda"})
    assert app.node.get_context("@aws-cdk/core:validateAgainstDefaultRules") is True
    assert app.node.try_get_context("storefront:inventory-compute") == "lambda"
    directory = Path(app.synth().directory)

    for stack in STACKS:
        assert json.loads((directory / f"{stack}.template.json").read_text()) == template_of(stack)
