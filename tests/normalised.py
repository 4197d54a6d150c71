"""Templates without what changes from one checkout to another, to compare them with snapshots."""

import json
import re
from pathlib import Path
from typing import Any

HASH = re.compile(r"[0-9a-f]{64}")


def normalised(template: dict[str, Any]) -> Any:
    """The template without the hashes of assets and without what every stack has for its bootstrap.

    Args:
        template: As CDK wrote it; it is left as it is.
    """
    shown = without_hashes(template)
    del shown["Parameters"]["BootstrapVersion"]
    del shown["Rules"]["CheckBootstrapVersion"]
    return shown


def without_hashes(value: Any) -> Any:
    """A value without what changes with every edit of a handler: its asset's hash."""
    if isinstance(value, dict):
        return {without_hashes(key): without_hashes(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_hashes(inner) for inner in value]
    return HASH.sub("<hash>", value) if isinstance(value, str) else value


def read_templates(assembly: Path) -> dict[str, dict[str, Any]]:
    """Every template of a cloud assembly, by the stack's name."""
    return {
        file.name.removesuffix(".template.json"): json.loads(file.read_text())
        for file in sorted(assembly.glob("*.template.json"))
    }
