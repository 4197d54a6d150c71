"""User CPU of `cdk synth`: the storefront against an app with one stack, and what one more service adds.

Every run is the CDK CLI with `--quiet` and all it starts (the app, the library's Node process), with the feature flags
of `cdk.json` and the strict validation they ask for. The one stack has one resource, because the validator refuses a
template without any. Each app has a `cdk.out` that a first, uncounted run filled, as on anybody's
machine: bundles whose sources did not change are not built again.
"""

import json
import os
import resource
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.comparison import Amount, CannotMeasureError, Comparison, Result
from benchmarks.processes import run
from local import aws
from local.deployment import CDK, reason
from local.places import CHECKOUT

PAIRS = 5
MORE_SERVICES = 10
TARGET = 2.0
LONGEST_RUN_SECONDS = 300

_ONE_STACK = """
import aws_cdk as cdk

app = cdk.App()
cdk.CfnWaitConditionHandle(cdk.Stack(app, "Empty"), "OneResource")
app.synth()
"""

_STOREFRONT_AND_MORE = """
import sys

sys.path.insert(0, {checkout!r})

import aws_cdk as cdk
from app import compose
from mach_constructs import DynamoDbStore, LambdaCompute, Microservice, Route

app = cdk.App()
compose(app)
front = app.node.find_child("Platform").front
for number in range({more}):
    Microservice(
        cdk.Stack(app, f"More{{number}}"),
        "Service",
        compute=LambdaCompute({service!r}),
        store=DynamoDbStore(partition_key="pk"),
        front=front,
        routes=[Route(f"GET /more-{{number}}", public=True)],
    )
app.synth()
"""

_HANDLER = "def handler(event, context):\n    return {'statusCode': 200}\n"


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """One app to synthesize.

    Args:
        folder: Where `cdk.json` is.
        app: The script.
        output: Its `cdk.out`.
        arguments: The script's.
        options: More options for the CLI.
    """

    folder: Path
    app: Path
    output: Path
    arguments: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def seconds(self) -> float:
        """User CPU of one run.

        Raises:
            CannotMeasureError: When it fails.
        """
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        command = [str(CDK), "synth", "--quiet", "--no-notices"]
        ended = run(
            [
                *command,
                f"--app={shlex.join([sys.executable, str(self.app), *self.arguments])}",
                f"--output={self.output}",
                *self.options,
            ],
            folder=self.folder,
            environment=_environment(),
            longest_seconds=LONGEST_RUN_SECONDS,
        )
        if ended.returncode != 0:
            said = reason((ended.stdout + ended.stderr).splitlines())
            raise CannotMeasureError(f"cdk synth of {self.app.name} failed: {said}")
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(progress: Callable[[str], None]) -> Result:
    """Synthesizes the apps in turn.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When an app cannot be synthesized.
    """
    with tempfile.TemporaryDirectory(prefix="bench-synthesis-") as place:
        apps = _apps(Path(place))
        times: dict[str, list[float]] = {name: [] for name in apps}
        for number in range(-1, PAIRS):
            for name, app in apps.items():
                progress(f"{max(number, 0)} of {PAIRS} rounds: {name}")
                seconds = app.seconds()
                if number >= 0:
                    times[name].append(seconds)
    more = [
        (big - small) / MORE_SERVICES * 1000
        for big, small in zip(times["with more services"], times["storefront"], strict=True)
    ]
    return Result(
        title="synthesis: user CPU of `cdk synth`",
        lines=[
            Comparison(
                what="the storefront",
                baseline="an app with one stack",
                unit="s",
                samples=times["storefront"],
                baselines=times["one stack"],
                target=TARGET,
            ),
            Comparison(
                what="the storefront, not validated",
                baseline="one stack, not validated",
                unit="s",
                samples=times["storefront, not validated"],
                baselines=times["one stack, not validated"],
            ),
            Amount(
                what="one more service adds",
                unit="ms",
                samples=more,
                beside=f"{MORE_SERVICES} more, divided by {MORE_SERVICES}",
            ),
        ],
    )


def _apps(place: Path) -> dict[str, Synthesis]:
    service = place / "small_service"
    service.mkdir()
    (service / "api.py").write_text(_HANDLER)
    one_stack = place / "one_stack"
    one_stack.mkdir()
    settings = json.loads((CHECKOUT / "cdk.json").read_text())
    (one_stack / "cdk.json").write_text(json.dumps({"app": "", **settings}))
    (one_stack / "one_stack.py").write_text(_ONE_STACK)
    more = place / "more_services.py"
    more.write_text(_STOREFRONT_AND_MORE.format(checkout=str(CHECKOUT), more=MORE_SERVICES, service=str(service)))
    apps = {
        "one stack": Synthesis(folder=one_stack, app=one_stack / "one_stack.py", output=place / "one.out"),
        "storefront": Synthesis(folder=CHECKOUT, app=CHECKOUT / "app.py", output=place / "storefront.out"),
        "with more services": Synthesis(folder=CHECKOUT, app=more, output=place / "more.out"),
    }
    for name in ("one stack", "storefront"):
        app = apps[name]
        apps[f"{name}, not validated"] = Synthesis(
            folder=app.folder, app=app.app, output=app.output, options=("--no-validation",)
        )
    return apps


def _environment() -> dict[str, str]:
    """The shell's environment without AWS settings: synthesis asks AWS nothing."""
    quiet = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "1"}
    path = {"PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"}
    return aws.environment("http://127.0.0.1:9") | quiet | path
