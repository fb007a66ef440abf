"""What ``verify``, ``rerun``, ``merge``, ``bundle`` and ``bench`` answer is in the language of the line."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest

from gfmd_sim.cli import bench, bundle, main
from gfmd_sim.cli.asked import speaking
from gfmd_sim.errors import Sentence
from gfmd_sim.experiments.rerun import Rerun
from gfmd_sim.locale.catalogue import MEASUREMENTS
from tests.benchmarks.speed.clock import Spread
from tests.benchmarks.speed.figures import Figure, Missing
from tests.benchmarks.speed.suite import Bench

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "store"
    line = ["sweep", "four-groups", "--vary", "note.capacity=5,10", "--seed", "3", "--workers", "0"]
    assert main([*line, "--out", str(out), "--quiet"]) == 0
    return out


def said(line: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The answer, with usual spaces."""
    assert main(line) == code
    out = capsys.readouterr().out
    return (
        out.replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
        .splitlines()
    )


def test_a_whole_folder(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["verify", str(store)]
    assert said(line, 0, capsys) == ["whole: 2 runs are good"]
    assert said([*line, "--lang", "fr"], 0, capsys) == ["dossier intact : 2 simulations en ordre"]
    assert said(["--lang", "es", *line], 0, capsys) == ["carpeta íntegra: 2 simulaciones en orden"]


def test_a_damaged_folder(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "copy"
    shutil.copytree(store, out)
    (out / "runs.parquet").unlink()
    line = ["verify", str(out)]
    assert said([*line, "--lang", "fr"], 1, capsys) == [
        "runs.parquet : il manque (2 simulations)",
        "ABÎMÉ : 1 fichier ; 0 simulation en ordre, 2 manquent (la commande du balayage, relancée, "
        "ne fait que celles-là)",
    ]
    english = said(line, 1, capsys)
    assert english[0] == "runs.parquet: it is missing (2 runs)"
    assert json.loads("\n".join(said([*line, "--lang", "es", "--json"], 1, capsys)))["damages"] == [
        english[0]
    ]
    (out / "manifest.json").write_text("{")
    assert said([*line, "--lang", "es"], 1, capsys) == [
        "manifest.json: el manifiesto está dañado",
        "DAÑADO: 1 archivo; 0 simulaciones en orden",
    ]


def test_a_damaged_result_of_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "one"
    assert main(["simulate", "four-groups", "--out", str(out), "--quiet"]) == 0
    (out / "runs.parquet").write_bytes(b"")
    capsys.readouterr()
    english = said(["verify", str(out)], 1, capsys)[0]
    french = said(["verify", str(out), "--lang", "fr"], 1, capsys)[0]
    assert ";  given: " in english or ";  do: " in english
    assert " ;  à faire : " in french and "do:" not in french


def test_a_run_again(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["rerun", str(store), "0"]
    assert (
        said([*line, "--lang", "fr"], 0, capsys)[-1] == "identique à ce qui est gardé, bit par bit"
    )
    other = Rerun({}, 0, {"voice": 0.5}, {"voice": 0.25}, None, "boom")
    monkeypatch.setattr("gfmd_sim.experiments.rerun.again", lambda *_: other)
    assert said([*line, "--quiet", "--lang", "es"], 1, capsys) == [
        "la simulación falla: boom",
        "voice: 0.5 guardado, 0.25 hallado",
        "NO es idéntica a la guardada",
    ]
    assert said([*line, "--quiet"], 1, capsys) == [
        "the run fails: boom", "voice: stored 0.5, found 0.25", "NOT the same as stored"
    ]  # fmt: skip


def test_folders_put_together(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "all")
    line = ["merge", str(store), "--out", out, "--lang", "es"]
    assert said(line, 0, capsys) == [f"2 simulaciones en {out}"]


def test_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bundle, "make_bundle", lambda folder: folder.mkdir())
    out = tmp_path / "stick"
    assert said(["bundle", str(out), "--lang", "fr"], 0, capsys) == [
        f"{out} : 0 Mo. Là-bas : python3 start.py (ou start.sh, start.bat) ; README.md en dit plus"
    ]


FOUND = Bench(
    {"processor": "one of ours"},
    True,
    [
        Figure("a", Sentence("one run of {scenario}, all measures", scenario="x"),
               Spread(1234.5, 1000.0, 1300.0), "ms"),
        Figure("b", Sentence("the same in C"), Spread(1.1, 1.05, 1.15), Sentence("times"), at_most=1.25),
        Figure("c", Sentence("the same in C"), Spread(0.00001234, 0, 1), Sentence("times C"), at_least=2.0),
    ],
    [Missing("d", Sentence("the same in C"), Sentence("there is only one core"))],
    seconds=12.3,
)  # fmt: skip


def table(language: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    with speaking(["--lang", language]):
        bench._print(FOUND)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert table("en", capsys) == [
        "What Median Quartiles Has to be",
        "one run of x, all measures 1,234 ms 1,000 to 1,300",
        "the same in C 1.10 times 1.05 to 1.15 at most 1.25 yes",
        "the same in C 1.23e-05 times C 0 to 1 at least 2 NO",
        "Not measured: the same in C: there is only one core",
        "12 s; medians and quartiles; processor: one of ours",
    ]
    assert table("fr", capsys) == [
        "Quoi Médiane Quartiles Doit être",
        "une simulation de x, toutes les mesures 1 234 ms 1 000 à 1 300",
        "le même en C 1,10 fois 1,05 à 1,15 au plus 1,25 oui",
        "le même en C 1,23 × 10⁻⁵ fois C 0 à 1 au moins 2 NON",
        "Non mesuré : le même en C : il n’y a qu’un cœur",
        "12 s ; médianes et quartiles ; processeur : one of ours",
    ]


def plain(path: Path) -> list[str]:
    """What a file of measurements says of them that is no sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [n.args[1] for n in ast.walk(tree)
             if isinstance(n, ast.Call) and getattr(n.func, "id", "") in ("Figure", "Missing")]  # fmt: skip
    texts += [n.value for n in ast.walk(tree)
              if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "about"]  # fmt: skip
    return [
        ast.unparse(t) for t in texts if isinstance(t, ast.Constant | ast.JoinedStr | ast.BinOp)
    ]


def test_all_that_is_measured_is_said_in_sentences(tmp_path: Path) -> None:
    files = sorted((ROOT / MEASUREMENTS).glob("*.py"))
    assert len(files) > 10 and [text for path in files for text in plain(path)] == []
    wrong = tmp_path / "some.py"
    wrong.write_text("about = f'{n} turns'\nFigure('a', 'one run', spread)\nFigure('a', about, s)")
    assert plain(wrong) == ["'one run'", "f'{n} turns'"]
