"""Asking for one image repository by its name is allowed to whoever may ask for that one.

The emulator takes every DescribeRepositories for one of all repositories, and so refuses the CDK bootstrap's role that
publishes images to its own.
"""

import json
from typing import Any

from ministack.core import iam_actions


def install() -> None:
    """Names the repository in the emulator's check of such a request."""
    resource_of = getattr(iam_actions, "extract_resource_arn", None)
    if not callable(resource_of):
        raise RuntimeError("ministack changed: iam_actions has no extract_resource_arn")

    def resource_or_only_repository(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        resource = str(resource_of(service, method, path, headers, body, query, region, account))
        if service != "ecr" or resource != "*":
            return resource
        try:
            (name,) = json.loads(body)["repositoryNames"]
        except (ValueError, KeyError, TypeError):
            return resource
        return f"arn:aws:ecr:{region}:{account}:repository/{name}"

    iam_actions.extract_resource_arn = resource_or_only_repository
