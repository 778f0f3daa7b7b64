"""Finds the built web assets by the names their sources have."""

import json
from collections.abc import Iterator
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
    """Return the addresses of a bundle's style sheets, before them those of what it shares with other bundles."""
    return list(dict.fromkeys(f"/static/build/{file}" for file in _styles(f"src/{entry}.ts", set())))


def _styles(name: str, seen: set[str]) -> Iterator[str]:
    seen.add(name)
    chunk = _manifest()[name]
    imports, css = chunk.get("imports", []), chunk.get("css", [])
    for one in imports if isinstance(imports, list) else []:
        if one not in seen:
            yield from _styles(one, seen)
    yield from css if isinstance(css, list) else []
