"""Frames as files that people open: Parquet, and CSV without a cell that is taken for a formula."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Each table as NAME.parquet and NAME.csv; the CSV files' paths."""
    files = []
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        harmless(table).to_csv(folder / f"{name}.csv", index=False)
        files.append(folder / f"{name}.csv")
    return files


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with an apostrophe before any text that a spreadsheet would compute."""
    out = table.copy()
    for column in out.select_dtypes(["object", "string"]):
        out[column] = [
            f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for v in out[column]
        ]
    return out
