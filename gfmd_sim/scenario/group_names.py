"""What delegate lists call the stakeholder groups, in English, French and Spanish.

A list may use the names that this project itself shows, and the usual official ones (``SHOWN``).
Names that are broader, narrower or unsure (``MEANT``) are not read: whoever refuses one says which
group is probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

from gfmd_sim.errors import Sentence

SIX = (
    "states",
    "civil_society",
    "private_sector",
    "youth",
    "local_governments",
    "international_organisations",
)
"""The groups of the Forum; others take part where a scenario says so."""

ADVISED: dict[str, Sentence] = {
    "states": Sentence("states"),
    "civil_society": Sentence("civil_society"),
    "private_sector": Sentence("private_sector"),
    "youth": Sentence("youth"),
    "local_governments": Sentence("local_governments"),
    "international_organisations": Sentence("international_organisations"),
}
"""What advice tells people to write for a group: its id, or its name in the reader's language."""

_SHOWN: dict[str, str] = {
    "states": "etats estados governments gouvernements gobiernos national_governments "
    "gouvernements_nationaux gobiernos_nacionales",
    "civil_society": "societe_civile sociedad_civil civil_society_organisations "
    "civil_society_organizations organisations_de_la_societe_civile "
    "organisations_de_societe_civile organizaciones_de_la_sociedad_civil "
    "organizaciones_de_sociedad_civil",
    "private_sector": "secteur_prive sector_privado",
    "youth": "jeunes jovenes jeunesse juventud juventudes",
    "local_governments": "gouvernements_locaux gobiernos_locales local_government "
    "gouvernement_local gobierno_local local_authorities local_authority collectivites_locales "
    "collectivite_locale collectivites_territoriales collectivite_territoriale autorites_locales "
    "autorite_locale autoridades_locales autoridad_local local_and_regional_governments "
    "gouvernements_locaux_et_regionaux gobiernos_locales_y_regionales "
    "local_and_regional_authorities autorites_locales_et_regionales "
    "autoridades_locales_y_regionales",
    "international_organisations": "organisations_internationales organismos_internacionales "
    "international_organizations international_organisation international_organization "
    "organisation_internationale organismo_internacional organizaciones_internacionales "
    "organizacion_internacional intergovernmental_organisations intergovernmental_organizations "
    "organisations_intergouvernementales organizaciones_intergubernamentales "
    "organismos_intergubernamentales",
    "diaspora": "diasporas",
    "media": "medias medios medios_de_comunicacion",
    "employers_workers": "employers_and_workers employeurs_et_travailleurs "
    "empleadores_y_trabajadores",
    "academia": "monde_universitaire mundo_academico",
}
_MEANT: dict[str, str] = {
    "states": "state member_states member_state government national_government etat etats_membres "
    "etat_membre gouvernement estado estados_miembros estado_miembro gobierno",
    "civil_society": "ngo ngos cso csos ong ongs osc",
    "private_sector": "business businesses company companies private entreprises entreprise "
    "empresas empresa prive privado",
    "youth": "young_people youths joven jeune",
    "local_governments": "mayor mayors city cities municipalities maires maire villes ville communes "
    "collectivites alcaldes alcalde ciudades municipios",
    "international_organisations": "un united_nations un_agency un_agencies io ios igo igos oi "
    "nations_unies onu naciones_unidas",
}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: group for group, said in words.items() for word in (group, *said.split())}


SHOWN = _by_word(_SHOWN)
"""Folded name -> group."""
MEANT = {**_by_word(_MEANT), **SHOWN}
"""Folded word -> the group that is probably meant by it."""

ALIKE = 0.85
"""Similarity from which two groups may be one that was written in two ways."""


def meant(folded: str, known: Collection[str]) -> str | None:
    """The group among ``known`` that people mean by a word, or by one nearly like it, or None.

    >>> meant("socite_civile", SIX), meant("farmers", SIX)
    ('civil_society', None)
    """
    words = {word: group for word, group in MEANT.items() if group in known}
    near = difflib.get_close_matches(folded, words, n=1, cutoff=ALIKE)
    return words[near[0]] if near else None
