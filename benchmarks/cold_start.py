"""What a function imports before it can answer, against `import boto3` and a DynamoDB client.

Every sample is the time of the imports in a fresh, isolated process (`python -I`) of the functions' interpreter, the
start of Python itself not counted. Both sides find their bytecode: boto3's is in the interpreter's packages, the
bundle's beside its sources, both written by runs that do not count.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import aws_cdk as cdk

from benchmarks.comparison import CannotMeasureError, Comparison, Result
from benchmarks.processes import run
from local import aws
from local.deployment import ARCHITECTURE
from local.places import CHECKOUT, Places
from local.python_runtime import LOCAL_RUNTIME
from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.target import ARCHITECTURE_CONTEXT, RUNTIME_CONTEXT, Target

ROUNDS = 17
WARM_UPS = 1
TARGET = 1.0
BOTO3 = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
HANDLERS = {"catalog.read": TARGET, "catalog.write": None, "search.api": None, "inventory.api": None}

_TIMED = """
import sys, time
sys.path.insert(0, sys.argv[1])
started = time.perf_counter()
exec(sys.argv[2])
sys.stdout.write(str((time.perf_counter() - started) * 1000))
"""


def measure(progress: Callable[[str], None]) -> Result:
    """Builds the services' bundles as a local deployment does and imports their handlers.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When a bundle cannot be built or an import fails.
    """
    interpreter = Places().lambda_runtime / "bin" / "python"
    if not interpreter.exists():
        raise CannotMeasureError("there is no interpreter of the functions: run `make up` once")
    with tempfile.TemporaryDirectory(prefix="bench-cold-start-") as place:
        bundles, without_bytecode = Path(place, "bundles"), Path(place, "without-bytecode")
        progress("building the bundles")
        for service in {handler.partition(".")[0] for handler in HANDLERS}:
            _build(service, bundles / service)
        _build("catalog", without_bytecode)
        variants = {
            f"import {handler}": (f"import {handler}", bundles / handler.partition(".")[0]) for handler in HANDLERS
        }
        opened = "import catalog.read; catalog.read.catalog_table()"
        variants["catalog.read, table opened"] = (opened, bundles / "catalog")
        variants["catalog.read, no bytecode"] = ("import catalog.read", without_bytecode)
        times: dict[str, list[float]] = {what: [] for what in variants}
        baselines: list[float] = []
        for number in range(-WARM_UPS, ROUNDS):
            progress(f"{max(number, 0)} of {ROUNDS} rounds")
            baseline = _milliseconds(interpreter, BOTO3, bundles / "catalog")
            round_of = {
                what: _milliseconds(interpreter, statements, bundle, *(("-B",) if bundle == without_bytecode else ()))
                for what, (statements, bundle) in variants.items()
            }
            if number >= 0:
                baselines.append(baseline)
                for what, sample in round_of.items():
                    times[what].append(sample)
    return Result(
        title="cold start: imports in a fresh process",
        lines=[
            Comparison(
                what=what,
                baseline="boto3 and a client",
                unit="ms",
                samples=times[what],
                baselines=baselines,
                target=HANDLERS.get(what.removeprefix("import ")),
            )
            for what in variants
        ],
        notes=[
            f"{ROUNDS} rounds; all imports find their bytecode, but for 'no bytecode': a bundle as it is packed, "
            "without any, in a process that may not write it; boto3 has its own then too"
        ],
    )


def _build(service: str, folder: Path) -> None:
    app = cdk.App(context={RUNTIME_CONTEXT: LOCAL_RUNTIME, ARCHITECTURE_CONTEXT: ARCHITECTURE})
    try:
        Bundle(CHECKOUT / "lambdas" / service).write(folder, Target.of(app))
    except (OSError, RuntimeError) as error:
        raise CannotMeasureError(f"the bundle of {service}: {error}") from None


def _milliseconds(interpreter: Path, statements: str, bundle: Path, *flags: str) -> float:
    ended = run(
        [str(interpreter), "-I", *flags, "-c", _TIMED, str(bundle), statements],
        folder=bundle,
        environment=_environment(os.environ),
        longest_seconds=60,
    )
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CannotMeasureError(f"`{statements}` failed: {last}")
    return float(ended.stdout)


def _environment(shell: Mapping[str, str]) -> dict[str, str]:
    """What a function's process is given; nothing listens at the endpoint, and no import may ask it anything."""
    function = {"TABLE_NAME": "table", "SERVICE_NAME": "service", "POWERTOOLS_SERVICE_NAME": "service"}
    return aws.environment("http://127.0.0.1:9", {"PATH": shell.get("PATH", os.defpath)}) | function
