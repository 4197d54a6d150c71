"""What a team writes for one complete service: with these constructs, and in plain `aws_cdk`.

Both are files of this folder, formatted by ruff. Lines are those that hold code: no blank ones, comments or docstrings;
logical lines count a call as one, however many lines its arguments take. A test compares what both synthesize.
"""

import ast
import io
import tempfile
import tokenize
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aws_cdk as cdk
from aws_cdk.assertions import Template

from benchmarks import plain_service, service_with_constructs
from benchmarks.comparison import Amount, Comparison, Result
from mach_constructs import EventMesh, HttpFront, JwtInService

HANDLERS = {"reviews": ("read", "write", "events"), "relay": ("handler",)}
ISSUER, CLIENT_IDS = "https://issuer.example", ("shop",)
_NO_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def measure(progress: Callable[[str], None]) -> Result:
    """Counts both, and synthesizes them.

    Args:
        progress: Told what is done now.
    """
    progress("synthesizing both")
    ours, theirs = (Path(str(module.__file__)).read_text() for module in (service_with_constructs, plain_service))
    with_constructs, plain = templates()
    return Result(
        title="effort: one complete service",
        lines=[
            Comparison(
                what="lines with code",
                baseline="plain aws_cdk",
                unit="",
                samples=[float(lines_of_code(ours))],
                baselines=[float(lines_of_code(theirs))],
            ),
            Comparison(
                what="logical lines",
                baseline="plain aws_cdk",
                unit="",
                samples=[float(logical_lines(ours))],
                baselines=[float(logical_lines(theirs))],
            ),
            Comparison(
                what="resources they make",
                baseline="plain aws_cdk",
                unit="",
                samples=[float(len(with_constructs))],
                baselines=[float(len(plain))],
            ),
            Amount(
                what="resources for a line with code",
                unit="",
                samples=[len(with_constructs) / lines_of_code(ours)],
                beside=f"{len(plain) / lines_of_code(theirs):.2f} in plain aws_cdk",
            ),
        ],
        notes=[
            "imports, contracts and all arguments are counted; the relay's own code, the bundling of shared packages "
            "and dependencies, and the checks of arguments come with the constructs and are not counted for plain "
            "aws_cdk, which would have to add them"
        ],
    )


def templates() -> tuple[Mapping[str, Mapping[str, object]], Mapping[str, Mapping[str, object]]]:
    """Synthesizes both services.

    Returns:
        The resources of the service's stack: with the constructs, and without.
    """
    with _sources() as lambdas:
        app = cdk.App(
            context={"aws:cdk:bundling-stacks": []}, analytics_reporting=False, builtin_cloud_formation_validation=False
        )
        platform = cdk.Stack(app, "Platform")
        authorization = JwtInService(issuer=ISSUER, client_ids=list(CLIENT_IDS))
        front = HttpFront(platform, "Front", authorization=authorization)
        mesh = EventMesh(platform, "Mesh")
        ours = service_with_constructs.ReviewsStack(app, "Reviews", lambdas=lambdas, front=front, mesh=mesh)
        theirs = plain_service.ReviewsStack(
            app, "Plain", lambdas=lambdas, api=front.api, bus=mesh.bus, token_issuer=ISSUER, token_client_ids=CLIENT_IDS
        )
        found = [Template.from_stack(stack).to_json()["Resources"] for stack in (ours, theirs)]
        return found[0], found[1]


def lines_of_code(source: str) -> int:
    """Lines that hold anything but comments and docstrings.

    Args:
        source: A module.
    """
    documented = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    held = {
        line
        for token in _tokens(source)
        if token.type not in _NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(held - documented)


def logical_lines(source: str) -> int:
    """Statements and headers of blocks, docstrings not counted.

    Args:
        source: A module.
    """
    ends = sum(token.type == tokenize.NEWLINE for token in _tokens(source))
    strings = sum(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in ast.walk(ast.parse(source))
    )
    return ends - strings


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


@contextmanager
def _sources() -> Iterator[Path]:
    """Handlers where both services look for them."""
    with tempfile.TemporaryDirectory(prefix="bench-effort-") as place:
        for folder, handlers in HANDLERS.items():
            Path(place, folder).mkdir()
            for handler in handlers:
                Path(place, folder, f"{handler}.py").write_text("def handler(event, context):\n    return {}\n")
        yield Path(place)
