"""Each execution environment has a temporary folder of its own, as on Lambda.

The emulator's workers all share the machine's `/tmp`: two copies of a function would overwrite each other's files,
and what was cached there would outlive the state it was read from. `TMPDIR` (which `tempfile.gettempdir()` obeys) now
names a folder inside the worker's own, which disappears with it.
"""

from local.fixups.worker_script import replace_once


def install() -> None:
    """Gives every worker a `TMPDIR`."""
    replace_once(
        "    os.environ.update(env)\n",
        "    os.environ.update(env)\n"
        '    os.environ["TMPDIR"] = os.path.join(os.path.dirname(code_dir), "tmp")\n'
        '    os.mkdir(os.environ["TMPDIR"])\n',
    )
