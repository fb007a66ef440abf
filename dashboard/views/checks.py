"""What the checks of ``run.py evidence`` are about, in plain words; the checks themselves speak to
statisticians."""

from __future__ import annotations

import re

from dashboard.language import N_, Words
from gfmd_sim import language

KINDS = {
    "theory": N_("Where theory knows the answer"),
    "pattern": N_("What was observed of people"),
    "fit": N_("What the model was fitted to"),
    "control": N_("Variants that must fail at something"),
    "verdict": N_("Where grouping hardly mattered, the verdict says so"),
}
ABOUT = {  # "#" stands for a number; of an America in One Room number both checks speak alike
    "theory.degroot": N_("Who only averages gets where the formula says, step by step"),
    "theory.degroot_limit": N_("Where averaging ends"),
    "theory.friedkin_johnsen": N_(
        "People who hold on to their first view come to rest where the equations say"
    ),
    "theory.hegselmann_krause": N_(
        "People who listen only to views near their own: every step, against exact fractions"
    ),
    "theory.hegselmann_krause_freeze": N_("The same: cases that come to rest at another step"),
    "theory.hegselmann_krause_clusters": N_("The same: cases that end in other camps"),
    "theory.deffuant_mean": N_("Pairs who meet halfway leave the mean where it is"),
    "theory.deffuant_one": N_("The same, with open minds: how often one camp is left"),
    "theory.deffuant_two": N_("The same, with narrow minds: how often two camps are left"),
    "theory.maes_flache_none": N_("Arguments exchanged with anybody split nobody into camps"),
    "theory.maes_flache_some": N_("Arguments exchanged with one's like split some into camps"),
    "theory.random_tables_#": N_("Random tables of {0} people: how much variance is left"),
    "theory.caucus_keeps_gap": N_("Tables of one group leave the gap between groups as it is"),
    "theory.balanced_shrinks_gap": N_(
        "Balanced tables shrink the gap between groups as the formula says"
    ),
    "theory.hidden_profile_#_of_#": N_(
        "A fact that {0} of {1} at the table know: how often it is mentioned"
    ),
    "theory.holder_at_table_#": N_(
        "Random tables of {0} people: how many seat one of the few who know"
    ),
    "theory.trust": N_("Trust after one meeting, against its equation"),
    "theory.airing_#": N_("Turns until all of {0} arguments are voiced"),
    "theory.engine": N_("A sitting: the fast code against plain code"),
    "theory.duplicate": N_("Two runs on the same luck: measures that differ"),
    "a1r.own_slope": N_("Views after the weekend: how much of one's own view stays"),
    "a1r.peer_slope": N_("Views after the weekend: how much comes from the others at the table"),
    "a1r.within_ratio": N_("Spread of views within tables, after over before"),
    "a1r.icc_before": N_("How alike a table's members are, before"),
    "a1r.icc_after": N_("How alike a table's members are, after"),
    "a1r.table_sd": N_("How far tables drift apart beyond who sat there"),
    "a1r.residual_sd": N_("How far views scatter within a table beyond that"),
    "a1r.gap_ratio": N_("Gap between the parties at mixed tables, after over before"),
    "a1r.composition_share": N_("How much of the tables' drift their composition explains"),
    "a1r.share_away": N_("Tables that move away from the middle"),
    "pattern.exposure.pull": N_(
        "Seeing the others' views once, without a word, moves people towards them (more than not at all)"
    ),
    "pattern.chat-#.word_gini": N_("Talks of {0}: how unevenly words are shared"),
    "pattern.chat-#.word_ratio": N_(
        "Talks of {0}: words of each speaker over those of the one before"
    ),
    "pattern.chat-#.unanimous": N_("Talks of {0}: how often all agree in the end"),
    "pattern.chat.gini_rises": N_("The more people talk, the less evenly words are shared"),
    "pattern.hidden-profile.sth_shared": N_(
        "What all at the table know: how often it is mentioned"
    ),
    "pattern.hidden-profile.sth_unshared": N_(
        "What one at the table knows: how often it is mentioned"
    ),
    "pattern.forum.caucus_keeps_gap": N_(
        "The Forum: tables of one group leave more of the gap between groups"
    ),
    "pattern.forum.rotation_converges": N_(
        "The Forum: fixed tables leave more spread of views than new ones"
    ),
    "pattern.forum.fixed_ties": N_(
        "The Forum: fixed tables bring more trust among those who sit together"
    ),
    "pattern.forum.balanced_shrinks_gap": N_(
        "The Forum: how much of the gap between groups balanced tables leave"
    ),
    "pattern.forum.tie_odds": N_("The Forum: how much likelier partners are who sat together"),
    "control.averaging_only": N_("Without arguments: patterns that fail"),
    "control.arguments_only": N_("Without pull of the table: patterns that fail"),
    "control.no_anchors": N_("Without holding on to one's first view: patterns that fail"),
    "control.shuffled_tables": N_("With tables mixed up afterwards: patterns that fail"),
    "verdict.near_null.random": N_(
        "Random against balanced tables: the effect on convergence, at most"
    ),
    "verdict.near_null.caucus": N_(
        "One group a table against balanced ones: the effect on convergence, at most"
    ),
    "verdict.near_null.like_minded": N_(
        "Like-minded tables against balanced ones: the effect on convergence, at most"
    ),
}
KEYS = {  # of the sources in gfmd_sim/data
    "A1R": "Fishkin et al. 2021 (America in One Room)",
    "BECKER17": "Becker et al. 2017",
    "NAVAJAS": "Navajas et al. 2018",
    "DELIDATA": "Karadzhov et al. 2023 (DeliData)",
    "STASSER89": "Stasser, Taylor, Hanna 1989",
    "BOUDREAU17": "Boudreau et al. 2017",
    "ZAJDELA22": "Zajdela et al. 2022",
}
PLAIN = {"randomness contract": N_("the same luck, the same Forum")}


def about(check: str, otherwise: str, words: Words) -> str:
    """What a check of this id is about; ``otherwise`` where no plain words are known."""
    name = check.removeprefix("pattern.").removeprefix("fit.")
    for known in (check, name):
        form = ABOUT.get(re.sub(r"[0-9]+(?=[._]|$)", "#", known), ABOUT.get(known))
        if form is not None:
            said = words(form)
            for k, number in enumerate(re.findall(r"[0-9]+(?=[._]|$)", known)):
                said = said.replace(f"{{{k}}}", number)
            return said
    return language.said(otherwise, words.engine)


def source(text: str, words: Words) -> str:
    """Where an expectation comes from, its keys and phrases said in full."""
    said = text.replace("BECKER17, NAVAJAS", "BECKER17; NAVAJAS")
    said = said.replace("BOUDREAU17, ZAJDELA22", "BOUDREAU17; ZAJDELA22")
    parts = said.split("; ")
    put = (
        KEYS.get(p) or (words(PLAIN[p]) if p in PLAIN else language.said(p, words.engine))
        for p in parts
    )
    return language.divided(put, words.code)
