"""Which uncertainties a scenario has, and from where each is drawn.

A parameter that the world holds is drawn evenly from its plausible range. Where a scenario moves it
away from the default, the range moves along, but a value inside the plausible range keeps its draws
inside it too. The parameters fitted to data are drawn together, from their posterior; one that the
scenario moves away from its default stays where it is. Left out: what has no range (kinds of things,
structures of the agenda).
"""

from __future__ import annotations

from collections.abc import Collection

from gfmd_sim.experiments.factors import Factor, Range
from gfmd_sim.experiments.worlds import DrawnWorlds, draw_worlds
from gfmd_sim.scenario.describe import Parameter, parameters
from gfmd_sim.scenario.schema import Scenario

# The number of accounts changes what there is to know, not how people deal with it.
_STRUCTURE = frozenset({"population.accounts_per_item"})


def uncertainties(scenario: Scenario) -> list[Range]:
    """The ranges of all uncertainties of a scenario, by path."""
    groups = scenario.population.groups
    ranges = []
    for p in parameters():
        if p.holder != "uncertainty" or p.plausible is None or p.path in _STRUCTURE:
            continue
        if p.path.startswith("population.groups.*."):
            name = p.path.removeprefix("population.groups.*.")
            for g, spec in groups.items():
                if spec.share > 0 and hasattr(spec, name):
                    drawn = _range(f"population.groups.{g}.{name}", p, getattr(spec, name))
                    ranges += [drawn] if drawn else []
        elif "*" not in p.path:
            block, name = p.path.split(".")
            drawn = _range(p.path, p, getattr(getattr(scenario, block), name))
            ranges += [drawn] if drawn else []
    return ranges


def _range(path: str, p: Parameter, value: object) -> Range | None:
    assert p.plausible is not None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    low, high = p.plausible
    if isinstance(p.default, int | float):
        shift = value - p.default
        inside = low <= value <= high
        shifted = (low + shift, high + shift)
        low = max(low, shifted[0]) if inside else shifted[0]
        high = min(high, shifted[1]) if inside else shifted[1]
    low = low if p.low is None else max(low, p.low)
    high = high if p.high is None else min(high, p.high)
    if value == 0 and p.default != 0:
        return None  # switched off on purpose: stays off
    return Range(path, float(low), float(high), integer=p.is_integer) if low < high else None


def plausible_worlds(scenario: Scenario, taken: Collection[str], n: int, seed: int) -> DrawnWorlds:
    """``n`` plausible worlds; what is ``taken``, by path, is left alone.

    The fitted parameters come together from one draw of their fit to data (they trade off); one
    that the scenario sets otherwise than by default stays so. Everything else comes from its
    plausible range.
    World ``i`` does not depend on ``n``.
    """
    from gfmd_sim.evidence import posterior

    samples = posterior.samples()
    fitted = {*posterior.names(), *posterior.levers(samples[0], scenario)}
    rest: list[Factor] = [
        r for r in uncertainties(scenario) if r.path not in taken and r.path not in fitted
    ]
    table = [posterior.levers(draw, scenario) for draw in samples]
    rows = {p: [row[p] for row in table] for p in table[0] if p not in taken}
    return draw_worlds(rest, n, seed, rows)


def is_fitted(path: str) -> bool:
    """Whether a parameter is one of those fitted to data."""
    from gfmd_sim.evidence import posterior

    return path in posterior.names() or path.endswith(f".{posterior.SUSCEPTIBILITY}")
