"""What goes wrong is told in one line on standard error, with exit code 2 and nothing on standard output."""

import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import daemon
from local.aws import LocalAws
from local.places import CHECKOUT, Places
from local.python_runtime import LOCAL_RUNTIME
from tests.ports import unused_port

SOON = {"Delay": 0.05, "MaxAttempts": 600}


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", "--root", str(root), *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)


def assert_one_line(result: subprocess.CompletedProcess[str], *expected: str) -> None:
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    for words in expected:
        assert words in result.stderr


@pytest.mark.parametrize("command", [["url"], ["token"], ["logs", "catalog"], ["mails"], ["seed", "catalog.yaml"]])
def test_a_local_aws_that_does_not_run(tmp_path: Path, command: list[str]) -> None:
    assert_one_line(run(tmp_path, *command), "the local AWS is not running: start it with `make up`")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_another_program_has(tmp_path: Path, taken_port: int) -> None:
    result = run(tmp_path, "up", "--port", str(taken_port))

    assert_one_line(result, f"port {taken_port} of 127.0.0.1 is taken by another program", "make up PORT=")
    assert daemon.find(Places(root=tmp_path)) is None


def test_the_port_of_the_state_that_another_program_has(tmp_path: Path, taken_port: int) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "port").write_text(str(taken_port))

    result = run(tmp_path, "up")

    assert_one_line(result, f"port {taken_port} of 127.0.0.1 is taken by another program", "make down CLEAN=1")
    assert "PORT=" not in result.stderr, "the state keeps its port, so another would be refused"


def test_down_says_whether_it_ran_and_down_clean_deletes_the_state(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()

    assert "it was not running, state kept" in run(tmp_path, "down").stderr
    assert "it was not running, state deleted" in run(tmp_path, "down", "--clean").stderr
    assert not (tmp_path / "state").exists()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A local AWS with one service whose function has written two records."""
    places = Places(root=tmp_path_factory.mktemp("running"))
    aws = LocalAws(daemon.start(places, port=unused_port()).url)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        record = {"level": "WARNING", "message": "low stock", "sku": "mug", "left": 2}
        file.writestr("index.py", f"def handler(event, context): print('''{json.dumps(record)}'''); print('plain')")
    bucket = aws._session.client("s3")
    bucket.create_bucket(Bucket="code")
    bucket.put_object(Bucket="code", Key="k", Body=archive.getvalue())
    trust = {"Version": "2012-10-17", "Statement": []}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
        "Api0A1B2C3D": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": LOCAL_RUNTIME,
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"S3Bucket": "code", "S3Key": "k"},
            },
        },
    }
    outputs = {"Function": {"Value": {"Ref": "Api0A1B2C3D"}}}
    template = json.dumps({"Resources": resources, "Outputs": outputs})
    aws.cloudformation.create_stack(StackName="Stock", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    aws.cloudformation.get_waiter("stack_create_complete").wait(StackName="Stock", WaiterConfig=SOON)
    aws.functions.invoke(FunctionName=aws.output("Function"))
    yield places.root
    daemon.stop(places)


def test_a_service_that_is_not_there(running: Path) -> None:
    assert_one_line(run(running, "logs", "nope"), "service 'nope'", "the services here are stock")


def test_a_storefront_that_is_not_deployed(running: Path) -> None:
    assert_one_line(run(running, "url"), "the storefront is not deployed here (no stack has the output ApiUrl)")


def test_a_customer_that_has_no_name(running: Path) -> None:
    assert_one_line(run(running, "token", "--customer", "a b"), "customer 'a b'")


def test_another_port_than_the_one_it_runs_on(running: Path) -> None:
    assert_one_line(run(running, "up", "--port", "1"), "the local AWS already runs on port")


def test_a_catalog_that_is_not_there(running: Path) -> None:
    assert_one_line(run(running, "seed", "nowhere.yaml"), "catalog nowhere.yaml: no such file or directory")


def test_logs_are_one_readable_line_a_record(running: Path) -> None:
    result = run(running, "logs", "stock", "--no-follow")
    first, second = result.stdout.splitlines()

    assert first.endswith("Api WARNING low stock sku=mug left=2"), result
    assert second.endswith("Api plain")


def test_the_server_listens_on_loopback_only(running: Path) -> None:
    server = daemon.require(Places(root=running))
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        if (path := Path(f"/proc/{server.pid}/net/{table}")).exists()
        for line in path.read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == server.port
    ]

    assert set(listening) <= {f"0100007F:{server.port:04X}"}
    assert listening or not os.path.exists("/proc/net/tcp")
