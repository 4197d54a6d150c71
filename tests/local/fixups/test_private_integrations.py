from collections.abc import Iterator

import pytest

from .conftest import RunningServer
from .ecs_stack import EcsStack, deployed


@pytest.fixture(scope="module")
def web(fixed: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EcsStack]:
    with deployed(fixed, "integrated", tmp_path_factory.mktemp("image"), count=2) as stack:
        yield stack


def test_a_task_gets_the_request_with_what_the_integration_changes_of_it(web: EcsStack) -> None:
    seen = web.get("/v1/a%20b%2Fc?x=1&x=two+words", headers={"X-Api": "forged", "X-Own": "kept"}).json()

    assert seen["path"] == "/v1/a%20b/c?x=1&x=two+words"
    assert seen["headers"]["x-api"] == web.outputs["Api"]
    assert seen["headers"]["x-source"] == "127.0.0.1"
    assert len(seen["headers"]["x-request"]) > 10
    assert seen["headers"]["x-own"] == "kept"


def test_its_whole_answer_comes_back(web: EcsStack) -> None:
    answer = web.get("/v1/who")

    assert answer.headers["etag"] == '"1"'
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_an_answer_that_takes_longer_than_the_integration_allows_is_504(web: EcsStack) -> None:
    answer = web.get("/v1/slow")

    assert (answer.status_code, answer.json()) == (504, {"message": "Gateway Timeout"})


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> None:
    with deployed(plain, "integrated", tmp_path_factory.mktemp("image")) as stack:
        assert stack.get("/v1/who").status_code == 502
