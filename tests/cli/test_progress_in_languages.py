"""What a command tells while it works is told in the language that its line names."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from gfmd_sim import language as words
from gfmd_sim.cli import main
from gfmd_sim.cli.asked import asked, speaking, spoken
from gfmd_sim.cli.progress import COMPILING, _Lines, bar
from gfmd_sim.errors import Sentence
from gfmd_sim.evidence import suite
from gfmd_sim.evidence.check import Check
from gfmd_sim.experiments.files import patiently
from gfmd_sim.locale.catalogue import CATALOGUES
from gfmd_sim.locale.kept import TRANSLATED

CLI = Path(__file__).parents[2] / "gfmd_sim" / "cli"
OTHERS = {"bundle_start.py", "outcome.py"}  # has words of its own; tells errors
FILES = sorted(path for path in CLI.glob("*.py") if path.name not in OTHERS)
BARS = ("bar", "progress", "under", "shown", "search_progress", "_say")  # and lines of an answer


def called(node: ast.AST) -> str:
    """The name of what a node calls."""
    function = getattr(node, "func", None)
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def is_on_stderr(call: ast.Call) -> bool:
    options = {f"{k.arg}={ast.unparse(k.value)}" for k in call.keywords}
    return not options.isdisjoint({"file=sys.stderr", "err=True"})


def told(tree: ast.Module) -> Iterator[ast.expr]:
    """What bars are named, what interrupts say, and what else is printed on standard error."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and node.args
            and (called(node) in (*BARS, "KeyboardInterrupt") or is_on_stderr(node))
        ):
            yield node.args[0]


def meant(node: ast.expr, tree: ast.Module) -> Iterator[ast.expr | str]:
    """What a variable is set to in the file, or in the one that it is imported from."""
    if called(node) == "spoken":
        assert isinstance(node, ast.Call)
        yield from meant(node.args[0], tree)
    elif isinstance(node, ast.Name):
        for known in ast.walk(tree):
            if isinstance(known, ast.Assign) and node.id in map(ast.unparse, known.targets):
                yield known.value
            elif isinstance(known, ast.ImportFrom) and node.id in {a.name for a in known.names}:
                yield getattr(import_module(str(known.module)), node.id)
    else:
        yield node


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def english_left(path: Path, language: str) -> list[str]:
    """What a file tells in English whatever language is asked for; names are in none."""
    tree, left = ast.parse(path.read_text(encoding="utf-8")), []
    for node in told(tree):
        for what in meant(node, tree):
            form = getattr(what, "form", None)
            if isinstance(what, ast.Call) and called(what) in ("Sentence", "counted"):
                form = ast.literal_eval(what.args[0])
            if form is not None:
                known = CATALOGUES.read(language).get(form)
                if known is None or not {"", form}.isdisjoint(strings(known)):
                    left.append(form)
            elif isinstance(what, str):
                left.append(what)
            elif any(isinstance(part, ast.Constant | ast.JoinedStr) for part in ast.walk(what)):
                left.append(ast.unparse(what))
    return left


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_all_that_is_told_meanwhile_has_a_translation(path: Path, language: str) -> None:
    assert english_left(path, language) == []


def test_what_has_none_is_noticed(tmp_path: Path) -> None:
    """Negative control; and a scenario's name needs none."""
    path = tmp_path / "some.py"
    path.write_text(
        """
from gfmd_sim.cli.progress import TOGETHER
NEW = Sentence("nobody has said this")
with bar("plain"), progress(NEW, check) as advance, bar(scenario.name):
    advance.under(TOGETHER)
    advance.under(f"part {k}")
    print(spoken(Sentence("nor this")), file=sys.stderr)
    _say(Sentence.counted("one {n} more", "none of {n} more", n))
    what = "set"
    search_progress(what, None)
    print("printed, not told")
    raise KeyboardInterrupt("by hand: " + line)
""",
        encoding="utf-8",
    )
    assert set(english_left(path, "fr")) == {
        "nobody has said this", "nor this", "one {n} more", "'plain'", "'set'", "f'part {k}'", "'by hand: ' + line"
    }  # fmt: skip


def test_all_bars_are_looked_at() -> None:
    found = {ast.unparse(n) for p in FILES for n in told(ast.parse(p.read_text(encoding="utf-8")))}
    assert {
        "COMPILING",
        "TOGETHER",
        "FETCHING",
        "found.drawn.sentence()",
        "Sentence('evidence')",
        "scenario.name",
    } <= found


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (["evidence"], "en"),
        (["evidence", "--lang", "fr"], "fr"),
        (["evidence", "--lang=es"], "es"),
        (["--lang", "es", "evidence"], "es"),
        (["evidence", "--lang=fr", "--lang", "es"], "es"),
        (["--lang", "fr", "evidence", "--lang", "en"], "en"),
    ],
)
def test_progress_and_answer_speak_the_language_of_the_line(
    line: list[str],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    check = Check("theory.one", "drift of the mean", 0.0, None, 1e-12, 0.0, "")
    monkeypatch.setattr(suite, "PARTS", (lambda: [check],))
    assert main(line) == 0
    out, err = capsys.readouterr()
    name = {"en": "evidence", "fr": "vérifications\N{NO-BREAK SPACE}", "es": "comprobaciones"}
    assert err.splitlines()[-1] == f"{name[language]}: 1/1  "
    assert {"en": "drift", "fr": "dérive", "es": "deriva"}[language] in out
    assert asked() == "en"  # afterwards nobody is asked


def test_english_looks_into_no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    words.wording.cache_clear()
    monkeypatch.setattr(gettext, "translation", pytest.fail)
    with speaking(["simulate", "four-groups"]):
        assert spoken(COMPILING) == "compiling the model (once on this machine)"


def test_a_language_that_is_none_of_ours_is_english() -> None:
    for line in (["--lang", "de"], ["--lang"], ["--lang="]):
        with speaking(line):
            assert asked() == "en"


def test_names_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    with speaking(["--lang", "fr"]), bar("reading") as advance:  # a scenario of that name
        advance(1, 2, 0.0)
        advance.under(Sentence("reading"))(2, 2, 0.0)
    told = [line.split("\N{NO-BREAK SPACE}")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["reading", "lecture"]


def test_the_line_said_again_is_in_spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gfmd_sim.cli.progress._SILENT_SECONDS", 0.01)
    said: list[str] = []
    with speaking(["--lang", "es"]):
        lines = _Lines(lambda line, **how: said.append(line), COMPILING)
        with lines.never_silent():
            while len(said) < 2:  # by a thread of its own
                pass
    assert said[0] == "compilando el modelo (una sola vez en esta máquina)  (0 s hasta ahora)"


def test_an_interrupt_says_in_french_what_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gfmd_sim.experiments.forum_simulator.ForumSimulator.run", stop)
    assert main(["simulate", "four-groups", "--lang", "fr"]) == 130
    said = " ".join(capsys.readouterr().err.split())
    assert said.endswith(
        "arrêté à la main : aucun résultat n’est gardé ; la même ligne recommence tout : "
        "python3 run.py simulate four-groups --lang fr"
    )


def test_a_disk_that_is_waited_for_can_be_told_in_spanish(tmp_path: Path) -> None:
    told: list[str] = []

    def fail() -> None:
        if not told:
            raise OSError(28, "No space left on device")

    patiently(fail, tmp_path, 60.0, lambda why, waited: told.append(why))
    with speaking(["--lang", "es"]):
        said = spoken(told[0])
    assert said == f"{tmp_path}: {spoken_in_spanish('the disk is full')}; " + (
        f"{spoken_in_spanish('make room')}. El trabajo espera; nada se pierde."
    )


def spoken_in_spanish(text: str) -> str:
    message = CATALOGUES.read("es").get(text)
    assert message is not None and message.string != text
    return str(message.string)
