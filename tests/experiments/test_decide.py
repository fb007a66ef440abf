"""From verdicts to a decision: each kind on a comparison whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gfmd_sim.experiments.compare import OUT_OF_REACH, Comparison
from gfmd_sim.experiments.decide import Decision, Kind, decide
from gfmd_sim.language import listed
from gfmd_sim.reports.decision import decision, in_words
from gfmd_sim.reports.words import design_name
from gfmd_sim.scenario.agenda import LANGUAGES, Language
from tests.reports.made import made_comparison

CASES: dict[str, tuple[Comparison, Kind, tuple[str, ...], tuple[str, ...]]] = {
    "no difference": (made_comparison({"random": {}, "fixed": {}}), Kind.SAME, (), ()),
    "two alike, one worse": (
        made_comparison({"caucus": {"partnerships": -3.0}, "random": {}}),
        Kind.TAKE, ("balanced", "random"), ("caucus",),
    ),
    "one better": (
        made_comparison({"caucus": {"partnerships": 3.0}, "random": {}}),
        Kind.TAKE, ("caucus",), ("balanced", "random"),
    ),
    "the baseline is better": (
        made_comparison({"caucus": {"partnerships": -3.0}}),
        Kind.TAKE, ("balanced",), ("caucus",),
    ),
    "each better at something": (
        made_comparison({"caucus": {"partnerships": -3.0, "voice": 0.1}, "random": {}}),
        Kind.TRADE, (), (),
    ),
    "one ruled out, the rest open": (
        made_comparison(
            {"caucus": {"partnerships": -20.0}, "random": {"partnerships": 0.9}}, n=12, noise=0.04
        ),
        Kind.OPEN, ("random",), ("caucus",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_kinds(name: str) -> None:
    comparison, kind, take, avoid = CASES[name]
    found = decide(comparison)
    assert (found.kind, found.take, found.avoid) == (kind, take, avoid)


def test_what_is_better_at_what_is_named_with_all_that_are_as_good() -> None:
    found = decide(CASES["each better at something"][0])
    assert found.best_for == (
        (("balanced", "random"), ("partnerships",)),
        (("caucus",), ("voice",)),
    )


def test_what_is_open_says_how_many_more_or_that_no_number_would() -> None:
    comparison = CASES["one ruled out, the rest open"][0]
    open_rows = comparison.frame["verdict"] == "cannot tell yet"
    for more, said in ((400, 400), (OUT_OF_REACH + 1, 0)):
        frame = comparison.frame.assign(
            more_replicates=comparison.frame["more_replicates"].where(~open_rows, more)
        )
        found = decide(replace(comparison, frame=frame))
        assert (found.more_replicates, found.is_partly_out_of_reach) == (said, said == 0)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_part_that_can_be_settled_is_not_said_to_be_hopeless(language: Language) -> None:
    """As the list of what is open says of each by itself: five more, and too near."""
    comparison = CASES["one ruled out, the rest open"][0]
    frame = comparison.frame.copy()
    still = frame.index[frame["verdict"] == "cannot tell yet"]
    assert len(still) > 1
    frame.loc[still, "more_replicates"] = OUT_OF_REACH + 1
    none = decision(replace(comparison, frame=frame), language)
    frame.loc[still[-1], "more_replicates"] = 5
    found = decide(replace(comparison, frame=frame))
    assert (found.more_replicates, found.is_partly_out_of_reach) == (5, True)
    some = decision(replace(comparison, frame=frame), language)
    assert "5" in some and "5" not in none
    if language == "en":
        assert "hardly settle" in none and "hardly settle" not in some
        assert "about 5 more replicates would settle a part" in some


def with_cell(comparison: Comparison, design: str, measure: str, **values: object) -> Comparison:
    frame = comparison.frame.copy()
    row = (frame["design"] == design) & (frame["measure"] == measure)
    for column, value in values.items():
        frame.loc[row, column] = value
    return replace(comparison, frame=frame)


def test_what_may_yet_beat_the_baseline_is_told_beside_it() -> None:
    """An interval that leaves room for a gain in voice, however sure the shrunken chances are: the
    baseline is taken like its equals, and it is said what is not settled."""
    made = CASES["two alike, one worse"][0]
    open_voice = {"high": 0.2, "verdict": "cannot tell yet", "more_replicates": 50}
    found = decide(with_cell(made, "random", "voice", **open_voice))
    assert (found.kind, found.take) == (Kind.TAKE, ("balanced", "random"))
    assert (found.unsettled, found.more_replicates) == (("voice",), 50)
    assert found.rivals == ("random",)
    assert decide(made).unsettled == ()
    # of one that is to be avoided anyway nothing is said
    assert decide(with_cell(made, "caucus", "voice", **open_voice)).unsettled == ()


def test_what_may_lose_to_the_baseline_is_not_taken() -> None:
    made = CASES["two alike, one worse"][0]
    open_loss = {"low": -0.2, "verdict": "cannot tell yet", "more_replicates": 50}
    assert decide(with_cell(made, "random", "voice", **open_loss)).take == ("balanced",)


def test_what_no_verdict_tells_apart_is_not_ruled_out() -> None:
    made = CASES["two alike, one worse"][0]
    assert decide(made).avoid == ("caucus",)
    still_open = with_cell(made, "caucus", "partnerships", verdict="cannot tell yet")
    assert decide(still_open).avoid == ()


def test_today_the_likeliest_to_hold_in_everything_is_named() -> None:
    """Not the one whose largest shortfall is least: a small one in a measure where designs hardly
    differ must not outweigh what a measure that tells them apart says."""
    made = CASES["one ruled out, the rest open"][0]
    other = with_cell(made, "balanced", "partnerships", p_practically_best=0.9)
    other = with_cell(other, "random", "partnerships", p_practically_best=0.6)
    assert decide(made).take == ("random",)
    assert decide(other).take == ("balanced",)


def test_less_can_be_better() -> None:
    """The same data with a measure that is better when lower: the other design is taken."""
    comparison = made_comparison({"caucus": {"partnerships": -3.0}})
    turned = comparison.frame.copy()
    mine = turned["measure"] == "partnerships"
    base = mine & (turned["design"] == "balanced")
    other = mine & (turned["design"] == "caucus")
    for column in ("p_best", "p_practically_best", "expected_loss"):
        a, b = turned.loc[base, column].item(), turned.loc[other, column].item()
        turned.loc[base, column], turned.loc[other, column] = b, a
    found = decide(replace(comparison, frame=turned, lower_is_better=frozenset({"partnerships"})))
    assert (found.kind, found.take) == (Kind.TAKE, ("caucus",))


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("no difference", "en",
         "Who sits with whom does not matter here: seat people as it is easiest for you."),
        ("two alike, one worse", "en",
         "Take balanced tables or random tables, whichever is easier, but not one group a table."),
        ("two alike, one worse", "es",
         "Elija mesas equilibradas o mesas al azar, lo que resulte más fácil, pero no un grupo por "
         "mesa."),
        ("one better", "en",
         "Take one group a table, not balanced tables or random tables: nothing compared is better "
         "in any measure by as much as matters."),
        ("each better at something", "en",
         "No design is best in everything; decide what counts most: balanced tables or random "
         "tables for partnerships; one group a table for voice."),
        ("each better at something", "fr",
         "Aucun dispositif n’est le meilleur en tout\u202f; décidez ce qui compte le plus\u00a0: "
         "tables équilibrées ou tables au hasard pour partenariats\u202f; un groupe par table pour parole."),
    ],
)  # fmt: skip
def test_the_words(name: str, language: str, text: str) -> None:
    assert decision(CASES[name][0], language) == text  # type: ignore[arg-type]


def test_what_is_open_in_words() -> None:
    told = decision(CASES["one ruled out, the rest open"][0], "en")
    assert told.startswith("It cannot be told ")
    assert told.endswith("take random tables, but not one group a table.")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_who_may_still_be_better_is_named(language: Language) -> None:
    found = Decision(Kind.TAKE, ("balanced",), (), ("voice",), ("random", "caucus"), 100)
    who = listed([design_name(d, language) for d in found.rivals], language, "or")
    _, still_open = in_words(found, seating=True, language=language).split(". ", 1)
    assert who in still_open


def test_a_design_that_is_advised_is_no_other_one() -> None:
    """What may still prove better may be among what is advised: it is named, not called another."""
    designs = ("seating.rule=balanced", "seating.rule=random")
    found = Decision(Kind.TAKE, designs, unsettled=("partnerships",), rivals=designs[1:])
    said = {language: in_words(found, True, language) for language in LANGUAGES}
    assert "In partnerships, random tables may still prove better" in said["en"]
    assert "avec «\u00a0tables au hasard\u00a0»" in said["fr"] and "con mesas al azar" in said["es"]
    for text, word in ((said["en"], "Another"), (said["fr"], "autre"), (said["es"], "otro")):
        assert word not in text
