"""Sets a checkout up: a virtual environment with the pinned packages, and the CDK CLI; `make` runs it.

It runs on the machine's own interpreter, before there is any package, so it uses the standard library only, and its
syntax is old enough for a too old Python to read it and say so. What is there already is not made again; what was
interrupted is.
"""
# ruff: noqa: B904, E402, UP031

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.stderr.write(
        "Python %d.%d is too old: %d.%d or newer is needed; name one with `make PYTHON=/path/to/python3 ...`\n"
        % (tuple(sys.version_info[:2]) + OLDEST)
    )
    sys.exit(2)

import fcntl
import hashlib
import os
import re
import subprocess
import time

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STOREFRONT = os.path.join(CHECKOUT, ".storefront")
LOG = os.path.join(STOREFRONT, "set-up.log")
VENV = os.path.join(CHECKOUT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
NPM = os.path.join(VENV, "bin", "npm")
UV = os.path.join(VENV, "bin", "uv")
LAMBDA_RUNTIME = os.path.join(STOREFRONT, "lambda-runtime")
PACKAGES = os.path.join(CHECKOUT, "requirements.txt")
PACKAGES_OF_FUNCTIONS = os.path.join(CHECKOUT, "local", "lambda-runtime.txt")
NODE_PACKAGES = os.path.join(CHECKOUT, "package-lock.json")
OUR_PACKAGES = [os.path.join(CHECKOUT, folder, "pyproject.toml") for folder in ("constructs", "lambdas")]


class FailureError(Exception):
    """One line that says what is wrong and what to do."""


def main():
    # type: () -> None
    """Makes what is missing or out of date, in order; nothing, in a few milliseconds, when all is there."""
    if not os.path.isdir(STOREFRONT):
        os.makedirs(STOREFRONT)
    with open(os.path.join(STOREFRONT, "set-up.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        open(LOG, "w").close()
        python = "%d.%d.%d" % sys.version_info[:3]
        environment = [sys.executable, "-m", "venv", "--clear", VENV]
        run_once(
            "virtual environment", VENV, [python], [environment, [VENV_PYTHON, "-m", "pip", "install", pinned_uv()]]
        )
        run_once(
            "Python packages",
            VENV,
            [python, digest(PACKAGES)] + [digest(package) for package in OUR_PACKAGES],
            [[UV, "pip", "sync", "--python", VENV_PYTHON, PACKAGES]],
        )
        run_once(
            "interpreter of the functions",
            LAMBDA_RUNTIME,
            [python, digest(PACKAGES_OF_FUNCTIONS)],
            [
                [UV, "venv", "--clear", "--python", VENV_PYTHON, LAMBDA_RUNTIME],
                [UV, "pip", "sync", "--python", os.path.join(LAMBDA_RUNTIME, "bin", "python"), PACKAGES_OF_FUNCTIONS],
            ],
        )
        run_once(
            "CDK command line",
            os.path.join(CHECKOUT, "node_modules"),
            [digest(NODE_PACKAGES)],
            [
                [
                    os.path.join(VENV, "bin", "npm"),
                    "ci",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                    "--fetch-retries=1",
                ]
            ],
        )


def run_once(what, folder, inputs, commands):
    # type: (str, str, list[str], list[list[str]]) -> None
    """Runs the commands unless they already filled the folder from the same inputs.

    The mark that says so lies inside the folder and is written last: it goes with it, and an interrupted run has none.
    """
    mark = os.path.join(folder, ".set-up-" + what.replace(" ", "-"))
    wanted = "\n".join(inputs + [" ".join(command) for command in commands])
    if os.path.exists(mark):
        with open(mark) as file:
            if file.read() == wanted:
                return
        os.remove(mark)
    started = time.time()
    for command in commands:
        run(what, command, started)
    with open(mark, "w") as file:
        file.write(wanted)
    say("%s: %.1f s\n" % (what, time.time() - started))


def run(what, command, started):
    # type: (str, list[str], float) -> None
    """Runs one command, its output in the log, the seconds that pass on the terminal."""
    environment = dict(os.environ, PATH=os.path.join(VENV, "bin") + os.pathsep + os.environ.get("PATH", os.defpath))
    environment.pop("VIRTUAL_ENV", None)
    environment.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_RETRIES="1", UV_NO_PROGRESS="1")
    begin = os.path.getsize(LOG)
    with open(LOG, "a") as log:
        log.write("$ %s\n" % " ".join(command))
        log.flush()
        try:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise FailureError("%s: cannot run %s: %s" % (what, command[0], error.strerror))
        try:
            while process.poll() is None:
                if sys.stderr.isatty():
                    say("%s ... %d s" % (what, time.time() - started))
                time.sleep(0.1)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        with open(LOG) as log:
            log.seek(begin)
            raise FailureError("%s: %s (all of it: %s)" % (what, reason(log.read()), LOG))


def reason(output):
    # type: (str) -> str
    """The line of a failed command's output that says best what went wrong."""
    if "ensurepip" in output:
        return "this Python lacks the venv module; on Debian and Ubuntu: apt install python3-venv"
    lines = [
        re.sub(r"^[\s\W]*(error:|npm error)?\s*", "", line, flags=re.I).strip() for line in output.splitlines()[1:]
    ]
    lines = [line for line in lines if line]
    if re.search(
        r"dns error|\(connect\)|connection (broken|refused|reset)|timed? ?out|ENOTFOUND|ECONN|ETIMEDOUT|EAI_",
        output,
        re.I,
    ):
        return "the package registry cannot be reached: check the network, or the index that pip, uv and npm are set to"
    cause = "no matching distribution|no solution|404"
    telling = [line for line in lines if re.search(cause, line, re.I)]
    return (telling or lines or ["it said nothing"])[0][:300]


def pinned_uv():
    # type: () -> str
    """The line of requirements.txt that pins uv, which installs all the others."""
    with open(PACKAGES) as file:
        for line in file:
            if line.startswith("uv=="):
                return line.split()[0]
    raise FailureError("requirements.txt does not pin uv: run `make lock`")


def digest(path):
    # type: (str) -> str
    """The SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def say(text):
    # type: (str) -> None
    """Writes progress to standard error; on a terminal a line replaces the one before."""
    sys.stderr.write(("\r\x1b[K" if sys.stderr.isatty() else "") + text)
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        main()
    except FailureError as failure:
        say("%s\n" % failure)
        sys.exit(2)
    except KeyboardInterrupt:
        say("interrupted; the next run goes on from here\n")
        sys.exit(130)
