"""A service's container image, described without Docker."""

from __future__ import annotations

from pathlib import Path

import jsii
from aws_cdk import AssetHashType, AssetStaging, BundlingOptions, BundlingOutput, DockerImage, ILocalBundling, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.fargate.context_folder import ContextFolder
from mach_constructs.compute.target import Target

_PLATFORMS = {"arm64": "linux/arm64", "x86_64": "linux/amd64"}


class ServiceImage(Construct):
    """An image that runs a service's handlers; the CDK CLI builds and pushes it when the stack is deployed.

    At synthesis its context folder is put together by uv, as a function's bundle is, and skipped in the same way for
    stacks that are not bundled. The tag is the folder's hash.

    Args:
        scope: Parent construct.
        id: Construct id.
        bundle: The service.
    """

    image: ecs.ContainerImage
    """The image; tasks that use it get the right to pull it."""
    target: Target
    """Python version and architecture."""
    asset_hash: str
    """Hash of the context folder."""

    def __init__(self, scope: Construct, id: str, *, bundle: Bundle) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        self.target = Target.of(self)
        folder = ContextFolder(bundle)
        staging = AssetStaging(
            self,
            "Context",
            source_path=str(bundle.entry),
            asset_hash=folder.asset_hash(self.target),
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(
                image=DockerImage.from_registry("unused: bundling is local"),
                local=_LocalBundling(folder, self.target),
                output_type=BundlingOutput.NOT_ARCHIVED,
            ),
        )
        self.asset_hash = staging.asset_hash
        location = stack.synthesizer.add_docker_image_asset(
            source_hash=staging.asset_hash,
            directory_name=staging.relative_staged_path(stack),
            docker_build_args={"PYTHON_VERSION": self.target.python_version},
            platform=_PLATFORMS[self.target.architecture],
            display_name=self.node.path,
        )
        repository = ecr.Repository.from_repository_name(self, "Repository", location.repository_name)
        self.image = ecs.ContainerImage.from_ecr_repository(repository, location.image_tag)


@jsii.implements(ILocalBundling)
class _LocalBundling:
    def __init__(self, folder: ContextFolder, target: Target) -> None:
        self._folder = folder
        self._target = target

    def try_bundle(self, output_dir: str, *, image: DockerImage | None = None, **_options: object) -> bool:  # noqa: ARG002
        self._folder.write(Path(output_dir), self._target)
        return True
