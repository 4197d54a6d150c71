import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer


def test_an_image_that_is_not_there_is_said_to_be_missing(fixed: RunningServer) -> None:
    registry = fixed.client("ecr")
    registry.create_repository(repositoryName="few")
    registry.put_image(repositoryName="few", imageManifest="{}", imageTag="there")

    (found,) = registry.describe_images(repositoryName="few", imageIds=[{"imageTag": "there"}])["imageDetails"]
    assert found["imageTags"] == ["there"]
    with pytest.raises(ClientError, match="ImageNotFoundException"):
        registry.describe_images(repositoryName="few", imageIds=[{"imageTag": "missing"}])


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    registry = plain.client("ecr")
    registry.create_repository(repositoryName="few")

    assert registry.describe_images(repositoryName="few", imageIds=[{"imageTag": "missing"}])["imageDetails"] == []
