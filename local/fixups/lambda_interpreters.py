"""A function runs on an interpreter that has what Lambda's runtime has, and nothing of this checkout.

The emulator runs every `python3.x` function on its own interpreter with all its packages, which hides a dependency
that a function forgot to bundle. Here functions run on `.storefront/lambda-runtime`, which holds boto3 alone.
"""

from pathlib import Path

from ministack.core import lambda_runtime

from local.python_runtime import LOCAL_RUNTIME


def install(lambda_runtime_folder: Path) -> None:
    """Sends Python functions of the interpreter's own version to the isolated one; any other version is refused.

    Args:
        lambda_runtime_folder: A virtual environment made from the interpreter that runs the emulator.
    """
    detect = lambda_runtime._detect_runtime_binary
    interpreter = str(lambda_runtime_folder / "bin" / "python")

    def interpreter_of(runtime: str) -> tuple[str, str]:
        if not runtime.startswith("python"):
            binary, script = detect(runtime)
            return str(binary), str(script)
        if runtime != LOCAL_RUNTIME:
            raise RuntimeError(f"this machine runs {LOCAL_RUNTIME} functions only, not {runtime}")
        return interpreter, str(lambda_runtime._PYTHON_WORKER_SCRIPT)

    lambda_runtime._detect_runtime_binary = interpreter_of
