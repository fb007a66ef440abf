"""Every parameter once: meaning, default, unit, hard limits, plausible range, source, who holds it.

Outside its hard limits (``ge``, ``le``) a value is an error. The plausible range is what sweeps and
uncertainty draws use. ``lever``: the organiser decides; ``uncertainty``: the world does;
``frame``: what the scenario is about. ``[A]`` marks an assumption that no data support.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from gfmd_sim.errors import Sentence
from gfmd_sim.scenario.agenda import RESOURCES, Frozen, Identifier, Resource, Text

Holder = Literal["lever", "uncertainty", "frame"]
ASSUMPTION = "[A]"


def parameter(
    default: Any,
    meaning: str,
    *,
    holder: Holder,
    source: str,
    unit: str = "",
    symbol: str = "",
    plausible: tuple[float, float] | None = None,
    **limits: Any,
) -> Any:
    """A pydantic field that carries all that is known about one parameter."""
    extra: JsonDict = {
        "holder": holder,
        "source": source,
        "unit": unit,
        "symbol": symbol,
        "plausible": None if plausible is None else list(plausible),
    }
    if callable(default):
        return Field(
            default_factory=default, description=meaning, json_schema_extra=extra, **limits
        )
    return Field(default=default, description=meaning, json_schema_extra=extra, **limits)


Share = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0, le=1e6)]


class Block(Frozen):
    """Base of the blocks of a scenario: frozen, unknown keys refused, no silent conversion."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, allow_inf_nan=False, str_strip_whitespace=True
    )


class GroupSpec(Block):
    """One stakeholder group: how many, and what its delegates bring."""

    share: Weight = parameter(
        1.0,
        "size of the group relative to the others",
        holder="frame",
        unit="parts",
        source="per scenario",
    )
    label: Text | None = parameter(
        None,
        "what the group is called, in each language; empty: as we call it, else its name here",
        holder="frame",
        source="per scenario",
    )
    susceptibility: Share = parameter(
        0.95,
        "how open a delegate is to movement (0: never leaves the anchor)",
        holder="uncertainty",
        symbol="Lambda",
        plausible=(0.71, 1.0),
        source="America in One Room fit, pooled .91; split states .85, others .95 [A]",
    )
    anchor_shift: Share = parameter(
        0.8,
        "share of the move that a capital or organisation accepts between consultations",
        holder="uncertainty",
        symbol="rho",
        plausible=(0.3, 1.0),
        source=ASSUMPTION,
    )
    status: float = parameter(
        0.5,
        "standing at the table; decides with luck who ranks first as a speaker",
        holder="uncertainty",
        unit="Gumbel scale",
        source=ASSUMPTION,
        plausible=(0.0, 1.5),
        ge=-10.0,
        le=10.0,
    )
    support_lean: float | None = parameter(
        None,
        "the group's lean on every solution; empty: drawn (population.group_lean_sd)",
        holder="uncertainty",
        source=ASSUMPTION,
        ge=-0.5,
        le=0.5,
    )
    languages: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], Share] = parameter(
        lambda: {"en": 0.85, "fr": 0.35, "es": 0.3},
        "share of the delegates who work in each language",
        holder="uncertainty",
        source=ASSUMPTION,
    )
    resources: dict[Resource, Share] = parameter(
        lambda: dict.fromkeys(RESOURCES, 0.4),
        "share of the delegates who can pledge each resource",
        holder="uncertainty",
        source=ASSUMPTION,
    )
    roundtables: tuple[int, ...] | None = parameter(
        None,
        "roundtables whose consultations the group attends; empty: as every delegate",
        holder="lever",
        source="concept note: media at roundtable 3, diasporas at 2 and 4, employers and workers at 4",
        min_length=1,
        max_length=12,
    )
    agencies: dict[Identifier, Weight] = parameter(
        dict,
        "kinds of agency a delegate may come from (states), by weight",
        holder="frame",
        source=ASSUMPTION,
    )


class RegionSpec(Block):
    """One region: its weight, whether it counts as South, and its working languages."""

    share: Weight = parameter(
        1.0,
        "size of the region relative to the others",
        holder="frame",
        unit="parts",
        source="per scenario",
    )
    is_south: bool = parameter(
        False,
        "whether the region counts as South",
        holder="frame",
        source="per scenario",
    )
    label: Text | None = parameter(
        None,
        "what the region is called, in each language; empty: its name here",
        holder="frame",
        source="per scenario",
    )
    languages: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], Share] | None = parameter(
        None,
        "share of the region's delegates who work in each language; empty: as in their group",
        holder="frame",
        source="per scenario",
    )


class AbstractAgenda(Block):
    """An agenda without content, for theory and for emulations of other meetings.

    Each of ``n_solutions`` has ``items_per_solution`` items of each kind that bear on it alone.
    """

    n_solutions: Annotated[int, Field(ge=1, le=64)] = 1
    n_roundtables: Annotated[int, Field(ge=1, le=12)] = 1
    challenges: Annotated[int, Field(ge=0, le=400)] = 0
    opportunities: Annotated[int, Field(ge=0, le=400)] = 0
    practices: Annotated[int, Field(ge=0, le=400)] = 0
    proposals: bool = True


class Population(Block):
    """Who takes part."""

    n_delegates: int = parameter(
        120,
        "delegates at the consultations",
        holder="frame",
        unit="people",
        source="launch of the 2024-2025 Forum: 102 participants from 47 governments and 20+ "
        "observers; attendance at the consultations is not public [A]",
        ge=2,
        le=100_000,
    )
    n_summit: int | None = parameter(
        None,
        "people at the Summit; those beyond the delegates know what their group knows and the notes",
        holder="frame",
        unit="people",
        source="15th Summit: about 1,500 participants",
        ge=2,
        le=20_000,
    )
    groups: dict[Identifier, GroupSpec] = parameter(
        dict, "the stakeholder groups", holder="frame", source="concept note"
    )
    regions: dict[Identifier, RegionSpec] = parameter(
        lambda: {"all": RegionSpec()}, "regions, by weight", holder="frame", source=ASSUMPTION
    )
    roles: dict[Identifier, Weight] = parameter(
        lambda: {"origin": 1.0, "transit": 0.5, "destination": 1.0},
        "part a delegate's country or organisation plays in migration, by weight",
        holder="frame",
        source="concept note (origin, transit, destination); weights [A]",
    )
    share_women: Share = parameter(
        0.5, "share of women", holder="frame", source=ASSUMPTION, plausible=(0.3, 0.6)
    )
    roster: str | None = parameter(
        None,
        "file of the delegate list that replaces the drawn population",
        holder="frame",
        source="the organiser",
    )
    fill_roster: bool = parameter(
        False,
        "draw delegates beyond the roster's until n_delegates are there",
        holder="frame",
        source="the organiser",
    )
    turnover: Share = parameter(
        0.2,
        "share of delegates replaced between two consultations",
        holder="uncertainty",
        plausible=(0.0, 0.5),
        source=ASSUMPTION,
    )
    no_shows: float = parameter(
        0.1,
        "share of delegates who miss a consultation",
        holder="uncertainty",
        plausible=(0.0, 0.5),
        source=ASSUMPTION,
        ge=0.0,
        le=0.9,
    )
    support_mean: Share = parameter(
        0.55,
        "mean support at the start",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.45, 0.65),
    )
    support_sd: float = parameter(
        0.2,
        "spread of support between persons at the start",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.1, 0.3),
        ge=0.0,
        le=1.0,
    )
    group_lean_sd: float = parameter(
        0.15,
        "spread of the groups' leans on a solution at the start",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.05, 0.25),
        ge=0.0,
        le=1.0,
    )
    status_sd: float = parameter(
        0.25,
        "spread of standing between persons of a group",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.0, 0.5),
        ge=0.0,
        le=10.0,
    )
    accounts_per_item: int = parameter(
        4,
        "accounts (arguments) of each agenda item that exist among the delegates",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(2, 6),
        ge=1,
        le=20,
    )
    common_knowledge: Share = parameter(
        0.2,
        "share of the accounts that everybody knows at the start",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.1, 0.4),
    )
    knows_own: Share = parameter(
        0.35,
        "share of the accounts his group would raise that a delegate knows at the start",
        holder="uncertainty",
        source="[A]; a hidden profile, Stasser, Titus 1985",
        plausible=(0.2, 0.5),
    )
    knows_other: Share = parameter(
        0.03,
        "share of the other accounts that a delegate knows at the start",
        holder="uncertainty",
        source="[A]; a hidden profile, Stasser, Titus 1985",
        plausible=(0.01, 0.1),
    )
    quality_low: Share = parameter(
        0.35,
        "lowest quality of a solution: the chance that an account of its merits speaks for it",
        holder="uncertainty",
        source=ASSUMPTION,
        symbol="q_m",
    )
    quality_high: Share = parameter(
        0.9, "highest quality of a solution", holder="uncertainty", source=ASSUMPTION, symbol="q_m"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.quality_high < self.quality_low:
            raise ValueError(Sentence("quality_high must not be below quality_low"))
        if self.n_summit is not None and self.n_summit < self.n_delegates:
            raise ValueError(Sentence("n_summit must not be below n_delegates"))
        if self.groups and not any(g.share > 0 for g in self.groups.values()):
            raise ValueError(Sentence("at least one group must have a share above 0"))
        if not self.regions or not any(r.share > 0 for r in self.regions.values()):
            raise ValueError(Sentence("at least one region must have a share above 0"))
        if not self.roles or not any(w > 0 for w in self.roles.values()):
            raise ValueError(Sentence("at least one role must have a weight above 0"))
        return self


class Process(Block):
    """How the Forum is laid out."""

    n_sittings: int = parameter(
        2,
        "successive discussions at a consultation",
        holder="lever",
        source="concept note: two successive series of discussion",
        plausible=(1, 4),
        ge=1,
        le=2000,
    )
    same_tables: bool = parameter(
        False,
        "keep the tables of a consultation's first sitting in its later ones",
        holder="lever",
        source="concept note: at different tables",
    )
    questions_per_sitting: Literal["all", "one"] = parameter(
        "all",
        "whether each sitting takes all questions of its consultation or one each",
        holder="lever",
        source="concept note is open on this [A]",
    )
    roundtables_per_delegate: int | None = parameter(
        None,
        "roundtables each delegate attends; empty: all",
        holder="lever",
        source=ASSUMPTION,
        ge=1,
        le=99,
    )
    phases: bool = parameter(
        True,
        "each consultation has its own question (off: everything may be said at any time)",
        holder="lever",
        source="concept note: challenges and opportunities, practices, solutions",
    )
    n_consultations: int = parameter(
        3,
        "consultations before the Summit",
        holder="lever",
        source="concept note: three",
        ge=1,
        le=3,
    )


class Seating(Block):
    """Who sits where."""

    rule: str = parameter(
        "balanced",
        "how delegates are seated",
        holder="lever",
        source="concept note: several stakeholders at each table",
    )
    table_size: tuple[int, int] = parameter(
        (5, 8),
        "smallest and largest table",
        holder="lever",
        unit="seats",
        source="concept note: 5 to 8; Fay, Garrod, Carletta 2000: 5 is dialogue, 10 monologue",
    )
    balance: tuple[str, ...] = parameter(
        ("group", "region"),
        "attributes on which a balanced table mirrors the room, most important first",
        holder="lever",
        source=ASSUMPTION,
    )
    plan: str | None = parameter(
        None,
        "file of a seating plan (for rule: plan)",
        holder="lever",
        source="the organiser",
    )

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        low, high = self.table_size
        if not 1 <= low <= high <= 100_000:
            raise ValueError(
                Sentence("table_size must be [smallest, largest] with 1 <= smallest <= largest")
            )
        if self.rule == "plan" and not self.plan:
            raise ValueError(Sentence("rule 'plan' needs the key 'plan' (a seating plan file)"))
        return self


class Discussion(Block):
    """Who says what at a table, and who learns it."""

    n_turns: int = parameter(
        45,
        "turns at a table in a sitting",
        holder="lever",
        unit="turns of about 60 s",
        symbol="T",
        source=ASSUMPTION,
        plausible=(30, 60),
        ge=0,
        le=1_000_000,
    )
    talk_ratio: float = parameter(
        0.67,
        "floor time of each rank relative to the one before",
        holder="uncertainty",
        symbol="r",
        source="DeliData (Karadzhov et al. 2023), word shares by rank, computed",
        plausible=(0.62, 0.77),
        gt=0.0,
        le=1.0,
    )
    facilitation: Share = parameter(
        0.3,
        "share of the floor that a host hands out evenly",
        holder="lever",
        symbol="phi",
        source="[A] .3 a host, .8 a strict speakers' list",
        plausible=(0.0, 0.8),
    )
    turn_taking: Literal["free", "round"] = parameter(
        "free",
        "free: who speaks is drawn turn by turn; round: everybody in turn (tour de table)",
        holder="lever",
        source=ASSUMPTION,
    )
    own_side: float = parameter(
        1.0,
        "how strongly a speaker prefers arguments for his own side",
        holder="uncertainty",
        symbol="b_s",
        source=ASSUMPTION,
        plausible=(0.0, 2.0),
        ge=0.0,
        le=20.0,
    )
    learning: Share = parameter(
        0.8,
        "chance that a listener takes up an argument that neither fits nor jars",
        holder="uncertainty",
        symbol="alpha",
        source="America in One Room fit",
        plausible=(0.27, 1.0),
    )
    biased_processing: float = parameter(
        1.7,
        "how much more readily a fitting argument is taken up",
        holder="uncertainty",
        symbol="beta",
        source="America in One Room fit; Banisch, Shamon 2025",
        plausible=(0.15, 2.9),
        ge=0.0,
        le=50.0,
    )
    interpretation: Share = parameter(
        1.0,
        "share of what is said between people without a common language that is interpreted",
        holder="lever",
        source=ASSUMPTION,
        plausible=(0.0, 1.0),
    )
    no_common_language: Share = parameter(
        0.4,
        "share understood between people without a common language and without interpretation",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.1, 0.7),
    )
    phase_weights: tuple[tuple[Weight, Weight, Weight, Weight], ...] = parameter(
        ((1.0, 1.0, 0.2, 0.05), (0.3, 0.3, 1.0, 0.2), (0.2, 0.2, 0.4, 1.0)),
        "for each consultation, how readily challenges, opportunities, practices and proposals "
        "are voiced",
        holder="uncertainty",
        symbol="w_phase",
        source=ASSUMPTION,
        min_length=3,
        max_length=3,
    )


class Opinion(Block):
    """How talk moves support."""

    table_pull: Share = parameter(
        0.25,
        "weight of the table's views in a member's social judgement",
        holder="uncertainty",
        symbol="kappa",
        source="America in One Room fit; Navajas et al. 2018 gives .70 in consensus mode",
        plausible=(0.02, 0.57),
    )
    argument_weight: Share = parameter(
        0.85,
        "weight of arguments against the table's views",
        holder="uncertainty",
        symbol="gamma",
        source="America in One Room fit",
        plausible=(0.56, 1.0),
    )
    prior_weight: float = parameter(
        1.8,
        "how many arguments a delegate's own position is worth to him",
        holder="uncertainty",
        unit="arguments",
        symbol="c0",
        source="America in One Room fit",
        plausible=(0.5, 4.4),
        ge=0.0,
        le=1000.0,
    )
    confidence_bound: float | None = parameter(
        None,
        "distance in support beyond which others have no pull; empty: no bound",
        holder="uncertainty",
        symbol="eps",
        source="off: no sharp bound in Navajas, Becker, A1R, Takacs 2016",
        ge=0.0,
        le=2.0,
    )
    talk_weight: float = parameter(
        1.0,
        "exponent of floor time in a person's pull",
        holder="uncertainty",
        symbol="eta",
        source="Fay, Garrod, Carletta 2000",
        plausible=(0.0, 1.0),
        ge=0.0,
        le=10.0,
    )
    trust_weight: float = parameter(
        1.0,
        "exponent of trust in a person's pull",
        holder="uncertainty",
        symbol="theta",
        source=ASSUMPTION,
        plausible=(0.0, 1.0),
        ge=0.0,
        le=10.0,
    )
    repetitions: int | Literal["until_rest"] = parameter(
        1,
        "how often the table's views act on each other in a sitting; until_rest: the fixed point",
        holder="uncertainty",
        symbol="H",
        source=ASSUMPTION,
    )
    mode: Literal["deliberation", "consensus"] = parameter(
        "deliberation",
        "consensus: tables try to agree on a value, then members move towards it",
        holder="lever",
        source="Navajas et al. 2018",
    )

    @model_validator(mode="after")
    def _count(self) -> Self:
        if isinstance(self.repetitions, int) and not 0 <= self.repetitions <= 100_000:
            raise ValueError(Sentence("repetitions must be 0 to 100000 or 'until_rest'"))
        if self.repetitions == "until_rest" and self.confidence_bound is not None:
            raise ValueError(
                Sentence(
                    "until_rest needs weights that do not depend on support: "
                    "leave confidence_bound empty"
                )
            )
        return self


class Trust(Block):
    """How people who sit together come to trust each other."""

    within_group: Share = parameter(
        0.35,
        "trust at the start within a group",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.2, 0.5),
    )
    across_groups: Share = parameter(
        0.15,
        "trust at the start across groups",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.05, 0.3),
    )
    prior_tie: Share = parameter(
        0.3,
        "added trust of two who know each other",
        holder="uncertainty",
        source="[A]; Ingram, Morris 2007 on prior ties",
        plausible=(0.1, 0.5),
    )
    share_prior_ties: Share = parameter(
        0.05,
        "share of pairs who know each other",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.0, 0.15),
    )
    gain: float = parameter(
        0.35,
        "growth of trust in full interaction",
        holder="uncertainty",
        symbol="S",
        source="with partnering.trust_weight the odds of the ever co-seated lie within 1.75 "
        "(Boudreau 2017) and 8 (Zajdela 2022)",
        plausible=(0.2, 0.6),
        ge=0.0,
        le=10.0,
    )
    decay: float = parameter(
        0.05,
        "loss of trust without interaction",
        holder="uncertainty",
        symbol="Wk",
        source=ASSUMPTION,
        plausible=(0.0, 0.1),
        ge=0.0,
        le=10.0,
    )
    attention: float = parameter(
        4.0,
        "people at a table with whom one interacts fully",
        holder="uncertainty",
        unit="people",
        source="[A]; Fay, Garrod, Carletta 2000",
        plausible=(3.0, 6.0),
        gt=0.0,
        le=1000.0,
    )
    repeats_add_less: bool = parameter(
        True,
        "the (m+1)-th meeting of a pair counts 1/(1+m)^2 (else every meeting counts 1)",
        holder="uncertainty",
        source="without it fixed tables give a tie odds ratio outside 1.75-8",
    )


class Plenary(Block):
    """What the room hears of the tables."""

    rule: str = parameter(
        "strongest_points",
        "what each table reports",
        holder="lever",
        source="concept note: views gathered in plenary",
    )
    points_reported: int = parameter(
        3,
        "points a table reports",
        holder="lever",
        source=ASSUMPTION,
        plausible=(1, 6),
        ge=0,
        le=1000,
    )
    p_learn: Share = parameter(
        0.3,
        "chance that a participant takes up a reported point",
        holder="uncertainty",
        symbol="p_plenary",
        source="[A] no usable source",
        plausible=(0.3, 0.9),
    )


class Note(Block):
    """What the summary note carries from one consultation to the next."""

    rule: str = parameter(
        "most_reported",
        "which points the note keeps",
        holder="lever",
        source="concept note: a summary note",
    )
    capacity: int = parameter(
        10,
        "items a note holds",
        holder="lever",
        unit="items",
        source=ASSUMPTION,
        plausible=(5, 20),
        ge=0,
        le=10_000,
    )
    p_read: Share = parameter(
        0.6,
        "chance that a delegate has read a note",
        holder="uncertainty",
        symbol="p_read",
        source="[A] no usable source",
        plausible=(0.3, 0.9),
    )
    p_learn: Share = parameter(
        0.5,
        "chance that a reader takes up an account in the note",
        holder="uncertainty",
        symbol="p_note",
        source="[A] no usable source",
        plausible=(0.3, 0.9),
    )
    carries: Literal["as_planned", "none", "last", "all"] = parameter(
        "as_planned",
        "which notes open a consultation: as the concept note plans for the roundtable, none, the "
        "last one, or all so far",
        holder="lever",
        source="concept note, per roundtable",
    )


class Adoption(Block):
    """When a solution counts as adopted at the Summit."""

    rule: str = parameter(
        "double_majority",
        "how a solution is adopted",
        holder="lever",
        source=ASSUMPTION,
    )
    approval: Share = parameter(
        0.6,
        "support from which a delegate approves",
        holder="uncertainty",
        source=ASSUMPTION,
        plausible=(0.5, 0.7),
    )
    share_overall: Share = parameter(
        2 / 3,
        "share of all delegates who must approve",
        holder="lever",
        source=ASSUMPTION,
        plausible=(0.5, 0.8),
    )
    share_each_group: Share = parameter(
        0.5,
        "share of every group that must approve",
        holder="lever",
        source=ASSUMPTION,
        plausible=(0.0, 2 / 3),
    )
    small_group: int = parameter(
        10,
        "groups with fewer people count together, so that a handful is no veto",
        holder="lever",
        unit="people",
        source=ASSUMPTION,
        ge=0,
        le=1000,
    )
    needs_evidence: bool = parameter(
        False,
        "to approve, a delegate must know accounts of the challenges and practices behind it",
        holder="lever",
        source=ASSUMPTION,
    )
    accounts_needed: int = parameter(
        4,
        "accounts of challenges, and of practices, for needs_evidence",
        holder="lever",
        source=ASSUMPTION,
        ge=0,
        le=1000,
    )
    endorsement: Share = parameter(
        2 / 3,
        "share of a table's seats that must approve for it to endorse a solution",
        holder="lever",
        source=ASSUMPTION,
    )


class Partnering(Block):
    """Who founds a partnership with whom."""

    rule: str = parameter(
        "champions",
        "how partnerships form",
        holder="uncertainty",
        source=ASSUMPTION,
    )
    intercept: float = parameter(
        -6.0,
        "willingness of a pair: intercept",
        holder="uncertainty",
        unit="logit",
        symbol="b0",
        source="set with trust_weight to the odds bracket 1.75-8",
        plausible=(-7.0, -5.0),
        ge=-50.0,
        le=50.0,
    )
    trust_weight: float = parameter(
        6.0,
        "willingness: weight of trust",
        holder="uncertainty",
        unit="logit",
        symbol="bT",
        source="odds of a tie for the ever co-seated: 1.75 (Boudreau 2017) to 8 (Zajdela 2022)",
        plausible=(4.0, 8.0),
        ge=-50.0,
        le=50.0,
    )
    agreement_weight: float = parameter(
        1.0,
        "willingness: weight of agreement",
        holder="uncertainty",
        unit="logit",
        symbol="bA",
        source=ASSUMPTION,
        plausible=(0.0, 2.0),
        ge=-50.0,
        le=50.0,
    )
    complementarity_weight: float = parameter(
        1.0,
        "willingness: weight of complementary resources",
        holder="uncertainty",
        unit="logit",
        symbol="bC",
        source=ASSUMPTION,
        plausible=(0.0, 2.0),
        ge=-50.0,
        le=50.0,
    )
    group_weight: float = parameter(
        0.0,
        "willingness: weight of being of the same group",
        holder="uncertainty",
        unit="logit",
        symbol="bH",
        source=ASSUMPTION,
        plausible=(-1.0, 1.0),
        ge=-50.0,
        le=50.0,
    )
    size: tuple[int, int] = parameter(
        (3, 8),
        "smallest and largest partnership",
        holder="uncertainty",
        unit="members",
        source=ASSUMPTION,
    )
    capacity: int = parameter(
        2,
        "partnerships a delegate can take part in",
        holder="uncertainty",
        source=ASSUMPTION,
        ge=0,
        le=100,
    )
    per_solution: int = parameter(
        3,
        "partnerships a solution can have",
        holder="uncertainty",
        source=ASSUMPTION,
        ge=0,
        le=100,
    )
    resources_count: bool = parameter(
        True,
        "a partnership must cover the solution's needs (off: resources do not count)",
        holder="uncertainty",
        source="concept note: commitments and partnerships; [A]",
    )

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        if not 2 <= self.size[0] <= self.size[1] <= 64:
            raise ValueError(
                Sentence("size must be [smallest, largest] with 2 <= smallest <= largest <= 64")
            )
        return self


class StartSpec(Block):
    """Where support for one solution starts: N(mean + gap/2, sd) in the first group, N(mean - gap/2,
    sd) in the second, N(mean, sd) in the others, then kept within 0-1."""

    mean: Annotated[float, Field(ge=-10.0, le=10.0)]
    sd: Annotated[float, Field(ge=0.0, le=10.0)]
    gap: Annotated[float, Field(ge=-10.0, le=10.0)] = 0.0


class Experimental(Block):
    """What only the limits of the theory, and emulations of other meetings, need; leave it alone to
    simulate the Forum."""

    self_in_mean: bool = parameter(
        False,
        "count oneself among the table's views",
        holder="frame",
        source="Hegselmann, Krause 2002",
    )
    bound_is_strict: bool = parameter(
        False,
        "others at exactly the confidence bound have no pull",
        holder="frame",
        source="Deffuant et al. 2000 (strict); Hegselmann, Krause 2002 (not strict)",
    )
    given_weights: tuple[tuple[Share, ...], ...] | None = parameter(
        None,
        "the matrix W of influence itself (one table, all delegates)",
        holder="frame",
        source="DeGroot 1974; Friedkin, Johnsen 1990",
    )
    memory: int | None = parameter(
        None,
        "arguments a person can keep; the oldest goes",
        holder="frame",
        symbol="S",
        source="Maes, Flache 2013",
        ge=1,
        le=1000,
    )
    homophily: float | None = parameter(
        None,
        "each turn is a talk of two: a listener, and a speaker chosen by similarity^h",
        holder="frame",
        symbol="h",
        source="Maes, Flache 2013",
        ge=0.0,
        le=100.0,
    )
    opinions_every: int | None = parameter(
        None,
        "form opinions after every so many turns (empty: at the end of the sitting)",
        holder="frame",
        source="Maes, Flache 2013",
        ge=1,
        le=1_000_000,
    )
    knows_count: int | None = parameter(
        None,
        "arguments each person knows at the start, drawn evenly",
        holder="frame",
        source="Maes, Flache 2013",
        ge=0,
        le=1000,
    )
    share_pro: Share | None = parameter(
        None,
        "share of the arguments that speak for a solution, exactly (empty: drawn)",
        holder="frame",
        source="Maes, Flache 2013",
    )
    support_from_knowledge: bool = parameter(
        False,
        "support at the start is the share of known arguments that speak for it",
        holder="frame",
        source="Maes, Flache 2013",
    )
    start_uniform: bool = parameter(
        False,
        "support at the start is uniform on 0-1",
        holder="frame",
        source="Deffuant et al. 2000",
    )
    consensus_pull: Share = parameter(
        0.7,
        "how far members move to what their table agreed on (opinion.mode: consensus)",
        holder="frame",
        source="Navajas et al. 2018, mean clipped pull, computed",
    )
    starts: tuple[StartSpec, ...] | None = parameter(
        None,
        "where support starts, solution by solution; empty: as population says",
        holder="frame",
        source="emulations of other meetings",
        min_length=1,
        max_length=64,
    )
    survey_noise: float = parameter(
        0.0,
        "spread of what a survey adds to each answer; only in comparisons with surveys",
        holder="frame",
        source="America in One Room fit; touches no result of the Forum",
        ge=0.0,
        le=1.0,
    )
    skip_summit: bool = parameter(
        False,
        "stop after the last consultation",
        holder="frame",
        source="theory only",
    )


class SmallestEffects(Block):
    """The smallest difference worth having, per headline measure: below it a lever does not matter."""

    convergence: float = parameter(
        0.05, "convergence", holder="lever", source=ASSUMPTION, unit="share of variance", gt=0.0
    )
    solutions: float = parameter(
        0.05, "solutions", holder="lever", source=ASSUMPTION, unit="share of balloted", gt=0.0
    )
    partnerships: float = parameter(
        1.0, "partnerships", holder="lever", source=ASSUMPTION, unit="per 100 delegates", gt=0.0
    )
    voice: float = parameter(
        0.03, "voice", holder="lever", source=ASSUMPTION, unit="1 - Gini", gt=0.0
    )
    continuity: float = parameter(
        0.03, "continuity", holder="lever", source=ASSUMPTION, unit="share of points", gt=0.0
    )


class Scenario(Block):
    """A complete, range-checked description of one Forum; frozen."""

    name: str = parameter(
        "unnamed", "short name", holder="frame", source="", min_length=1, max_length=120
    )
    question: Text | None = parameter(
        None, "the question this scenario asks, in one sentence", holder="frame", source=""
    )
    roundtables: tuple[int, ...] = parameter(
        (1, 2, 3, 4, 5, 6),
        "roundtables that take place",
        holder="frame",
        source="concept note",
        min_length=1,
        max_length=12,
    )
    agenda: str | AbstractAgenda = parameter(
        "agenda",
        "folder of agenda files, or an abstract agenda",
        holder="frame",
        source="concept note",
    )
    population: Population = Field(default_factory=Population)
    process: Process = Field(default_factory=Process)
    seating: Seating = Field(default_factory=Seating)
    discussion: Discussion = Field(default_factory=Discussion)
    opinion: Opinion = Field(default_factory=Opinion)
    trust: Trust = Field(default_factory=Trust)
    plenary: Plenary = Field(default_factory=Plenary)
    note: Note = Field(default_factory=Note)
    adoption: Adoption = Field(default_factory=Adoption)
    partnering: Partnering = Field(default_factory=Partnering)
    smallest_effects: SmallestEffects = Field(default_factory=SmallestEffects)
    experimental: Experimental = Field(default_factory=Experimental)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(set(self.roundtables)) != len(self.roundtables):
            raise ValueError(Sentence("roundtables must be distinct"))
        return self
