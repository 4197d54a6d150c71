"""The commands of the local AWS. What goes wrong is said in one line on standard error, with exit code 2."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from local import daemon
from local.failure import FailureError
from local.places import Places

application = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
progress, results = Console(stderr=True), Console()

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="TCP port on 127.0.0.1 (4566).")]


@application.callback()
def choose_places(
    context: typer.Context,
    root: Annotated[Path | None, typer.Option(help="Folder of this local AWS's files (.storefront).")] = None,
) -> None:
    """The storefront on a local AWS."""
    context.obj = Places(root=root.resolve()) if root else Places()


@application.command()
def up(
    context: typer.Context,
    port: Port = None,
    fargate: Annotated[str | None, typer.Option(help="Services on Fargate: inventory, or none.")] = None,
) -> None:
    """Starts the local AWS, deploys the storefront, loads the demo catalog."""
    from local.bring_up import bring_up

    bring_up(context.obj, port=port, fargate=fargate, console=progress, results=results)


@application.command()
def down(
    context: typer.Context,
    clean: Annotated[bool, typer.Option(help="Delete its state too.")] = False,
) -> None:
    """Stops the local AWS; its state is kept unless --clean."""
    with progress.status("saving the state …"):
        ran = daemon.stop(context.obj)
    if clean:
        daemon.forget(context.obj)
    progress.print(("stopped" if ran else "it was not running") + (", state deleted" if clean else ", state kept"))


@application.command()
def url(context: typer.Context) -> None:
    """Prints the API's base URL, without /v1."""
    from local.aws import LocalAws

    sys.stdout.write(LocalAws(daemon.require(context.obj).url).api_url() + "\n")


@application.command()
def token(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option(help="Name of a demo customer; created when new.")] = None,
) -> None:
    """Prints a bearer token: the demo merchant's, or a demo customer's."""
    from local import tokens
    from local.aws import LocalAws

    aws = LocalAws(daemon.require(context.obj).url)
    sys.stdout.write((tokens.customer_token(aws, customer) if customer else tokens.merchant_token(aws)) + "\n")


@application.command()
def logs(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="Name of the service, like catalog.")],
    follow: Annotated[bool, typer.Option(help="Wait for more, until Ctrl-C.")] = True,
) -> None:
    """Prints the structured logs of a service, and goes on as they come."""
    from local import service_logs
    from local.aws import LocalAws

    try:
        for line in service_logs.lines(LocalAws(daemon.require(context.obj).url), service, follow=follow):
            results.print(line, soft_wrap=True)
    except KeyboardInterrupt:
        pass  # how following ends


@application.command()
def mails(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(help="Only those to this address.")] = None,
) -> None:
    """Prints the messages that were sent by e-mail."""
    from local.mails import mails

    for line in mails(daemon.require(context.obj).url, to=to):
        results.print(line, soft_wrap=True)


@application.command()
def seed(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A catalog: YAML, JSON or NDJSON.")]
) -> None:
    """Loads a catalog through the public API and reports what was accepted and rejected."""
    from local import loading
    from local.aws import LocalAws

    report = loading.load(LocalAws(daemon.require(context.obj).url), file, console=progress)
    for number, product, reason in report.rejected:
        results.print(f"row {number} {product}: {reason}", highlight=False, markup=False, soft_wrap=True)
    results.print(f"{report.accepted} accepted, {len(report.rejected)} rejected, stock of {report.stocked} SKUs set")
    if report.rejected:
        raise FailureError(f"{file}: {len(report.rejected)} rows were rejected; the others are loaded")


def main() -> None:
    """Runs a command."""
    try:
        application()
    except Exception as error:
        if not _is_foreseen(error):
            raise
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        sys.exit(2)


def _is_foreseen(error: Exception) -> bool:
    """Whether its message suffices: ours, or the SDK's or HTTP client's about a server that refuses or is gone."""
    return isinstance(error, FailureError) or type(error).__module__.partition(".")[0] in ("botocore", "httpx")
