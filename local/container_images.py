"""Takes the place of Docker for the CDK CLI: an image is a copy of the folder it would be built from.

The CLI calls it by `CDK_DOCKER`, with the few sub-commands that publishing an image asset takes; every other one is
refused. No instruction of a Dockerfile is carried out: the folder is what its `WORKDIR` would hold.
"""

import argparse
import json
import shutil
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

COMMANDS = ("inspect", "build", "tag", "login", "push")
NO_SUCH_IMAGE = 1
"""Docker's exit code of `inspect` for an image that is not there; the CLI then builds it."""


class UnknownImageError(Exception):
    """No image has this name."""


@dataclass(frozen=True)
class ContainerImages:
    """Images by name, as a Docker daemon and the registry behind it would keep them.

    Args:
        folder: Where they are kept.
    """

    folder: Path

    def find(self, name: str) -> Path:
        """The folder of an image.

        Args:
            name: A tag like `cdkasset-…`, or its address in a registry.

        Raises:
            UnknownImageError: When there is none.
        """
        try:
            return self.folder / "contents" / self._name(name).read_text()
        except FileNotFoundError:
            raise UnknownImageError(f"there is no image {name} here: deploy the stack that it belongs to") from None

    def build(self, name: str, context: Path) -> None:
        """Makes an image.

        Args:
            name: Its tag.
            context: The folder it is built from.
        """
        contents = uuid.uuid4().hex
        unfinished = self.folder / "unfinished" / contents
        shutil.copytree(context, unfinished, symlinks=True)
        (self.folder / "contents").mkdir(exist_ok=True)
        unfinished.replace(self.folder / "contents" / contents)
        self._give(name, contents)

    def tag(self, name: str, another: str) -> None:
        """Gives an image another name.

        Raises:
            UnknownImageError: When there is no such image.
        """
        self._give(another, self.find(name).name)

    def _name(self, name: str) -> Path:
        return self.folder / "names" / quote(name, safe="")

    def _give(self, name: str, contents: str) -> None:
        file = self._name(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(contents)


def command_for(images: Path, file: Path) -> Path:
    """Writes the program that `CDK_DOCKER` names, which has to be a single path.

    Args:
        images: Where images are kept.
        file: The program.
    """
    checkout = Path(__file__).resolve().parent.parent
    file.write_text(
        f'#!/bin/sh\nPYTHONPATH="{checkout}" exec "{sys.executable}" -m local.container_images "{images}" "$@"\n'
    )
    file.chmod(0o755)
    return file


def main(arguments: Sequence[str]) -> int:
    """Does what `docker` would.

    Args:
        arguments: The folder of the images, then Docker's own arguments.

    Returns:
        The exit code.
    """
    images, command, rest = ContainerImages(Path(arguments[0])), next(iter(arguments[1:]), ""), arguments[2:]
    try:
        if command == "inspect":
            images.find(rest[0])
        elif command == "build":
            options = argparse.ArgumentParser(add_help=False)
            options.add_argument("--tag", required=True)
            images.build(options.parse_known_args(rest)[0].tag, Path.cwd())
        elif command == "tag":
            images.tag(*rest)
        elif command == "push":
            images.find(rest[0])
            register(rest[0])
        elif command != "login":
            sys.stderr.write(f"docker {command} is not done here, only {', '.join(COMMANDS)}: see docs/local-aws.md\n")
            return 2
    except UnknownImageError as error:
        sys.stderr.write(f"{error}\n")
        return NO_SUCH_IMAGE
    return 0


def register(address: str) -> None:
    """Lets the registry know of an image, so that the CLI does not publish it again.

    Args:
        address: `<registry>/<repository>:<tag>`.
    """
    from boto3.session import Session

    repository, _, tag = address.partition("/")[2].rpartition(":")
    manifest = json.dumps({"schemaVersion": 2, "address": address})
    Session().client("ecr").put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
