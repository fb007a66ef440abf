"""A sweep written down: a YAML file that says what ``run.py sweep`` would be told by options.

::

    scenario: gfmd-2024-25        # a name, or a file beside this one
    sampler: lhs                  # grid, list, zip, lhs, sobol or morris
    samples: 200
    replicates: 2
    seed: 1
    set: {process.n_sittings: 2}  # levers that all designs share
    vary:
      seating.rule: [random, balanced]
      opinion.table_pull: 0.07:0.28
      discussion.n_turns: 30:60
      note.p_read:                # nothing: its plausible range

``designs`` (a list of settings) may stand in place of ``vary``, posterior samples included.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gfmd_sim.errors import Sentence, UserError, did_you_mean, nearest, refusal
from gfmd_sim.experiments.design import Plan, crossed, designs
from gfmd_sim.experiments.factors import Choice, Factor, check_path
from gfmd_sim.experiments.samplers import SAMPLERS, sample
from gfmd_sim.experiments.simulator import JSON, canonical
from gfmd_sim.experiments.typed import parse_vary
from gfmd_sim.scenario.yaml_text import plain

_KEYS = ("scenario", "sampler", "samples", "replicates", "seed", "set", "vary", "designs")
_LIMIT = 50_000_000


@dataclass(frozen=True)
class SweepFile:
    """What a sweep file says; ``plan`` turns it into runs."""

    scenario: str
    sampler: str = "grid"
    samples: int = 5
    replicates: int = 1
    seed: int = 0
    fixed: Mapping[str, JSON] = field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    alone: tuple[str, ...] = ()
    """Parameters named without values: the scenario says what their plausible range is."""
    rows: tuple[Mapping[str, JSON], ...] = ()

    def plan(self) -> Plan:
        """The runs, where every factor has its values."""
        if self.alone:
            raise UserError("a parameter has no values", key=self.alone[0])
        if self.rows:
            return crossed(designs(self.rows, self.fixed), self.replicates)
        return sample(
            self.factors, self.sampler, self.samples, replicates=self.replicates, seed=self.seed,
            fixed=self.fixed,
        )  # fmt: skip


def read_sweep(path: str | Path, integers: Container[str] = ()) -> SweepFile:
    """Read a sweep file; ``integers`` names the parameters whose ranges are of whole numbers.

    Raises
    ------
    UserError
        With file, line and remedy.
    """
    place = Path(path)
    try:
        if place.stat().st_size > _LIMIT:
            raise UserError("the file is too large", file=place, allowed="up to 50 MB")
        text = place.read_text(encoding="utf-8-sig")
        content: Any = YAML(typ="safe", pure=True).load(text) if text.strip() else None
    except OSError as error:
        raise UserError("the file cannot be read", file=place, given=refusal(error)) from None
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UserError(
            "not a YAML file",
            file=place,
            line=None if mark is None else mark.line + 1,
            given=plain(getattr(error, "problem", None)),
        ) from None
    if not isinstance(content, dict):
        raise UserError(
            "not a sweep", file=place, allowed=Sentence("keys {names}", names=", ".join(_KEYS))
        )
    for key in content:
        if key not in _KEYS:
            near = nearest(str(key), _KEYS)
            raise UserError(
                "unknown key",
                file=place,
                key=str(key),
                allowed=", ".join(_KEYS),
                remedy=did_you_mean(near),
            )
    try:
        return _build(content, integers)
    except UserError as error:
        if error.file is None:
            raise UserError(
                error.problem, given=error.given, allowed=error.allowed, remedy=error.remedy,
                file=place, key=error.key,
            ) from None  # fmt: skip
        raise


def _build(content: Mapping[str, Any], integers: Container[str]) -> SweepFile:
    scenario = content.get("scenario")
    if not isinstance(scenario, str):
        raise UserError("no scenario is named", key="scenario", given=scenario)
    sampler = content.get("sampler", "grid")
    if sampler not in SAMPLERS:
        raise UserError("unknown sampler", key="sampler", given=sampler,
                        allowed=", ".join(SAMPLERS))  # fmt: skip
    numbers = {}
    for key, default, least in (("samples", 5, 1), ("replicates", 1, 1), ("seed", 0, 0)):
        value = content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise UserError("not a number that fits", key=key, given=value,
                            allowed=Sentence("a whole number from {least}", least=least))  # fmt: skip
        numbers[key] = value
    vary, listed = content.get("vary"), content.get("designs")
    if bool(vary) == bool(listed):
        raise UserError("a sweep has either vary or designs", key="vary")
    factors: list[Factor] = []
    alone: list[str] = []
    if vary:
        if not isinstance(vary, dict):
            raise UserError("not a mapping of parameters to values", key="vary", given=vary)
        for path, values in vary.items():
            if values is None:
                alone.append(check_path(str(path)))
            elif isinstance(values, list):
                factors.append(Choice(check_path(str(path)), tuple(values)))
            else:
                factors.append(parse_vary(f"{path}={values}", integers))
    return SweepFile(
        scenario,
        sampler,
        fixed=_settings(content.get("set") or {}, "set"),
        factors=tuple(factors),
        alone=tuple(alone),
        rows=tuple(_settings(row, "designs") for row in listed) if listed else (),
        **numbers,
    )


def _settings(content: object, key: str) -> dict[str, JSON]:
    if not isinstance(content, dict):
        raise UserError("not a mapping of parameters to values", key=key, given=content)
    return {check_path(str(path)): canonical(value) for path, value in content.items()}
