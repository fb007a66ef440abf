"""An answer for programs: what ``--json`` prints."""

from __future__ import annotations

import json


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
