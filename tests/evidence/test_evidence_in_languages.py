"""What ``evidence`` claims, finds and defines is said in French and Spanish; its JSON is in English."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from gfmd_sim.cli import main
from gfmd_sim.cli.console import _Console
from gfmd_sim.errors import Sentence
from gfmd_sim.evidence import emulations, limits, near_null, patterns, suite
from gfmd_sim.evidence.check import Check
from gfmd_sim.evidence.data import targets
from gfmd_sim.locale.catalogue import CATALOGUES
from gfmd_sim.locale.kept import TRANSLATED

SMALL: dict[str, dict[str, Any]] = {  # what takes long says the same of fewer runs
    "forum_patterns": {"n": 2},
    "posterior_predictive": {"replicates": 2},
    "null_verdict": {"replicates": 2},
}
_FIELDS = re.compile(r"(\{\w+\}|; )*")
_SOURCE = re.compile(
    r"[A-Z0-9]+(, [A-Z0-9]+)*"  # keys of gfmd_sim/data
    r"|[A-Z]\w+(, [A-Z]\w+)*( et al\.)? \d{4}(, arXiv [\d.]+)?( \((America in One Room|DeliData)\))?"
    r"|[\w/]+\.py"
)


def forms_of(text: str) -> list[str]:
    """The English sentences of a text; names that fill one are nobody's."""
    if not isinstance(text, Sentence):
        return [text]
    own = [] if _FIELDS.fullmatch(text.form) else [text.form]
    return own + [
        form
        for value in text.values.values()
        if isinstance(value, Sentence) or (isinstance(value, str) and not own)
        for form in forms_of(value)
    ]


def english_left(texts: Iterable[str], language: str) -> list[str]:
    """Sentences that the catalogue lacks or has in English, though they are no citation."""
    known = CATALOGUES.read(language)
    return [
        form
        for form in dict.fromkeys(form for text in texts for form in forms_of(text))
        if form and not _SOURCE.fullmatch(form)
        if (message := known.get(form)) is None or message.string in ("", form)
    ]


def claims(checks: Iterable[Check]) -> list[str]:
    return [text for check in checks for text in (check.about, check.source)]


def definitions() -> list[str]:
    """What ``--pattern`` says of any emulation."""
    said = [*near_null.CLAIMS.values(), *near_null.VERDICTS.values()]
    for e in emulations.EMULATIONS.values():
        said += [e.source, e.interval, *e.named.values()]
    found = suite.run_pattern("near-null", 2)
    said += [found["source"], found["interval"]]
    return said + [v["definition"] for v in found["statistics"].values()]


def test_every_claim_and_source_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of everything that is run, in small: what is found does not matter here."""
    mean, exchange = patterns.mean_at_defaults, limits.maes_flache
    monkeypatch.setattr(patterns, "mean_at_defaults", lambda name, n, values=None: mean(name, 1))
    monkeypatch.setattr(limits, "maes_flache", lambda homophily: exchange(homophily, n_events=10))
    checks = [c for part in suite.PARTS for c in part(**SMALL.get(part.__name__, {}))]
    assert len(checks) > 70
    for language in TRANSLATED:
        assert english_left(claims(checks), language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_definition_is_told(language: str) -> None:
    assert english_left(definitions(), language) == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "text",
    [
        "nobody has said this",
        Sentence("nobody has said this"),
        Sentence.divided(["DeGroot 1974", "nobody has said this"]),
        Sentence("{quantity}: observed, within what the posterior predicts",
                 quantity=Sentence("nobody has said this")),
    ],
)  # fmt: skip
def test_a_claim_without_translation_is_noticed(text: str, language: str) -> None:
    """Negative control."""
    check = Check("theory.new", text, None, None, 1.0, 0.0, "DeGroot 1974")
    assert english_left(claims([check]), language) == ["nobody has said this"]
    check = Check("theory.new", "drift of the mean", None, None, 1.0, 0.0, text)
    assert english_left(claims([check]), language) == ["nobody has said this"]


def test_claims_of_data_are_the_quantities_of_the_data() -> None:
    quantities = {t.quantity for t in targets().values()}
    assert {p.about for p in patterns.weekend_patterns()} <= quantities
    assert {c.about for c in patterns.mentions()} <= quantities


GOOD = Check("theory.good", Sentence("{k} of {size} hold it, p = {p}", k=2, size=5, p=0.1), 0.19,
             -0.155, 0.2251, 0.2,
             Sentence.divided(["Farrar et al. 2009", Sentence("rational arithmetic")]))  # fmt: skip
BAD = Check("theory.bad", "drift of the mean", 0.0, None, 1e-12, 2.5e-11, "")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "theory.good 0.19 -0.155 to 0.2251 0.2 pass 2 of 5 hold it, p = 0.1 "
                "(Farrar et al. 2009; rational arithmetic)",
                "theory.bad 0 up to 1e-12 2.5e-11 FAIL drift of the mean",
                "1 of 2 checks pass. Failed: theory.bad",
            ],
        ),
        (
            "fr",
            [
                "theory.good 0,19 −0,155 à 0,2251 0,2 réussit connu de 2 sur 5, p = 0,1 "
                "(Farrar et al. 2009 ; calcul en fractions)",
                "theory.bad 0 ≤ 1 × 10⁻¹² 2,5 × 10⁻¹¹ ÉCHOUE dérive de la moyenne",
                "Vérifications réussies : 1 sur 2. Échouées : theory.bad",
            ],
        ),
        (
            "es",
            [
                "theory.good 0,19 de −0,155 a 0,2251 0,2 pasa conocido por 2 de 5, p = 0,1 "
                "(Farrar et al. 2009; aritmética de fracciones)",
                "theory.bad 0 ≤ 1 × 10⁻¹² 2,5 × 10⁻¹¹ FALLA deriva de la media",
                "Comprobaciones que pasan: 1 de 2. Fallan: theory.bad",
            ],
        ),
    ],
)
def test_the_table(
    language: str,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(suite, "PARTS", (lambda: [GOOD, BAD],))
    assert main(["evidence", "--quiet", "--lang", language]) == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[1:4] == lines
    not_reproduced = {
        "en": "Not reproduced:",
        "fr": "Non reproduit :",
        "es": "No reproducido:",
    }
    assert any(line.startswith(not_reproduced[language]) for line in said[4:])


@pytest.mark.parametrize("width", [80, 100, 119, 120, 200])
@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_an_id_is_whole_on_every_usual_terminal(
    width: int, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And numbers are, and claims, beside it or below."""
    long = dataclasses.replace(GOOD, id="pattern.near-null.as_long_as_0")
    monkeypatch.setattr(suite, "PARTS", (lambda: [long, BAD],))
    monkeypatch.setattr(
        "gfmd_sim.cli.console.console_for_tables",
        lambda usual: _Console(highlight=False, markup=False, emoji=False, width=width),
    )
    main(["evidence", "--quiet", "--lang", language])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(("pattern.", "theory."))] == [
        long.id,
        BAD.id,
    ]
    assert max(map(len, lines)) <= width and "…" not in "".join(lines)
    assert "2009" in "".join(lines)


def test_json_is_the_same_in_every_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "PARTS", (lambda: [GOOD, BAD],))
    answers = []
    for language in ("en", "fr"):
        main(["evidence", "--quiet", "--json", "--lang", language])
        main(
            [
                "evidence",
                "--pattern",
                "near-null",
                "--replicates",
                "2",
                "--json",
                "--lang",
                language,
            ]
        )
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]
    first, _ = json.JSONDecoder().raw_decode(answers[0])
    assert first["checks"][0]["about"] == "2 of 5 hold it, p = 0.1"


def test_a_pattern_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evidence", "--pattern", "near-null", "--replicates", "2", "--lang", "es"]
    assert main(command) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2 reuniones; intervalo del 95 % de la diferencia media" in said
    assert "Estadístico Media Desde Hasta Por defecto" in said
    assert "mesas al azar frente a mesas equilibradas: " in said
    assert not re.search(r"\d\.\d|convergence (with|minus)|would", said)


def test_an_unknown_emulation_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--pattern", "chat-55", "--lang", "fr"]) == 2
    assert "--pattern: cette émulation n’existe pas" in capsys.readouterr().err
