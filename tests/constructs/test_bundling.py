"""Bundles: complete, minimal, locked, and with hashes that change for a reason only."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.assertions import Template

from mach_constructs import LambdaCompute, ServiceFunction
from mach_constructs.compute.bundle import Bundle
from mach_constructs.compute.dependencies import CACHE_VARIABLE, Dependencies
from mach_constructs.compute.target import Target

TARGET = Target(runtime="python3.13", architecture="arm64", python_platform="aarch64-manylinux_2_34")
SOURCES = {
    "cart/__init__.py": "",
    "cart/api.py": "from contracts import money\nfrom . import rules\n\ndef handler(event, context): ...\n",
    "cart/rules.py": "import json\n",
    "cart/data/rates.json": "{}",
    "cart/tests/test_rules.py": "import nothing_of_this_is_bundled\n",
    "cart/requirements.in": "six\n",
    "contracts/__init__.py": "",
    "contracts/money.py": "def parse():\n    import currencies.table\n",
    "currencies/table.py": "",
    "version.py": "",
    "stock/__init__.py": "",
    "stock/api.py": "import version\n",
}


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "lambdas"
    write(root, SOURCES)
    return root


def written(bundle: Bundle, folder: Path) -> set[str]:
    bundle.write(folder, TARGET)
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_a_bundle_holds_the_service_and_the_siblings_it_imports(root: Path, tmp_path: Path) -> None:
    assert written(Bundle(root / "cart"), tmp_path / "out") == {
        "cart/__init__.py",
        "cart/api.py",
        "cart/rules.py",
        "cart/data/rates.json",
        "contracts/__init__.py",
        "contracts/money.py",
        "currencies/table.py",
    }
    assert written(Bundle(root / "stock"), tmp_path / "stock") == {"stock/__init__.py", "stock/api.py", "version.py"}


def test_further_files_are_in_the_bundle_and_in_its_hash(root: Path, tmp_path: Path) -> None:
    made = Bundle(root / "stock", {"documents/stock.json": "{}"})

    assert written(made, tmp_path / "out") == {
        "stock/__init__.py",
        "stock/api.py",
        "stock/documents/stock.json",
        "version.py",
    }
    assert (tmp_path / "out/stock/documents/stock.json").read_text() == "{}"
    others = [Bundle(root / "stock"), Bundle(root / "stock", {"documents/stock.json": "[]"})]
    assert made.asset_hash(TARGET) not in {other.asset_hash(TARGET) for other in others}
    assert made.asset_hash(TARGET) == Bundle(root / "stock", {"documents/stock.json": "{}"}).asset_hash(TARGET)


@pytest.mark.parametrize("path", ["", "/etc/stock.json", "../stock.json", "documents/../../stock.json", "api.py"])
def test_further_files_lie_in_the_folder_and_replace_nothing(root: Path, path: str) -> None:
    with pytest.raises(ValueError, match=r"files must be"):
        LambdaCompute(root / "stock", files={path: "{}"})


def test_a_syntax_error_is_reported_with_its_place(root: Path) -> None:
    write(root, {"cart/broken.py": "def\n"})
    with pytest.raises(ValueError, match=r"broken.py is not valid Python: .* \(line 1\)"):
        Bundle(root / "cart").asset_hash(TARGET)


@pytest.mark.parametrize(
    ("changed", "cart_changes", "stock_changes"),
    [
        ("cart/api.py", True, False),
        ("cart/data/rates.json", True, False),
        ("currencies/table.py", True, False),
        ("stock/api.py", False, True),
        ("version.py", False, True),
        ("cart/requirements.in", False, False),
        ("cart/__pycache__/api.cpython-313.pyc", False, False),
        ("cart/tests/test_rules.py", False, False),
        ("cart/.DS_Store", False, False),
    ],
)
def test_a_hash_changes_with_what_is_bundled_only(
    root: Path, changed: str, cart_changes: bool, stock_changes: bool
) -> None:
    def hashes() -> tuple[str, str]:
        return Bundle(root / "cart").asset_hash(TARGET), Bundle(root / "stock").asset_hash(TARGET)

    before = hashes()
    write(root, {changed: "CHANGED = True\n"})
    after = hashes()
    assert (before[0] != after[0], before[1] != after[1]) == (cart_changes, stock_changes)


def test_a_hash_is_the_same_wherever_the_checkout_is(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", SOURCES)
    assert Bundle(root / "cart").asset_hash(TARGET) == Bundle(tmp_path / "elsewhere/cart").asset_hash(TARGET)


def test_a_hash_changes_with_the_target(root: Path) -> None:
    other = Target(runtime="python3.11", architecture="x86_64", python_platform="x86_64-manylinux2014")
    assert Bundle(root / "cart").asset_hash(TARGET) != Bundle(root / "cart").asset_hash(other)


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        ("six==1.17.0\n", "must lock every requirement with --hash=sha256:…, 'six==1.17.0' has none"),
        ("six>=1\n", "must pin every requirement with ==, got 'six>=1'"),
        ("six==1.17.0 \\\n    --hash=sha256:aa\nattrs==1\n", "'attrs==1' has none"),
        ("-r other.txt\n", "may hold only pinned requirements, got the option '-r'"),
        ("--index-url=https://example.org\n", "got the option '--index-url=https://example.org'"),
    ],
)
def test_a_lock_that_locks_nothing_is_refused(root: Path, lock: str, message: str) -> None:
    write(root, {"cart/requirements.txt": lock})
    with pytest.raises(ValueError, match=message):
        LambdaCompute(root / "cart")


def test_comments_and_markers_are_fine_in_a_lock(root: Path) -> None:
    lock = "# by uv\nsix==1.17.0 ; python_version < '4' \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n  # via x\n"
    write(root, {"cart/requirements.txt": lock})
    LambdaCompute(root / "cart")


def build_wheel(folder: Path) -> Path:
    """Build the smallest wheel there is, so that no registry is needed."""
    files = {
        "tiny_dependency.py": b"ANSWER = 42\n",
        "tiny_dependency-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny-dependency\nVersion: 1.0\n",
        "tiny_dependency-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "tiny_dependency-1.0.dist-info/RECORD"
    lines = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for name, data in files.items()
    ]
    wheel = folder / "tiny_dependency-1.0-py3-none-any.whl"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in {**files, record: "\n".join([*lines, f"{record},,\n"]).encode()}.items():
            archive.writestr(name, data)
    return wheel


@pytest.fixture
def locked(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    wheel = build_wheel(tmp_path / "wheels")
    monkeypatch.setenv("UV_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    write(root, {"cart/requirements.txt": f"tiny-dependency==1.0 --hash=sha256:{digest}\n"})
    return root


def test_locked_dependencies_are_installed_once_and_then_need_no_registry(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = Bundle(locked / "cart")
    assert {"tiny_dependency.py", "cart/api.py"} <= written(bundle, tmp_path / "first")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "gone"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "gone too"))
    assert written(bundle, tmp_path / "second") == written(bundle, tmp_path / "first")
    assert not list((tmp_path / "cache").glob("installing-*"))


def test_a_package_with_another_hash_is_not_installed(locked: Path, tmp_path: Path) -> None:
    lock = locked / "cart/requirements.txt"
    lock.write_text(f"tiny-dependency==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(RuntimeError, match=r"uv could not install .*requirements.txt for Python 3.13 on aarch64"):
        Bundle(locked / "cart").write(tmp_path / "out", TARGET)
    assert not list((tmp_path / "cache").iterdir())


def test_the_cache_is_keyed_by_lock_and_target(locked: Path) -> None:
    dependencies = Dependencies(locked / "cart/requirements.txt")
    before = dependencies.digest(TARGET)
    other = Target(runtime="python3.12", architecture="arm64", python_platform="aarch64-manylinux_2_34")
    assert dependencies.digest(other) != before
    dependencies.lock.write_text(dependencies.lock.read_text() + "# changed\n")
    assert dependencies.digest(TARGET) != before


def synthesized(root: Path, out: Path, *, bundled: bool) -> str:
    """Synthesize one function and give the name of its asset."""
    context = {"aws:cdk:bundling-stacks": ["**"] if bundled else []}
    app = App(context=context, outdir=str(out), builtin_cloud_formation_validation=False)
    stack = Stack(app, "Stack")
    ServiceFunction(
        stack,
        "Api",
        compute=LambdaCompute(root / "cart"),
        handler="api.handler",
        description="",
        default_timeout=Duration.seconds(1),
        environment={},
    )
    (function,) = Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
    key: str = function["Properties"]["Code"]["S3Key"]
    return key.removesuffix(".zip")


def test_a_skipped_bundle_keeps_its_hash(root: Path, tmp_path: Path) -> None:
    bundled = synthesized(root, tmp_path / "bundled", bundled=True)
    skipped = synthesized(root, tmp_path / "skipped", bundled=False)
    assert bundled == skipped
    assert (tmp_path / "bundled" / f"asset.{bundled}" / "contracts/money.py").is_file()
    assert not list((tmp_path / "skipped").glob("asset.*"))
