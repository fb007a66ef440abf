"""What delegate lists call the stakeholder groups, in English, French and Spanish.

``SHOWN`` are the names that this project itself shows: a list may use them. ``MEANT`` are others
that people use: no list is read by them, but whoever refuses one says which group is probably meant.
"""

from __future__ import annotations

from collections.abc import Collection

SIX = (
    "states",
    "civil_society",
    "private_sector",
    "youth",
    "local_governments",
    "international_organisations",
)
"""The groups of the Forum; others take part where a scenario says so."""

_SHOWN: dict[str, str] = {
    "states": "etats estados",
    "civil_society": "societe_civile sociedad_civil",
    "private_sector": "secteur_prive sector_privado",
    "youth": "jeunes jovenes",
    "local_governments": "gouvernements_locaux gobiernos_locales",
    "international_organisations": "organisations_internationales organismos_internacionales",
    "diaspora": "diasporas",
    "media": "medias medios medios_de_comunicacion",
    "employers_workers": "employers_and_workers employeurs_et_travailleurs "
    "empleadores_y_trabajadores",
    "academia": "monde_universitaire mundo_academico",
}
_MEANT: dict[str, str] = {
    "states": "state member_states member_state governments government national_governments "
    "national_government etat etats_membres etat_membre gouvernements gouvernement estado "
    "estados_miembros estado_miembro gobiernos gobierno",
    "civil_society": "ngo ngos cso csos civil_society_organisations civil_society_organizations "
    "ong ongs osc organisations_de_la_societe_civile organizaciones_de_la_sociedad_civil",
    "private_sector": "business businesses company companies private entreprises entreprise "
    "empresas empresa prive privado",
    "youth": "young_people youths jeunesse juventud joven jeune",
    "local_governments": "mayor mayors city cities municipalities local_authorities "
    "local_government maires maire villes ville communes collectivites collectivites_locales "
    "collectivites_territoriales autorites_locales alcaldes alcalde ciudades municipios "
    "gobierno_local autoridades_locales",
    "international_organisations": "un united_nations un_agency un_agencies io ios igo igos "
    "international_organizations international_organisation international_organization oi "
    "nations_unies onu organisation_internationale organismo_internacional "
    "organizaciones_internacionales organizacion_internacional naciones_unidas",
}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: group for group, said in words.items() for word in (group, *said.split())}


SHOWN = _by_word(_SHOWN)
"""Folded name -> group."""
MEANT = {**_by_word(_MEANT), **SHOWN}
"""Folded word -> the group that is probably meant by it."""


def meant(folded: str, known: Collection[str]) -> str | None:
    """The group among ``known`` that people mean by a word, or None."""
    group = MEANT.get(folded)
    return group if group in known else None
