"""The shipped agenda is the concept note's, complete in three languages, without a loose end."""

import datetime as dt
from itertools import combinations

import pytest
from pydantic import ValidationError

from gfmd_sim.scenario.agenda import LANGUAGES, STAKEHOLDERS, Roundtable
from gfmd_sim.scenario.files import load_agenda, load_scenario

AGENDA = load_agenda(load_scenario("gfmd-2024-25"))
ROUNDTABLES = list(AGENDA.values())
MAIN_GROUPS = STAKEHOLDERS[:6]


def test_six_roundtables_with_the_notes_thirty_objectives() -> None:
    assert sorted(AGENDA) == [1, 2, 3, 4, 5, 6]
    assert [len(AGENDA[n].objectives) for n in range(1, 7)] == [5, 6, 3, 5, 6, 5]


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_questions_and_dates_are_the_notes(r: Roundtable) -> None:
    kinds = [[q.kind for q in c.questions] for c in r.consultations]
    assert kinds == [["challenge", "opportunity"], ["practice"], ["proposal"]]
    assert [c.dates for c in r.consultations] == [
        [dt.date(2024, 11, 6), dt.date(2024, 11, 7)],
        [dt.date(2025, 2, 12), dt.date(2025, 2, 13)],
        [dt.date(2025, 6, 4), dt.date(2025, 6, 5)],
    ]


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_notes_that_open_a_consultation_are_the_notes(r: Roundtable) -> None:
    third = [2] if r.number in (4, 5) else [1, 2]
    assert [c.opens_with for c in r.consultations] == [[], [1], third]


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_there_is_enough_to_talk_about(r: Roundtable) -> None:
    assert len(r.challenges) >= 8
    assert len(r.opportunities) >= 6
    assert len(r.practices) >= 8
    assert len(r.solutions) >= 6
    raised = [set(e.raised_by) for _, e in r.items()]
    for group in MAIN_GROUPS:
        assert sum(group in by for by in raised) >= 3, group


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_no_language_is_a_copy_of_another(r: Roundtable) -> None:
    texts = [r.title, r.short_title, r.summit, *(o.text for o in r.objectives)]
    texts += [c.purpose for c in r.consultations]
    texts += [q.text for c in r.consultations for q in c.questions]
    for _, entry in r.items():
        texts += [entry.label, entry.text]
        for language in LANGUAGES:
            assert len(entry.label.in_(language)) <= 45
    for text in texts:
        for one, other in combinations(LANGUAGES, 2):
            assert text.in_(one) != text.in_(other), text


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_solutions_are_linked_each_in_its_own_way(r: Roundtable) -> None:
    practices = {p.id for p in r.practices}
    links = []
    for s in r.solutions:
        assert len(s.addresses) >= 2
        assert len(s.needs) >= 2
        assert practices & set(s.builds_on)
        links.append((frozenset(s.addresses), frozenset(s.builds_on), frozenset(s.contested_by)))
    assert len(set(links)) == len(links)
    assert len({(a, b) for a, b, _ in links}) == len(links)
    served = {o for s in r.solutions for o in s.serves}
    assert served == {o.id for o in r.objectives}
    assert sum(bool(s.contested_by) for s in r.solutions) >= len(r.solutions) / 2


@pytest.mark.parametrize("r", ROUNDTABLES, ids=lambda r: r.id)
def test_every_entry_says_where_in_the_note_it_rests(r: Roundtable) -> None:
    for source in [o.source for o in r.objectives] + [e.source for _, e in r.items()]:
        assert 2 <= len(source.terms) <= 3
        assert all(term.strip() for term in source.terms)


def test_the_known_slips_of_the_source_are_noted() -> None:
    def says(number: int, word: str) -> bool:
        return any(word in (s.says + s.read_as).lower() for s in AGENDA[number].slips)

    assert says(4, "2024")
    assert says(3, "femmes migrantes")
    assert says(6, "coopération régionale")
    assert says(5, "question") or says(5, "opportunités")
    assert all(any("table ronde" in s.says for s in AGENDA[n].slips) for n in (1, 2, 3, 6))


@pytest.mark.parametrize("field", ["serves", "addresses", "builds_on", "contested_by"])
def test_a_dangling_reference_is_refused(field: str) -> None:
    data = ROUNDTABLES[0].model_dump(mode="json")
    data["solutions"][0][field] = ["nowhere", "nothing"]
    with pytest.raises(ValidationError, match="no such entry"):
        Roundtable.model_validate(data)
