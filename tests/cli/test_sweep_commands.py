"""sweep, verify, rerun, merge, analyse, optimise, compare --until-clear: as a user would."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gfmd_sim.cli import main
from gfmd_sim.errors import StoreError
from gfmd_sim.experiments.archive import archive, simulator_of
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.experiments.store import Store
from gfmd_sim.scenario.files import load_scenario

ROOT = Path(__file__).parents[2]
VARY = ["--vary", "seating.rule=balanced,caucus", "--vary", "note.capacity=5,10"]


def swept(out: Path, *options: str) -> list[str]:
    return ["sweep", "four-groups", *VARY, "--replicates", "2", "--seed", "3", "--workers", "0",
            "--out", str(out), *options]  # fmt: skip


def said(capsys: pytest.CaptureFixture[str], line: list[str], code: int = 0) -> Any:
    """The answer of a command line with --json."""
    assert main([*line, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep") / "store"
    assert main(swept(out, "--quiet")) == 0
    return out


def test_runs_of_another_plan_stay_and_are_told(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(store, tmp_path / "s")
    other = ["sweep", "four-groups", "--vary", "note.capacity=7", "--seed", "3", "--workers", "0",
             "--out", str(tmp_path / "s")]  # fmt: skip
    assert main(other) == 0
    assert "8 runs of another plan" in capsys.readouterr().out
    assert len(pd.read_parquet(tmp_path / "s" / "runs.parquet")) == 9


def test_a_sweep_is_a_row_a_run_and_again_does_nothing(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = pd.read_parquet(store / "runs.parquet")
    assert len(runs) == 8 and runs["failure"].isna().all()
    assert list(runs["seating.rule"].unique()) == ["balanced", "caucus"]
    before = (store / "runs.parquet").read_bytes()
    answer = said(capsys, swept(store))
    drawn = answer.pop("drawn")
    assert answer == {"out": str(store), "n_runs": 8, "n_failed": 0, "n_missing": 0}
    assert (drawn["uncertainties"], drawn["n_worlds"]) == ("posterior", 1)
    assert "opinion.table_pull" in drawn["from_fit"] and "note.p_read" in drawn["from_ranges"]
    assert set(drawn["from_fit"] + drawn["from_ranges"]) < set(runs.columns)
    assert (store / "runs.parquet").read_bytes() == before


def test_a_dry_run_counts_and_writes_nothing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = said(capsys, [*swept(tmp_path / "new"), "--dry-run"])
    assert (size["n_runs"], size["n_settings"], size["n_todo"]) == (8, 4, 8)
    assert size["seconds"] > 0 and size["bytes"] > 0
    assert list(tmp_path.iterdir()) == []
    more = [*swept(store), "--replicates", "5", "--dry-run"]
    size = said(capsys, more)
    assert (size["n_runs"], size["n_stored"], size["n_todo"]) == (20, 8, 12)
    assert main(more) == 0
    assert "20 runs" in capsys.readouterr().out


def test_what_is_drawn_is_said_and_what_is_varied_or_set_is_not_drawn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ["sweep", "four-groups", "--vary", "opinion.table_pull=0.1,0.2", "--replicates", "6",
            "--set", "opinion.prior_weight=3", "--set", "trust.gain=0.5", "--dry-run"]  # fmt: skip
    drawn = said(capsys, line)["drawn"]
    assert drawn["n_worlds"] == 3
    assert {"opinion.argument_weight", "discussion.learning"} < set(drawn["from_fit"])
    named = {"opinion.table_pull", "opinion.prior_weight", "trust.gain"}
    assert not named & {*drawn["from_fit"], *drawn["from_ranges"]}
    ranges = said(capsys, [*line, "--uncertainties", "ranges"])["drawn"]
    assert not ranges["from_fit"] and "opinion.argument_weight" in ranges["from_ranges"]
    fixed = [*line, "--uncertainties", "fixed"]
    assert said(capsys, fixed)["drawn"]["n_worlds"] == 0
    for words, says in ((line, "3 plausible worlds"), (fixed, "nothing is drawn but luck")):
        assert main(words) == 0
        assert says in capsys.readouterr().out


def test_what_a_killed_sweep_left_in_its_journal_counts(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gfmd_sim.experiments import writer

    out = tmp_path / "killed"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        writer.StoreWriter, "flush", killed
    )  # all is in the journal, nothing in shards
    main(swept(out, "--quiet"))
    monkeypatch.undo()
    assert not list(out.glob("shard-*"))
    left = {path: path.read_bytes() for path in out.glob("journal-*.bin")}
    assert left
    found = said(capsys, ["verify", str(out)])
    assert (found["n_runs"], found["n_missing"]) == (8, 0)
    more = said(capsys, [*swept(out), "--replicates", "5", "--dry-run"])
    assert (more["n_stored"], more["n_todo"]) == (8, 12)
    assert main(["analyse", str(out)]) != 0
    assert "the last runs are not put away yet" in capsys.readouterr().err
    assert main(swept(out)) == 0
    assert f"analyse {out}" in capsys.readouterr().out
    assert (out / "runs.parquet").read_bytes() == (store / "runs.parquet").read_bytes()
    for path, data in left.items():  # as a copy from another machine may have it
        path.write_bytes(data)
    again = said(capsys, ["verify", str(out)])
    assert (again["n_runs"], again["n_missing"]) == (8, 0)


def test_parts_in_a_shared_folder_are_the_whole(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "shared"
    for part in ("2/2", "1/2"):
        assert main(swept(out, "--chunk-range", part, "--quiet")) == 0
    assert main(swept(out, "--quiet")) == 0
    assert (out / "runs.parquet").read_bytes() == (store / "runs.parquet").read_bytes()


def test_merged_parts_are_the_whole(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ("1/2", "2/2"):
        assert main(swept(tmp_path / part[0], "--chunk-range", part, "--quiet")) == 0
    whole = tmp_path / "whole"
    line = ["merge", str(tmp_path / "1"), str(tmp_path / "2"), "--out", str(whole)]
    assert said(capsys, line)["n_runs"] == 8
    columns = ["levers", "replicate", "convergence", "voice"]
    want = pd.read_parquet(store / "runs.parquet", columns=columns)
    got = pd.read_parquet(whole / "runs.parquet", columns=columns)
    pd.testing.assert_frame_equal(got, want)
    assert said(capsys, ["rerun", str(whole), "5"])["same"]


def test_a_run_again_from_the_folder_alone(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = pd.read_parquet(store / "runs.parquet").iloc[5]
    for name in ("5", f"{row['design']}/{row['replicate']}"):
        answer = said(capsys, ["rerun", str(store), name])
        assert answer["same"] and answer["differences"] == {}
        assert answer["levers"]["seating.rule"] == row["seating.rule"]
        assert answer["measures"]["convergence"] == row["convergence"]
    assert main(["rerun", str(store), "0"]) == 0
    assert "the same as stored, bit by bit" in capsys.readouterr().out


def test_damage_is_named_and_only_that_is_done_again(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    out = tmp_path / "copy"
    shutil.copytree(store, out)
    assert said(capsys, ["verify", str(out)]) == {
        "store": str(out), "whole": True, "damages": [], "n_runs": 8, "n_missing": 0,
    }  # fmt: skip
    names = (next(out.glob(f"{kind}-*")).name for kind in ("inputs", "plan", "worlds"))
    for name in ("runs.parquet", *names):
        path = out / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
        answer = said(capsys, ["verify", str(out)], code=1)
        assert any(name in line for line in answer["damages"]), name
        assert main(swept(out, "--quiet")) == 0
        capsys.readouterr()
        if not name.startswith("inputs"):
            assert said(capsys, ["verify", str(out)])["whole"]
        else:
            path.unlink()
    (out / "runs.parquet").unlink()
    assert main(["verify", str(out)]) == 1
    assert "DAMAGED" in capsys.readouterr().out


def test_verify_takes_every_folder_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "one"
    assert main(["simulate", "four-groups", "--out", str(out), "--quiet"]) == 0
    capsys.readouterr()
    assert said(capsys, ["verify", str(out)])["whole"]
    (out / "runs.parquet").write_bytes(b"")
    answer = said(capsys, ["verify", str(out)], code=1)
    assert "runs.parquet" in answer["damages"][0]


FILE = """\
scenario: four-groups
sampler: lhs
samples: 4
vary:
  opinion.table_pull: 0.07:0.28
"""


def test_a_sweep_file_and_options_on_top(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(FILE, encoding="utf-8")
    line = ["sweep", str(file), "--dry-run"]
    assert said(capsys, line)["n_runs"] == 4
    assert said(capsys, [*line, "--samples", "3", "--replicates", "2"])["n_runs"] == 6
    assert said(capsys, [*line, "--sampler", "grid", "--vary", "note.capacity=5,6"])["n_runs"] == 8
    file.write_text(FILE + "  note.p_read:\n", encoding="utf-8")
    assert said(capsys, [*line, "--sampler", "morris"])["n_runs"] == 16
    file.write_text(FILE.replace("samples", "sample"), encoding="utf-8")
    assert main(line) == 2
    err = capsys.readouterr().err
    assert "mine.yaml" in err and "did you mean samples?" in err


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml")))
def test_every_shipped_sweep_can_be_begun(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, ["sweep", path.stem, "--dry-run"])
    assert answer["n_failed"] == 0 and answer["n_runs"] >= 600


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("sampler", "samples", "given"),
    [("sobol", "3", "power of 2"), ("morris", "4", "1.5"), ("lhs", "4", "1.5"), ("grid", "1", "2")],
)
def test_what_is_wrong_is_said_before_anything_is_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    sampler: str, samples: str, given: str, more: list[str],
) -> None:  # fmt: skip
    """Nor is a point drawn, for which a kernel would have to be compiled; control: a right request."""

    def compiling(advance: Any) -> None:
        raise StoreError("it compiles")

    monkeypatch.setattr("gfmd_sim.compiled.is_complete", lambda part="": False)
    monkeypatch.setattr("gfmd_sim.cli.compiling.compile_once", compiling)
    monkeypatch.setattr("gfmd_sim.streams.Streams.uniform", pytest.fail)
    line = ["sweep", "four-groups", "--sampler", sampler, "--out", str(tmp_path / "s"), *more]
    high = "1.5" if given == "1.5" else "0.3"
    wrong = ["--vary", f"opinion.table_pull=0.1:{high}", "--samples", samples]
    assert main([*line, *wrong]) == 2
    heard = capsys.readouterr().err
    assert given in heard and "it compiles" not in heard
    assert main([*line, "--vary", "opinion.table_pull=0.1:0.3", "--samples", "4"]) == 2
    assert "it compiles" in capsys.readouterr().err and not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "nothing to vary"),
        (["--vary", "seating.rul=random,caucus"], "seating.rule?"),
        (["--vary", "seating.rule=random,caucas"], "caucus"),
        (["--vary", "seating.rule"], "no plausible range"),
        (["--vary", "opinion.table_pull=0.3:0.1"], "not a range"),
        (["--vary", "opinion.table_pull=0.1:7"], "out of range"),
        (["--vary", "opinion.table_pull", "--sampler", "sobol", "--samples", "3"], "power of 2"),
        (["--vary", "opinion.table_pull", "--sampler", "morris", "--replicates", "2"], "luck"),
        (["--vary", "opinion.table_pull", "--sampler", "sobl"], "sobol"),
        (["--vary", "opinion.table_pull", "--chunk-range", "3/2"], "K/N"),
        (["--vary", "opinion.table_pull", "--scheduler", "tcp://x:1"], "--executor dask"),
        (["--vary", "opinion.table_pull", "--executor", "dask", "--workers", "0"], "1 or more"),
    ],
)  # fmt: skip
def test_what_sweep_refuses(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "four-groups", *options, "--out", str(tmp_path / "x")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and says in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_what_the_others_refuse(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "mine.txt").write_text("mine")
    diary = str(tmp_path / "diary")
    other = str(tmp_path / "other")
    small = ["sweep", "four-groups", *VARY[:2], "--workers", "0", "--quiet", "--out"]
    assert main([*small, other, "--seed", "4"]) == 0
    single = str(tmp_path / "single")
    assert main(["simulate", "four-groups", "--quiet", "--out", single]) == 0
    for line, says in (
        (["verify", diary], "no manifest.json"),
        (["verify", str(tmp_path / "none")], "no manifest.json"),
        (["rerun", str(store), "8"], "0 to 7"),
        (["rerun", diary, "0"], "no manifest.json"),
        (["merge", str(store), other, "--out", str(tmp_path / "both")], "seed 4"),
        (["analyse", str(store), "--measure", "beauty"], "beauty"),
        (["analyse", diary], "no manifest.json"),
        (["analyse", single], "not of a sweep"),
        ([*small, diary], "something else"),
        ([*small, str(store), "--seed", "9"], "another scenario, model version or seed"),
        (["sweep", "four-groups", *VARY], "--out"),
        (["optimise", "four-groups", "--for", "partnership"], "did you mean partnerships?"),
        (["optimise", "four-groups", "--for", "voice", "--budget", "10"], "too small a budget"),
        (["compare", "four-groups", *VARY, "--budget", "90"], "--until-clear"),
        (["compare", "four-groups", *VARY, "--best", "voic"], "did you mean voice?"),
    ):
        capsys.readouterr()
        assert main(line) == 2, line
        out, err = capsys.readouterr()
        assert out == "" and says in err and "Traceback" not in err, line
    assert [p.name for p in (tmp_path / "diary").iterdir()] == ["mine.txt"]


def test_a_failing_run_is_a_row_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # each value fits by itself; together there is no room for so large a smallest table
    line = ["sweep", "four-groups", "--vary", "seating.table_size=[5,8],[40,50]", "--vary",
            "population.n_delegates=30,60", "--workers", "0", "--out", str(tmp_path / "s")]  # fmt: skip
    code = main(line)
    out, err = capsys.readouterr()
    if code == 2:  # refused before any run, since one of the values never fits
        assert "n_delegates" in err or "table" in err
        line[line.index("population.n_delegates=30,60")] = "population.n_delegates=60,30"
        assert main(line) == 0
        out = capsys.readouterr().out
    assert "1 of 4 runs failed" in out and "more seats than people" in out
    runs = pd.read_parquet(tmp_path / "s" / "runs.parquet")
    assert int(runs["failure"].notna().sum()) == 1


def test_ctrl_c_says_the_line_that_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    line = ["sweep", "four-groups", "--vary", "note.capacity=5,10", "--replicates", "20000",
            "--workers", "1", "--out", str(out)]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "run.py", *line], cwd=ROOT, stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL, start_new_session=True,
        # whoever started the tests may have had interrupts ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    journal = out / "journal-all.bin"
    until = time.monotonic() + 120
    while not (journal.exists() and journal.stat().st_size > 2000) and time.monotonic() < until:
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get it too
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in err
    again = err.strip().splitlines()[-1]
    assert shlex.split(again) == ["python3", "run.py", *line]
    size = subprocess.run(
        [sys.executable, *shlex.split(again)[1:], "--dry-run", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    stopped = json.loads(size.stdout)
    assert 0 <= stopped["n_stored"] < 40_000 and stopped["n_runs"] == 40_000
    assert main(["verify", str(out), "--quiet"]) == 0


@pytest.mark.slow
def test_dask_gives_the_same_bits(store: Path, tmp_path: Path) -> None:
    line = swept(tmp_path / "dask", "--quiet", "--executor", "dask")
    line[line.index("--workers") + 1] = "1"
    done = subprocess.run([sys.executable, "run.py", *line], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert (tmp_path / "dask" / "runs.parquet").read_bytes() == (
        store / "runs.parquet"
    ).read_bytes()


def test_names_stay_out_of_the_folder_and_runs_come_out_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "roster"
    line = ["sweep", "with-roster", "--vary", "note.capacity=5,10", "--workers", "0",
            "--set", "roundtables=[1]", "--out", str(out), "--quiet"]  # fmt: skip
    assert main(line) == 0
    names = pd.read_csv(ROOT / "scenarios" / "rosters" / "sample.csv")["name"].dropna()
    assert len(names) > 10
    text = b"".join(p.read_bytes() for p in out.iterdir() if p.is_file()).decode("utf-8", "ignore")
    assert not [n for n in names if n in text or json.dumps(n)[1:-1] in text]
    assert str(ROOT) not in next(out.glob("inputs-*")).read_text()
    capsys.readouterr()
    assert said(capsys, ["rerun", str(out), "1"])["same"]


def test_groups_in_another_order_are_another_experiment(store: Path) -> None:
    """Their order decides who is drawn first, and the identity does not know of it."""
    scenario = load_scenario("four-groups")
    turned = dict(reversed(scenario.population.groups.items()))
    population = scenario.population.model_copy(update={"groups": turned})
    other = ForumSimulator.of(scenario.model_copy(update={"population": population}))
    with pytest.raises(StoreError):
        archive(other, store, 3)
    assert list(simulator_of(Store.open(store)).scenario.population.groups) == list(
        scenario.population.groups
    )


def test_analyse_says_what_moves_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "morris"
    line = ["sweep", "four-groups", "--vary", "discussion.facilitation=0:0.8", "--vary",
            "partnering.intercept", "--sampler", "morris", "--samples", "10", "--workers", "0",
            "--out", str(out), "--quiet"]  # fmt: skip
    assert main(line) == 0
    answer = said(capsys, ["analyse", str(out)])
    voice = {r["factor"]: r for r in answer["indices"] if r["measure"] == "voice"}
    assert voice["discussion.facilitation"]["mu_star_low"] > 0
    assert voice["discussion.facilitation"]["held_by"] == "lever"
    # partnering comes after the last word: it cannot touch who had the floor
    assert voice["partnering.intercept"]["mu_star"] == 0
    # each trajectory in a world of its own, which all its points share
    runs = pd.read_parquet(out / "runs.parquet")
    by_world = runs.groupby("world")["opinion.table_pull"]
    assert by_world.size().tolist() == [4] * 10 and by_world.nunique().eq(1).all()
    assert runs["opinion.table_pull"].nunique() > 5  # two worlds can meet in a draw of the fit
    assert voice["luck"]["mu_star"] > 0
    indices = pd.read_csv(out / "analysis" / "indices.csv")
    assert len(indices) == len(answer["indices"]) == 15
    assert main(["analyse", str(out)]) == 0
    assert "Voice: moved most by share of the floor" in capsys.readouterr().out
    # `report` on a sweep is the same page, in any language, beside the first
    for lang, words in (("en", "Sensitivity"), ("fr", "Sensibilité"), ("es", "Sensibilidad")):
        name = "report.html" if lang == "en" else f"report.{lang}.html"
        told = said(capsys, ["report", str(out), "--lang", lang])["out"]
        assert told == str(out / "analysis" / name)
        page = (out / "analysis" / name).read_text(encoding="utf-8")
        assert f'lang="{lang}"' in page and words in page and "discussion.facilitation" in page


def test_analyse_reports_a_comparison(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, ["analyse", str(store), "--lang", "fr"])
    assert {r["design"] for r in answer["comparison"]} == {
        d.label for d in Store.open(store).plan().designs
    }
    assert {r["source"] for r in answer["spread"]} == {"designs", "luck"}
    page = (store / "analysis" / "report.html").read_text(encoding="utf-8")
    assert 'lang="fr"' in page and 'id="sensitivity"' in page and 'id="glance"' in page
    assert main(["verify", str(store), "--quiet"]) == 0  # the tables do no harm


LHS = ["sweep", "four-groups", "--vary", "discussion.facilitation=0:0.8", "--vary",
       "seating.rule=random,balanced", "--sampler", "lhs", "--workers", "0", "--quiet"]  # fmt: skip


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sampled") / "store"
    assert main([*LHS, "--samples", "6", "--replicates", "4", "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize(
    "lang, told",
    [
        ("en", "sampled 6 points. What each factor explains can be told from 64 points on."),
        ("fr", "tiré 6 réglages. Ce que chaque facteur explique se dit à partir de 64 réglages."),
        ("es", "tomado 6 ajustes. Lo que explica cada factor se puede decir a partir de 64"),
    ],
)
def test_sampled_points_are_no_designs_to_choose(
    sampled: Path, lang: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(capsys, ["analyse", str(sampled), "--lang", lang])
    assert "comparison" not in answer and "regions" not in answer and "spread" in answer
    assert (answer["n_points"], answer["n_points_needed"]) == (6, 64)
    text = " ".join(answer["sentences"])
    assert told in text and "--samples 64" in text
    assert "facilitation" not in text  # no point is named, let alone advised
    assert main(["analyse", str(sampled), "--lang", lang]) == 0
    assert told in capsys.readouterr().out
    page = (sampled / "analysis" / "report.html").read_text(encoding="utf-8")
    assert told in page and 'id="glance"' not in page and 'class="decision"' not in page
    assert not list((sampled / "analysis").glob("comparison.*"))


def test_points_of_one_run_each_are_too_few_to_say_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*LHS, "--samples", "4", "--out", str(tmp_path / "s")]
    assert main(line) == 0 and main(["analyse", str(tmp_path / "s"), "--lang", "fr"]) == 2
    error = capsys.readouterr().err
    assert "64 réglages ou plus" in error and "4 dispositifs, 1 réplicats" in error


def test_points_that_were_merged_stay_points(
    sampled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more, whole = tmp_path / "more", tmp_path / "whole"
    assert main([*LHS, "--samples", "5", "--replicates", "4", "--out", str(more)]) == 0
    assert main(["merge", str(sampled), str(more), "--out", str(whole), "--quiet"]) == 0
    answer = said(capsys, ["analyse", str(whole)])
    assert answer["n_points"] == 11 and "comparison" not in answer


def test_halves_of_a_designed_sweep_are_analysed_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["sweep", "four-groups", "--vary", "partnering.intercept", "--sampler", "morris",
            "--samples", "10", "--workers", "0", "--quiet", "--chunk-range"]  # fmt: skip
    halves = [str(tmp_path / name) for name in ("a", "b")]
    for part, half in zip(("1/2", "2/2"), halves, strict=True):
        assert main([*line, part, "--out", half]) == 0
    assert main(["merge", *halves, "--out", str(tmp_path / "whole"), "--quiet"]) == 0
    answer = said(capsys, ["analyse", str(tmp_path / "whole")])
    assert "mu_star" in answer["indices"][0] and "comparison" not in answer


def test_a_sample_that_met_all_there_is_is_a_grid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "s"
    line = ["sweep", "four-groups", "--vary", "seating.rule=random,balanced", "--sampler", "lhs",
            "--samples", "6", "--replicates", "4", "--workers", "0", "--quiet", "--out"]  # fmt: skip
    assert main([*line, str(out)]) == 0
    answer = said(capsys, ["analyse", str(out)])
    assert "n_points" not in answer and len(answer["comparison"]) == 10


def test_optimise_recommends_one_and_resumes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "best"
    line = ["optimise", "four-groups", "--for", "voice,convergence", "--budget", "60",
            "--replicates", "2", "--population", "4", "--vary", "discussion.facilitation=0:0.8",
            "--vary", "seating.table_size=[5,5],[5,8]", "--workers", "0", "--out", str(out)]  # fmt: skip
    first = said(capsys, line)
    assert first["sentence"].startswith(("Choose ", "Keep the Forum"))
    assert [r["design"] for r in first["front"] if r["is_baseline"]] == ["as it stands"]
    row = next(r for r in first["front"] if not r["is_baseline"])
    assert row["cost_minutes"] > 0 and 0 <= row["p_undominated"] <= 1
    assert row["gain_voice_low"] <= row["gain_voice"] <= row["gain_voice_high"]
    assert row["cost_tables"] == (13 if "[5,5]" in row["design"] else row["cost_tables"])
    runs = (out / "runs.parquet").read_bytes()
    assert main([*line, "--quiet"]) == 0  # the brackets beside a mean are said to be the gain's
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.count("mean (limits") == 2 and "of its gain over the Forum as planned" in printed
    assert said(capsys, line) == first
    assert (out / "runs.parquet").read_bytes() == runs
    assert (out / "recommendation.txt").read_text().strip() == first["sentence"]
    assert len(list(out.glob("plan-*"))) == len(list(out.glob("designs-*"))) == 1
    for command in ("report", "analyse"):
        assert main([command, str(out)]) == 2 and "recommendation.txt" in capsys.readouterr().err
    (out / "recommendation.txt").unlink()
    assert main(["analyse", str(out)]) == 2 and "not ended" in capsys.readouterr().err
    assert main(["verify", str(out), "--quiet"]) == 0


def test_until_clear_stops_when_it_is_clear_and_at_the_budget(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["compare", "four-groups", "--until-clear", "--luck-only", "--workers", "0"]
    # notes of 900 and 901 points are the same notes: clear as soon as rare exceptions would not matter
    same = said(capsys, [*line, "--vary", "note.capacity=900,901", "--budget", "500"])
    rows = [r for r in same["comparison"] if r["verdict"] != "baseline"]
    assert {r["verdict"] for r in rows} == {"does not matter"} and all(
        40 <= r["n"] < 250 for r in rows
    )
    open_ = said(capsys, [*line, "--vary", "seating.rule=balanced,random", "--budget", "44",
                          "--out", str(tmp_path / "x")])  # fmt: skip
    rows = [r for r in open_["comparison"] if r["verdict"] != "baseline"]
    assert "cannot tell yet" in {r["verdict"] for r in rows} and {r["n"] for r in rows} == {44}
    assert (tmp_path / "x" / "report.html").exists()


def test_the_best_of_many_is_found_by_elimination(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "best"
    line = ["compare", "four-groups", "--vary", "discussion.facilitation=0,0.3,0.8", "--vary",
            "note.capacity=5,10", "--best", "voice", "--workers", "0", "--out", str(out)]  # fmt: skip
    found = said(capsys, line)
    assert found["is_guaranteed"] and found["best"] in {r["design"] for r in found["designs"]}
    # hosts share out the floor: without them nobody is the best, whatever the notes hold
    assert "facilitation=0.8" in found["best"] and found["n_runs"] >= 6 * 20
    assert len(pd.read_parquet(out / "runs.parquet")) == found["n_runs"]
    assert said(capsys, line) == found  # from the folder
    assert main(["verify", str(out), "--quiet"]) == 0
    assert main([*line[:-2], "--quiet", "--lang", "es"]) == 0
    assert "El mejor de 6" in capsys.readouterr().out


def test_what_cannot_be_chosen_or_kept_is_said_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = ["compare", "four-groups", "--vary", "seating.rule=random,balanced", "--best", "voice"]
    assert main([*pair, "--budget", "3"]) == 2
    assert "20 or more replicates" in capsys.readouterr().err
    assert main([*pair[:3], "seating.rule=random", *pair[4:]]) == 2
    assert "2 designs or more" in capsys.readouterr().err
    (tmp_path / "file").touch()
    out = ["--out", str(tmp_path / "file" / "s"), "--workers", "0"]
    for line in (pair, ["sweep", "four-groups", "--vary", "note.capacity=7"],
                 ["optimise", "four-groups", "--for", "voice"]):  # fmt: skip
        assert main([*line, *out]) == 2
        said = capsys.readouterr().err
        assert "cannot be written to" in said and "is not a folder" in said and ": 1/" not in said
