"""Style sheets as a saved page carries them."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
FACES = ("source-sans-3.woff2", "source-serif-4.woff2")


def inlined_style(*files: str) -> str:
    """Style sheets of ``assets``, the type they name inside."""
    import gfmd_sim

    style = "".join((ASSETS / file).read_text(encoding="utf-8") for file in files)
    for file in FACES:
        face = Path(gfmd_sim.__file__).parent / "reports" / "assets" / file
        inside = "data:font/woff2;base64," + b64encode(face.read_bytes()).decode()
        style = style.replace(f"/type/{file}", inside)
    return style
