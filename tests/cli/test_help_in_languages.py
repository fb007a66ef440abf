"""``--help`` and what is wrong with a line are said in the language that the line names."""

from __future__ import annotations

import functools
import gettext
import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from gfmd_sim import language as words
from gfmd_sim.cli import main
from gfmd_sim.cli.app import app_with
from gfmd_sim.cli.commands import App
from gfmd_sim.cli.overview import COMMANDS
from gfmd_sim.locale.catalogue import CATALOGUES
from gfmd_sim.locale.kept import TRANSLATED

NAMES = {"K/N", "PLAN", "Arguments", "Options", "[OPTIONS]"}  # the same in one language or both
TYPERS = {"Usage:", "Arguments", "Options", "Commands", "COMMAND [ARGS]...", "[OPTIONS]",
          "[default: {}]", "[required]", "Show this message and exit."}  # fmt: skip

catalogue_of = functools.cache(CATALOGUES.read)


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command and all below it, each with the words that call it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


def shown(command: Any) -> set[str]:
    """The texts that the help of a command shows, a paragraph each."""
    params = [text for p in command.params for text in (p.help, p.metavar)]
    below = [c.help for c in getattr(command, "commands", {}).values()]
    texts = [command.help, *params, *below]
    return {" ".join(part.split()) for text in texts if text for part in text.split("\n\n")}


def untranslated(command: Any, language: str) -> set[str]:
    catalogue = catalogue_of(language)
    found = set()
    for text in shown(command) | TYPERS:
        known = catalogue.get(text)
        if known is None or not known.string or (known.string == text and text not in NAMES):
            found.add(text)
    return found


WHOLE = get_command(app_with(COMMANDS))
ALL = [path for path, command in commands(WHOLE) if path != ("test",)]  # pytest has its own help


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_every_command_has_a_translation(language: str) -> None:
    assert len(ALL) > 25
    for _, command in commands(WHOLE):
        assert untranslated(command, language) == set()


def test_a_text_without_one_is_noticed() -> None:
    """Negative control."""
    app = App(add_completion=False)

    @app.command()
    def one(of: Annotated[int, typer.Option("--of", metavar="NONE", help="Nor this.")] = 0) -> None:
        """Nobody has said this.

        And this
        neither.
        """

    assert untranslated(get_command(app), "fr") == {
        "Nobody has said this.", "And this neither.", "Nor this.", "NONE"
    }  # fmt: skip


def test_every_command_can_be_asked_for_a_language() -> None:
    without = [path for path, command in commands(WHOLE)
               if "--lang" not in {name for p in command.params for name in p.opts}]  # fmt: skip
    assert without == [("test",)]


def help_of(path: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--lang", language, *path, "--help"]) == 0
    return capsys.readouterr().out


def in_a_line(out: str) -> str:
    """Without panels: a text that is in several lines is in one again."""
    return re.sub(r"[\s│]+", " ", out)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_in_the_language(
    path: tuple[str, ...],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "300")  # no text in two lines between which is another column
    command = dict(commands(WHOLE))[path]
    catalogue = catalogue_of(language)
    out = help_of(path, language, capsys)
    said, english = in_a_line(out), in_a_line(help_of(path, "en", capsys))
    usual = {"COMMAND [ARGS]...", "[required]", "Show this message and exit."}
    for text in {t for t in shown(command) if len(t.split()) > 1} | usual:
        if text in english:
            assert text not in said
            assert in_a_line(str(catalogue[text].string)) in said
    titles = {
        "fr": ["Commands", "[default"],
        "es": ["Commands", "Arguments", "Options", "[default"],
    }
    assert not [word for word in (*titles[language], "Usage:") if word in said]
    assert not set("\ue000\ue001") & set(out)


@pytest.mark.parametrize("width", [56, 63, 70, 80, 97])
def test_no_line_of_it_begins_with_what_french_has_a_space_before(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = "".join(help_of(path, "fr", capsys) for path in (("seat", "plan"), ("sweep",), ("seat",)))
    assert "\N{NO-BREAK SPACE}:" in out and "\N{NARROW NO-BREAK SPACE};" in out
    assert not re.findall(r"(?:^|│) *[:;?»]", out, re.MULTILINE)


def test_the_language_may_stand_after_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    french = help_of(("seat", "plan"), "fr", capsys)
    assert main(["seat", "plan", "--lang=fr", "--help"]) == 0
    assert capsys.readouterr().out == french


def test_english_help_looks_into_no_catalogue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    help_of(("simulate",), "fr", capsys)
    words.wording.cache_clear()
    monkeypatch.setattr(gettext, "translation", pytest.fail)
    for arguments in ([], ["--help"], ["simulate", "--help"], ["seat"]):
        assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "─ Arguments ─" in out and "─ Options ─" in out and "─ Commands ─" in out
    assert "[default: 1]" in out and "[required]" in out and "Usage: run.py simulate" in out


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", "Usage: run.py"),
        ("fr", "Utilisation\N{NO-BREAK SPACE}: run.py"),
        ("es", "Uso: run.py"),
    ],
)
def test_the_overview_is_in_three_languages_and_fits_the_screen(
    language: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = help_of((), language, capsys)
    assert said.startswith(begins)
    assert max(map(len, said.splitlines())) <= 80
    assert main(["--help", f"--lang={language}"]) == 0
    assert capsys.readouterr().out == said
    more = {
        "en": "run.py COMMAND",
        "fr": "run.py --lang fr COMMANDE",
        "es": "run.py --lang es ORDEN",
    }
    assert more[language] in said


MISTAKES = [
    (["simulat"], "cette commande n’existe pas : « simulat ». Vouliez-vous dire « simulate » ?"),
    (["seat", "nope"], "cette commande n’existe pas : « nope »"),
    (["demo", "--nix"], "cette option n’existe pas : --nix"),
    (["demo", "--sed"], "cette option n’existe pas : --sed (options possibles : --roster, --seed)"),
    (["simulate"], "il manque l’argument « SCÉNARIO »"),
    (["merge", "a"], "il manque l’option « --out »"),
    (["simulate", "a", "b"], "arguments en trop : b"),
    (["simulate", "a", "--seed"], "l’option « --seed » demande une valeur"),
    (["simulate", "a", "--quiet=3"], "l’option « --quiet » ne prend pas de valeur"),
    (["demo", "--seed", "-1"], "valeur non valable pour « --seed » : il faut au moins 0"),
    (["demo", "--seed", "x"], "valeur non valable pour « --seed » : il faut un nombre entier"),
    (["seat", "plan", "l", "--seconds", "x"],
     "valeur non valable pour « --seconds » : il faut un nombre"),
    (["demo", "--workers", "2000"], "valeur non valable pour « --workers » : il faut au plus 1024"),
    (["sweep", "a", "--executor", "x"],
     "valeur non valable pour « --executor » : « x » n’est pas l’une des valeurs « local », « dask »"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "says"), MISTAKES, ids=lambda what: " ".join(what))
def test_what_is_wrong_with_a_line_is_said_in_french(
    line: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "fr", *line]) == 2
    wrong, do = capsys.readouterr().err.splitlines()
    assert re.sub(r"\s", " ", wrong) == says
    assert re.fullmatch(r"  à faire\s:\s+voyez python3 run.py --lang fr( \w+)* --help", do)


def test_a_fault_of_ours_is_told_in_spanish(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gfmd_sim.cli.scenario.shipped_names", lambda: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["scenario", "list", "--lang", "es"]) == 1
    (report,) = tmp_path.iterdir()
    assert capsys.readouterr().err.splitlines() == [
        f"es un fallo de gfmd-sim, no suyo (ZeroDivisionError); el informe del fallo está en {report}",
        "  qué hacer: envíelo, por favor, a los desarrolladores",
    ]
