"""The agenda: what each roundtable talks about, read from one file a roundtable.

Source of the shipped agenda: the concept note of the GFMD 2024-2025 (Colombian chair). Every entry
says where in the note it rests; the words are ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gfmd_sim.errors import Sentence

Language = Literal["en", "fr", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "es")

ItemKind = Literal["challenge", "opportunity", "practice", "proposal"]
KINDS: tuple[ItemKind, ...] = ("challenge", "opportunity", "practice", "proposal")

Resource = Literal["authority", "finance", "delivery", "jobs_skills", "knowledge"]
RESOURCES: tuple[Resource, ...] = ("authority", "finance", "delivery", "jobs_skills", "knowledge")

# The concept note's stakeholders. The first six are the flagship scenario's groups; a roundtable may
# name the others too, and they count where a scenario defines them.
STAKEHOLDERS: tuple[str, ...] = (
    "states",
    "civil_society",
    "private_sector",
    "youth",
    "local_governments",
    "international_organisations",
    "diaspora",
    "media",
    "employers_workers",
    "academia",
)


def _stakeholder(name: str) -> str:
    if name not in STAKEHOLDERS:
        raise ValueError(
            Sentence(
                "unknown stakeholder group '{name}'; known: {known}",
                name=name,
                known=", ".join(STAKEHOLDERS),
            )
        )
    return name


Stakeholder = Annotated[str, AfterValidator(_stakeholder)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Frozen(BaseModel):
    """Base of every record read from a file: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Frozen):
    """One sentence in the three working languages."""

    en: Annotated[str, Field(min_length=1, max_length=600)]
    fr: Annotated[str, Field(min_length=1, max_length=600)]
    es: Annotated[str, Field(min_length=1, max_length=600)]

    def in_(self, language: Language) -> str:
        """The sentence in ``language``."""
        return {"en": self.en, "fr": self.fr, "es": self.es}[language]


class Source(Frozen):
    """Where in the concept note an entry rests.

    ``section`` is the heading (``introduction``; ``context``: the roundtable's opening text;
    ``approach``; ``objectives``; ``consultation_1`` to ``consultation_3``; ``summit``),
    ``paragraph`` counts the section's paragraphs or bullets from 1,
    ``terms`` are the two or three French terms there on which the entry rests.
    """

    section: Literal[
        "introduction",
        "context",
        "approach",
        "objectives",
        "consultation_1",
        "consultation_2",
        "consultation_3",
        "summit",
    ]
    paragraph: Annotated[int, Field(ge=1, le=40)]
    terms: Annotated[list[str], Field(min_length=2, max_length=3)]


class Question(Frozen):
    """One guiding question; ``kind`` is what it asks for."""

    id: Identifier
    kind: ItemKind
    text: Text


class ConsultationPlan(Frozen):
    """One of the three Geneva meetings as the note plans it.

    ``opens_with`` lists the consultations whose summary notes are presented at the opening.
    """

    number: Annotated[int, Field(ge=1, le=3)]
    dates: Annotated[list[dt.date], Field(min_length=1, max_length=3)]
    purpose: Text
    opens_with: list[Annotated[int, Field(ge=1, le=2)]] = []
    questions: Annotated[list[Question], Field(min_length=1)]


class Objective(Frozen):
    """One of the roundtable's stated objectives."""

    id: Identifier
    text: Text
    source: Source


class AgendaItem(Frozen):
    """A challenge, an opportunity or a practice that delegates can give accounts of.

    ``label`` is a short name (for charts), ``text`` the sentence, ``raised_by`` who would raise it.
    """

    id: Identifier
    label: Text
    text: Text
    source: Source
    raised_by: Annotated[list[Stakeholder], Field(min_length=1)]


class SolutionItem(AgendaItem):
    """A solution that can be proposed, endorsed, adopted and delivered.

    ``serves``: objectives; ``addresses``: challenges; ``builds_on``: practices and opportunities;
    ``contested_by``: challenges or opportunities that speak against it; ``needs``: resources.
    """

    serves: Annotated[list[Identifier], Field(min_length=1)]
    addresses: Annotated[list[Identifier], Field(min_length=2)]
    builds_on: Annotated[list[Identifier], Field(min_length=1)]
    contested_by: list[Identifier] = []
    needs: Annotated[list[Resource], Field(min_length=2, max_length=5)]


class Slip(Frozen):
    """A slip of the source document, noted and what we took it to mean."""

    where: str
    says: str
    read_as: str


class Roundtable(Frozen):
    """The whole agenda of one roundtable."""

    number: Annotated[int, Field(ge=1, le=99)]
    id: Identifier
    title: Text
    short_title: Text
    consultations: Annotated[list[ConsultationPlan], Field(min_length=3, max_length=3)]
    summit: Text
    objectives: Annotated[list[Objective], Field(min_length=1)]
    challenges: list[AgendaItem]
    opportunities: list[AgendaItem]
    practices: list[AgendaItem]
    solutions: Annotated[list[SolutionItem], Field(min_length=1)]
    slips: list[Slip] = []

    def items(self) -> Iterator[tuple[ItemKind, AgendaItem]]:
        """All items that can be talked about, with their kind; a solution is a proposal."""
        for kind, entries in (
            ("challenge", self.challenges),
            ("opportunity", self.opportunities),
            ("practice", self.practices),
            ("proposal", self.solutions),
        ):
            for entry in entries:
                yield kind, entry  # type: ignore[misc]

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        ids = [o.id for o in self.objectives] + [entry.id for _, entry in self.items()]
        doubled = sorted({i for i in ids if ids.count(i) > 1})
        if doubled:
            raise ValueError(Sentence("the id '{name}' is used twice", name=doubled[0]))
        objectives = {o.id for o in self.objectives}
        challenges = {c.id for c in self.challenges}
        opportunities = {o.id for o in self.opportunities}
        practices = {p.id for p in self.practices}
        for s in self.solutions:
            for field, given, known in (
                ("serves", s.serves, objectives),
                ("addresses", s.addresses, challenges),
                ("builds_on", s.builds_on, practices | opportunities),
                ("contested_by", s.contested_by, challenges | opportunities),
            ):
                for ref in given:
                    if ref not in known:
                        raise ValueError(
                            Sentence(
                                "solution '{name}', {field}: no such entry '{entry}'",
                                name=s.id,
                                field=field,
                                entry=ref,
                            )
                        )
            clash = set(s.contested_by) & (set(s.addresses) | set(s.builds_on))
            if clash:
                raise ValueError(
                    Sentence(
                        "solution '{name}': '{entry}' both supports and contests it",
                        name=s.id,
                        entry=min(clash),
                    )
                )
        for number, c in enumerate(self.consultations, start=1):
            if c.number != number:
                raise ValueError(
                    Sentence(
                        "consultation {number} is numbered {given}", number=number, given=c.number
                    )
                )
            if any(n >= c.number for n in c.opens_with):
                raise ValueError(
                    Sentence(
                        "consultation {number} opens with a note not yet written", number=number
                    )
                )
        return self
