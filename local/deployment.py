"""Deploys to the local AWS with the real CDK CLI, an assembly that differs from AWS's in runtime and processor only."""

import os
import platform
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from local import aws, computes, container_images
from local.failure import FailureError
from local.places import CHECKOUT, Places
from local.python_runtime import LOCAL_RUNTIME
from local.server import REGION

CDK = CHECKOUT / "node_modules" / ".bin" / "cdk"
ARCHITECTURE = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
# Functions run on this machine, so what they bring along is compiled for its system, not for Lambda's.
MACOS = f"{'aarch64' if ARCHITECTURE == 'arm64' else ARCHITECTURE}-apple-darwin"
PLATFORM = (f"--context=mach-constructs:python-platform={MACOS}",) if sys.platform == "darwin" else ()
QUIET = ("--no-notices", "--no-color", "--ci", "--no-version-reporting")
STACKS_AT_ONCE = 4

_DONE = re.compile(r"✅\s+(?P<stack>\S+)(?P<unchanged> \(no changes\))?$")
_FAILED = re.compile(r"\| (?:CREATE|UPDATE|DELETE)_FAILED +\| .* \| (?P<why>.*)$")
_WRONG = re.compile(r"❌|\bfail(ed)?:|\b[A-Z]\w*(Error|Exception)\b|error", re.IGNORECASE)
_ALREADY_SAID = re.compile(r"^\s*(at |INFO |File |Traceback|\^|\|)|Supply a stack id")

Note = Callable[[str], None]


class Deployment:
    """One run of the CDK CLI's steps against a local AWS.

    Args:
        endpoint: The server's URL.
        places: Where the assembly and the CLI's output go.
    """

    def __init__(self, endpoint: str, places: Places) -> None:
        places.root.mkdir(parents=True, exist_ok=True)
        docker = container_images.command_for(places.container_images, places.root / "docker")
        self._environment = aws.environment(endpoint) | {
            "CDK_DEFAULT_ACCOUNT": aws.ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DOCKER": str(docker),
            "CDK_VALIDATION": "false",  # 2 s; the policy tests validate strictly
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
        }
        self._places = places
        self._running: set[int] = set()
        self._abandoned = False
        places.deployment_log.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Ends what runs and what is about to."""
        self._abandoned = True
        for group in list(self._running):
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGTERM)

    def synthesize(self, on_fargate: Iterable[str] = ()) -> None:
        """Writes the cloud assembly for this machine's Python and processor; needs no server yet.

        Args:
            on_fargate: Services that run on Fargate instead of Lambda.
        """
        self._cdk(
            "synth",
            "--quiet",
            f"--app={shlex.join([sys.executable, 'app.py'])}",
            f"--output={self._places.assembly}",
            f"--context=mach-constructs:runtime={LOCAL_RUNTIME}",
            f"--context=mach-constructs:architecture={ARCHITECTURE}",
            # What listens for webhooks while one develops is on this machine.
            "--context=storefront:webhooks-to-loopback=true",
            *computes.context(on_fargate),
            *PLATFORM,
            folder=CHECKOUT,
        )

    def bootstrap(self, note: Note) -> None:
        """Creates what the CLI needs in an account: bucket, roles, version parameter."""
        without_cdk_json = self._places.root
        self._cdk("bootstrap", f"aws://{aws.ACCOUNT}/{REGION}", folder=without_cdk_json, note=note)

    def deploy(self, note: Note) -> dict[str, bool]:
        """Deploys every stack of the assembly; gives for each whether anything changed."""
        changed: dict[str, bool] = {}
        for line in self._cdk(
            "deploy",
            "--all",
            f"--app={self._places.assembly}",
            "--require-approval=never",
            f"--concurrency={STACKS_AT_ONCE}",
            folder=CHECKOUT,
            note=note,
        ):
            if done := _DONE.search(line):
                changed[done["stack"]] = not done["unchanged"]
        return changed

    def _cdk(self, *arguments: str, folder: Path, note: Note | None = None) -> list[str]:
        lines: list[str] = []
        command = [str(CDK), *arguments, *QUIET]
        with (
            self._places.deployment_log.open("a") as log,
            subprocess.Popen(
                command,
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all of it can be ended: the CLI and the app it runs
                text=True,
            ) as process,
        ):
            log.write(f"$ {shlex.join(command)}\n")
            self._running.add(process.pid)
            if self._abandoned:
                self.abandon()
            try:
                for line in process.stdout or ():
                    log.write(line)
                    lines.append(line.rstrip())
                    if note:
                        note(line.strip()[:70])
            except BaseException:
                self.abandon()
                raise
            finally:
                self._running.discard(process.pid)
        if process.returncode != 0:
            raise FailureError(f"cdk {arguments[0]}: {reason(lines)} (all it said: {self._places.deployment_log})")
        return lines


def reason(lines: Iterable[str]) -> str:
    """The line of a failed command's output that says best what went wrong.

    Args:
        lines: Its output.
    """
    lines = list(lines)
    if failed := next(filter(None, map(_FAILED.search, lines)), None):
        return failed["why"][:300]
    said = [line.strip() for line in lines if line.strip() and not _ALREADY_SAID.search(line)]
    telling = [line for line in said if _WRONG.search(line)]
    return (telling or said or ["it said nothing"])[0 if telling else -1][:300]
