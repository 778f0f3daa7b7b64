"""Finds the built web assets by the names their sources have."""

import json
from functools import lru_cache
from pathlib import Path

BUILD = Path(__file__).parent / "static" / "build"


class AssetsMissing(RuntimeError):
    """The web assets have not been built; run ``make web``."""


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, object]]:
    path = BUILD / ".vite" / "manifest.json"
    if not path.exists():
        raise AssetsMissing(AssetsMissing.__doc__)
    manifest: dict[str, dict[str, object]] = json.loads(path.read_text())
    return manifest


def script(entry: str) -> str:
    """Return the address of a bundle's script."""
    return f"/static/build/{_manifest()[f'src/{entry}.ts']['file']}"


def styles(entry: str) -> list[str]:
    """Return the addresses of a bundle's style sheets."""
    css = _manifest()[f"src/{entry}.ts"].get("css", [])
    return [f"/static/build/{file}" for file in css] if isinstance(css, list) else []
