"""What `LambdaCompute` refuses, and how a handler's own options win."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import Duration, Fn, Size, Token

from mach_constructs import FunctionOptions, LambdaCompute

ORDERS = Path(__file__).parent / "fixtures/orders"


def compute(**arguments: object) -> Callable[[], object]:
    return lambda: LambdaCompute(ORDERS, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (compute(memory=127), "memory must be between 128 and 10240 MiB, got 127"),
        (compute(memory=10241), "memory must be between 128 and 10240 MiB, got 10241"),
        (compute(timeout=Duration.seconds(0)), "timeout must be between 1 and 900 seconds, got 0"),
        (compute(timeout=Duration.seconds(901)), "timeout must be between 1 and 900 seconds, got 901"),
        (compute(timeout=Duration.millis(1500)), "timeout must be a whole number of seconds, got 1500 ms"),
        (compute(reserved_concurrency=-1), "reserved_concurrency must be between 0 and 100000, got -1"),
        (
            lambda: FunctionOptions(ephemeral_storage=Size.kibibytes(1024 * 512 + 1)),
            "ephemeral_storage must be a whole number, got 512.0009765625",
        ),
        (
            lambda: FunctionOptions(ephemeral_storage=Size.mebibytes(511)),
            "ephemeral_storage must be between 512 and 10240 MiB, got 511",
        ),
        (compute(handlers={"handler": FunctionOptions()}), "handler must look like \"api.handler\", got 'handler'"),
        (compute(handlers={"nobody.handler": FunctionOptions()}), "needs the file .*nobody.py, which does not exist"),
        (compute(handlers={"api.nothing": FunctionOptions()}), "needs 'nothing' at the top level of .*api.py"),
        (lambda: LambdaCompute("no/such/folder"), "entry must be a folder of Python handlers, got 'no/such/folder'"),
    ],
)
def test_invalid_arguments_are_refused_one_by_one(create: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create()


def test_the_folder_must_be_importable(tmp_path: Path) -> None:
    (tmp_path / "order-desk").mkdir()
    with pytest.raises(ValueError, match="entry must be named like a Python package, got 'order-desk'"):
        LambdaCompute(tmp_path / "order-desk")


def test_values_known_at_deployment_only_are_accepted() -> None:
    memory = Token.as_number(Fn.ref("Memory"))
    assert LambdaCompute(ORDERS, memory=memory).memory == memory  # type: ignore[arg-type]


def test_a_handlers_options_win_over_the_services() -> None:
    service = LambdaCompute(
        ORDERS,
        memory=256,
        reserved_concurrency=5,
        environment={"SHARED": "1", "OWN": "service"},
        handlers={
            "events.handler": FunctionOptions(memory=1024, reserved_concurrency=0, environment={"OWN": "handler"})
        },
    )
    events, api = service.options("events.handler"), service.options("api.handler")
    assert (events.memory, events.reserved_concurrency) == (1024, 0)
    assert events.environment == {"SHARED": "1", "OWN": "handler"}
    assert (api.memory, api.reserved_concurrency) == (256, 5)


def test_a_relative_path_starts_at_the_working_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ORDERS.parent)
    assert LambdaCompute("orders").folder == ORDERS
