"""What cfn-lint says of synthesized templates."""

import gc
from pathlib import Path
from typing import Any

from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner

WRONG_QUEUE: dict[str, Any] = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": -1}}
"""A resource with one error on purpose, E3034, which shows that the rules were applied."""


def findings(*templates: Path) -> list[str]:
    """Errors and warnings, one run for all: reading the rules takes longer than applying them."""
    arguments = ["--template", *map(str, templates), "--regions", "us-east-1", "eu-central-1"]
    # W3005: CDK writes out that a function waits for its role, though the reference says so already. It is harmless.
    runner = Runner(ConfigMixIn([*arguments, "--ignore-checks", "W3005"]))
    gc.disable()  # It keeps nearly all that it makes, and looking for what is left over takes a fifth of the time.
    try:
        return [str(match) for match in runner.run()]
    finally:
        gc.enable()
