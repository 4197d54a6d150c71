from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from .conftest import RunningServer
from .ecs_stack import deployed


def client(server: RunningServer, service: str, answer: dict[str, str]) -> Any:
    return server.client(
        service,
        aws_access_key_id=answer["AccessKeyId"],
        aws_secret_access_key=answer["SecretAccessKey"],
        aws_session_token=answer["Token"],
    )


def test_a_task_may_do_what_its_role_may_and_nothing_else(fixed: RunningServer, tmp_path: Path) -> None:
    with deployed(fixed, "allowed", tmp_path) as stack:
        address = stack.get("/v1/environment").json()["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        answer, another = httpx.get(address).json(), httpx.get(address).json()

        assert answer["RoleArn"] == stack.outputs["Role"]
        assert answer["AccessKeyId"] != another["AccessKeyId"], "a new session each time"
        left = datetime.strptime(answer["Expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - datetime.now(UTC)
        assert timedelta(minutes=55) < left <= timedelta(hours=1)
        client(fixed, "sqs", answer).list_queues()
        with pytest.raises(ClientError, match="AccessDenied"):
            client(fixed, "dynamodb", answer).list_tables()


def test_nobody_guesses_the_credentials_of_a_task(fixed: RunningServer) -> None:
    assert httpx.get(f"http://127.0.0.1:{fixed.port}/v2/credentials/guessed").status_code == 404


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    answer = httpx.get(f"http://127.0.0.1:{plain.port}/v2/credentials/any").json()

    with pytest.raises(ClientError, match=r"InvalidClientTokenId|UnrecognizedClient|AccessDenied"):
        client(plain, "sqs", answer).list_queues()
