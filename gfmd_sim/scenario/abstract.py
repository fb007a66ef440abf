"""Agendas without content, for theory and for emulations of meetings other than the Forum."""

from __future__ import annotations

import datetime as dt

from gfmd_sim.scenario.agenda import (
    STAKEHOLDERS,
    AgendaItem,
    ConsultationPlan,
    Objective,
    Question,
    Roundtable,
    SolutionItem,
    Source,
    Text,
)
from gfmd_sim.scenario.schema import AbstractAgenda


def _text(en: str, fr: str, es: str, number: object) -> Text:
    return Text(en=f"{en} {number}", fr=f"{fr} {number}", es=f"{es} {number}")


def abstract_roundtable(agenda: AbstractAgenda, number: int) -> Roundtable:
    """Roundtable ``number`` of an abstract agenda.

    Each solution has its own challenges, opportunities and practices; all of them bear on it alone.
    """
    nowhere = Source(section="introduction", paragraph=1, terms=["(abstract)", "(abstract)"])
    groups = list(STAKEHOLDERS)

    def items(prefix: str, names: tuple[str, str, str], count: int) -> list[AgendaItem]:
        return [
            AgendaItem(
                id=f"{prefix}{m}_{k}",
                label=_text(*names, f"{m}.{k}"),
                text=_text(*names, f"{m}.{k}"),
                source=nowhere,
                raised_by=groups,
            )
            for m in range(1, agenda.n_solutions + 1)
            for k in range(1, count + 1)
        ]

    challenges = items("c", ("Challenge", "Défi", "Desafío"), agenda.challenges)
    opportunities = items("op", ("Opportunity", "Possibilité", "Oportunidad"), agenda.opportunities)
    practices = items("p", ("Practice", "Pratique", "Práctica"), agenda.practices)
    solutions = [
        SolutionItem.model_construct(
            id=f"s{m}",
            label=_text("Solution", "Mesure", "Solución", m),
            text=_text("Solution", "Mesure", "Solución", m),
            source=nowhere,
            raised_by=groups,
            serves=["o1"],
            addresses=[c.id for c in challenges if c.id.startswith(f"c{m}_")],
            builds_on=[
                e.id for e in practices + opportunities if e.id.split("_")[0] in (f"p{m}", f"op{m}")
            ],
            contested_by=[],
            needs=["authority", "delivery"],
        )
        for m in range(1, agenda.n_solutions + 1)
    ]
    kinds = ("challenge", "practice", "proposal")
    return Roundtable.model_construct(
        number=number,
        id=f"abstract_{number}",
        title=_text("Topic", "Sujet", "Tema", number),
        short_title=_text("Topic", "Sujet", "Tema", number),
        consultations=[
            ConsultationPlan(
                number=c,
                dates=[dt.date(2025, 1, c)],
                purpose=_text("Meeting", "Réunion", "Reunión", c),
                opens_with=list(range(1, c)),
                questions=[
                    Question(
                        id=f"q{c}",
                        kind=kinds[c - 1],
                        text=_text("Question", "Point", "Pregunta", c),
                    )
                ],
            )
            for c in (1, 2, 3)
        ],
        summit=_text("Summit", "Sommet", "Cumbre", number),
        objectives=[Objective(id="o1", text=_text("Aim", "But", "Fin", 1), source=nowhere)],
        challenges=challenges,
        opportunities=opportunities,
        practices=practices,
        solutions=solutions,
        slips=[],
    )
