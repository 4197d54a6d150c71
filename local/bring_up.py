"""`make up`: from a checkout that is set up to a storefront that answers."""

import fcntl
import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from local import computes, daemon, loading, tasks
from local.aws import LocalAws
from local.deployment import Deployment
from local.failure import FailureError
from local.phases import Phases
from local.places import Places


def bring_up(
    places: Places, *, port: int | None, fargate: str | None = None, console: Console, results: Console
) -> None:
    """Starts the local AWS unless it runs, deploys what changed, loads the demo catalog once, and tells how to use it.

    When a phase fails, a server that this run started is ended again.

    Args:
        places: Where everything is kept.
        port: TCP port on 127.0.0.1; None for the last one, or 4566.
        fargate: Services that run on Fargate from now on, or `none`; None for what was said last.
        console: For progress.
        results: For what the user asked for: the URL, the calls to try.

    Raises:
        FailureError: With the reason, when a phase fails.
    """
    phases = Phases(console=console)
    with _alone(places), _ending_what_was_started(places), ThreadPoolExecutor(1) as beside:
        on_fargate = computes.on_fargate(places, fargate)
        endpoint = daemon.url(daemon.port_to_use(places, port))
        if daemon.find(places) is None:
            with phases.phase("start the local AWS"):
                daemon.start(places, port=port)
        aws, deployment = LocalAws(endpoint), Deployment(endpoint, places)
        begun, synthesis = time.monotonic(), beside.submit(deployment.synthesize, on_fargate)
        try:
            if "CDKToolkit" not in aws.stack_names():
                with phases.phase("bootstrap") as note:
                    deployment.bootstrap(note)
            with phases.phase("synthesize", started=begun):
                synthesis.result()
            with phases.phase("deploy") as note:
                stacks = deployment.deploy(note)
        except BaseException:
            deployment.abandon()
            raise
        if on_fargate:
            with phases.phase("wait for containers"):
                tasks.wait_until_running(aws)
        if not loading.demo_catalog_is_loaded(aws):
            with phases.phase("load the demo catalog", spinner=False):
                _load_demo_catalog(aws, console)
    changed = [stack for stack, has_changed in stacks.items() if has_changed]
    results.print(phases.table())
    results.print(f"\ndeployed: {', '.join(changed) if changed else 'nothing had changed'}")
    if on_fargate:
        results.print(f"on Fargate: {', '.join(on_fargate)}; collectors and log routers beside a service are not run")
    results.print(f"accepted, not emulated: {accepted_not_emulated(places)}")
    explain(aws.api_url(), results)


def accepted_not_emulated(places: Places) -> str:
    """The resource types that exist in the deployed stacks but not in the emulator, and how many of each."""
    try:
        accepted: dict[str, str] = json.loads((places.state / "accepted-resources.json").read_text())
    except FileNotFoundError:
        accepted = {}
    counts = Counter(accepted.values())
    return ", ".join(f"{kind} ({count})" for kind, count in sorted(counts.items())) or "none"


def _load_demo_catalog(aws: LocalAws, console: Console) -> None:
    # What was sold or counted here since stays so when a newer demo catalog is loaded over an older one.
    report = loading.load(aws, loading.DEMO_CATALOG, console=console, recount=False)
    if report.rejected:
        number, product, reason = report.rejected[0]
        raise FailureError(f"{loading.DEMO_CATALOG}: row {number} ({product}) was rejected: {reason}")
    loading.load_demo_categories(aws)
    loading.load_demo_promotions(aws)
    loading.remember_demo_catalog(aws)


def explain(url: str, results: Console) -> None:
    """Tells where the storefront answers, what to try first, and where the rest is to be found.

    Args:
        url: The API's, without `/v1`.
        results: Where to tell it; nothing is wrapped, so that each line can be copied.
    """
    for line in (
        "",
        f"The storefront answers at {url}",
        "",
        f"  curl '{url}/v1/search?q=mug'",
        f"""  curl '{url}/v1/carts' -H 'Content-Type: application/json' -d '{{"currency": "USD"}}'""",
        f"""  curl '{url}/v1/orders' -H "Authorization: Bearer $(make -s token)\"""",
        "",
        "How to buy something is in README.md, under Try it. All of it, to read and try in a browser:",
        f"{url}/v1/docs",
    ):
        results.print(line, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    places.root.mkdir(parents=True, exist_ok=True)
    with (places.root / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FailureError("another `make up` runs in this checkout: wait until it is done") from None
        yield


@contextmanager
def _ending_what_was_started(places: Places) -> Iterator[None]:
    ran_before = daemon.find(places) is not None
    interrupted = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except BaseException:
        if not ran_before:
            daemon.stop(places)
        raise
    finally:
        signal.signal(signal.SIGTERM, interrupted)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
