"""Asking for an image that is not in its repository is an error.

The emulator answers with an empty list, which the CDK CLI takes for an image that was published already: it
is never published.
"""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr


def install() -> None:
    """Lets `DescribeImages` refuse as ECR does."""
    for name in ("_describe_images", "_find_image", "_repositories"):
        if not hasattr(ecr, name):
            raise RuntimeError(f"ministack changed: ecr has no {name}")
    describe = ecr._describe_images

    def describe_images_that_exist(data: dict[str, Any]) -> Any:
        repository = data.get("repositoryName", "")
        for wanted in data.get("imageIds") or ():
            if repository in ecr._repositories and not ecr._find_image(repository, wanted):
                message = f"The image with imageId {wanted} does not exist within the repository '{repository}'"
                return error_response_json("ImageNotFoundException", message, 400)
        return describe(data)

    ecr._describe_images = describe_images_that_exist
