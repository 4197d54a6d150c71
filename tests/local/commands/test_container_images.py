import os
import subprocess
from pathlib import Path

import pytest

from local import container_images
from local.container_images import ContainerImages, UnknownImageError


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    (folder / "service").mkdir(parents=True)
    (folder / "service" / "api.py").write_text("1")
    (folder / "Dockerfile").write_text("FROM python")
    return folder


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    return container_images.command_for(tmp_path / "images", tmp_path / "docker")


def run(docker: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(docker), *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_cli_finds_no_image_builds_it_and_gives_it_its_address(docker: Path, context: Path, tmp_path: Path) -> None:
    address = "000000000000.dkr.ecr.us-east-1.amazonaws.com/assets:abc"

    assert run(docker, "inspect", "cdkasset-abc", folder=context).returncode == 1
    build = ["build", "--build-arg", "A=1", "--tag", "cdkasset-abc", "--platform", "linux/arm64", "."]
    assert run(docker, *build, folder=context).returncode == 0
    assert run(docker, "inspect", "cdkasset-abc", folder=context).returncode == 0
    assert run(docker, "tag", "cdkasset-abc", address, folder=context).returncode == 0
    assert run(docker, "login", "--username", "AWS", "--password-stdin", "host", folder=context).returncode == 0

    image = ContainerImages(tmp_path / "images").find(address)
    assert (image / "service" / "api.py").read_text() == "1"


def test_an_image_does_not_change_with_the_folder_it_was_built_from(context: Path, tmp_path: Path) -> None:
    images = ContainerImages(tmp_path / "images")
    images.build("one", context)
    (context / "service" / "api.py").write_text("2")

    assert (images.find("one") / "service" / "api.py").read_text() == "1"
    images.build("one", context)
    assert (images.find("one") / "service" / "api.py").read_text() == "2"


def test_another_command_is_refused_in_one_line(docker: Path, context: Path) -> None:
    answer = run(docker, "compose", "up", folder=context)

    assert answer.returncode == 2
    assert answer.stderr == (
        "docker compose is not done here, only inspect, build, tag, login, push: see docs/local-aws.md\n"
    )


def test_what_was_not_built_cannot_be_tagged_or_pushed(docker: Path, context: Path) -> None:
    for arguments in (["tag", "none", "other"], ["push", "none"]):
        answer = run(docker, *arguments, folder=context)

        assert answer.returncode != 0
        assert answer.stderr == "there is no image none here: deploy the stack that it belongs to\n"


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UnknownImageError):
        ContainerImages(tmp_path / "images").find("../../etc/passwd")
    assert not os.path.lexists(tmp_path / "etc")
