"""The result folder: nothing lost, nothing doubled, nothing wrong believed."""

import errno
import json
import os
import shutil

import duckdb
import numpy as np
import pandas as pd
import pytest

from gfmd_sim.errors import StoreError, UserError
from gfmd_sim.experiments import parts as parts_module
from gfmd_sim.experiments import writer as writer_module
from gfmd_sim.experiments.compare import compare
from gfmd_sim.experiments.design import Design, cross, crossed, draw_worlds
from gfmd_sim.experiments.execute import execute
from gfmd_sim.experiments.factors import Choice, Range
from gfmd_sim.experiments.merge import merge
from gfmd_sim.experiments.rerun import rerun
from gfmd_sim.experiments.runs import Runs
from gfmd_sim.experiments.samplers import sample
from gfmd_sim.experiments.store import Store
from gfmd_sim.experiments.sweep import sweep
from gfmd_sim.experiments.worker import run_chunk
from gfmd_sim.experiments.writer import StoreWriter
from tests.experiments.toys import Trouble

DESIGNS = cross([Choice("d", (0, 1))])
PLAN = crossed(DESIGNS, 60)
REFERENCE = execute(Trouble(), PLAN, workers=0)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(parts_module, "GROUP_ROWS", 50)


def run(folder, plan=PLAN, simulator=None, **kwargs):
    return sweep(simulator or Trouble(), plan, folder, **{"workers": 0, "chunk": 7, **kwargs})


def partial(folder, n, shard_rows=16, plan=PLAN):
    """A sweep that was killed after ``n`` runs: shards, and a journal with the rest."""
    runs = Runs(plan)
    writer = StoreWriter(folder, Trouble().identity, 0, runs, shard_rows=shard_rows)
    writer.__enter__()
    for start in range(0, n, 5):
        index = np.arange(start, min(start + 5, n))
        writer.add(run_chunk(Trouble(), 0, runs.chunk(index)))
    writer._journal.close(remove=False)  # as if killed: no flush, no clean end
    writer._lock.release()


def counted(folder):
    return sum(len(p.read_text()) for p in folder.iterdir())


def same(store, reference=REFERENCE):
    pd.testing.assert_frame_equal(store.plan_frame(), reference, check_exact=True)
    assert not store.damages()


def test_a_sweep_holds_what_the_runs_gave(tmp_path):
    store = run(tmp_path / "s")
    same(store)
    names = sorted(p.name for p in (tmp_path / "s").iterdir())
    assert [n for n in names if n.startswith(("shard-", "journal", ".", "damaged"))] == []
    assert "runs.parquet" in names and "manifest.json" in names
    frame = pd.read_parquet(tmp_path / "s" / "runs.parquet")
    assert frame.columns.tolist() == [
        "design", "world", "replicate", "levers", "failure", "d", "m0", "m1", "m2",
    ]  # fmt: skip
    assert frame["d"].dtype == "int64"
    by = duckdb.sql(
        f"select design, avg(m0) from '{tmp_path}/s/runs.parquet' group by design order by design"
    )
    assert by.fetchall()[1][1] == pytest.approx(REFERENCE["m0"][1::2].mean())


@pytest.mark.parametrize("how", [{"workers": 2, "chunk": 3}, {"workers": 1}, {"chunk": 1}])
def test_equal_sweeps_are_equal_files(tmp_path, how):
    run(tmp_path / "one")
    run(tmp_path / "two", **how)
    one, two = (tmp_path / n / "runs.parquet" for n in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_resuming_runs_only_what_is_missing(tmp_path):
    partial(tmp_path / "s", 73)
    assert (tmp_path / "s" / "journal-all.bin").stat().st_size > 0
    ran = tmp_path / "ran"
    ran.mkdir()
    store = run(tmp_path / "s", simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 120 - 73
    same(store)
    run(tmp_path / "s", simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 120 - 73


def test_a_torn_journal_costs_its_torn_end_only(tmp_path):
    partial(tmp_path / "s", 13)
    path = tmp_path / "s" / "journal-all.bin"
    path.write_bytes(path.read_bytes()[:-10])
    ran = tmp_path / "ran"
    ran.mkdir()
    same(run(tmp_path / "s", simulator=Trouble(folder=str(ran))))
    assert counted(ran) == 120 - 10


def test_more_replicates_go_into_the_same_folder(tmp_path):
    ran = tmp_path / "ran"
    ran.mkdir()
    run(tmp_path / "s", crossed(DESIGNS, 20))
    store = run(tmp_path / "s", simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 80
    same(store)
    # and fewer again: the rows stay, the plan's frame is the smaller one
    small = run(tmp_path / "s", crossed(DESIGNS, 5), simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 80
    assert len(small.plan_frame()) == 10 and len(small.frame()) == 120


@pytest.mark.parametrize("killed", [False, True])
def test_rows_of_other_worlds_are_not_taken_for_these(tmp_path, killed):
    """Same designs, world numbers and replicates, other worlds: other runs, and both are kept."""
    one, two = (
        crossed(DESIGNS, 10, draw_worlds([Range("w.k", 0, high)], 5), per_world=2)
        for high in (1, 2)
    )
    if killed:
        partial(tmp_path / "s", 20, plan=one)  # four of them in a journal that says no plan
    else:
        run(tmp_path / "s", one)
    ran = tmp_path / "ran"
    ran.mkdir()
    store = run(tmp_path / "s", two, simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 20 and len(store.plan_frame()) == 20
    frame = store.frame()
    assert len(frame) == 40 and store.missing() == 0 and not store.damages()
    for rows, plan in ((frame[:20], two), (frame[20:], one)):
        expected = [plan.worlds[w]["w.k"] for w in rows["world"]]
        assert rows["w.k"].tolist() == expected
    # and back again: nothing is run, the other rows are the strangers now
    store = run(tmp_path / "s", one, simulator=Trouble(folder=str(ran)))
    assert counted(ran) == 20
    pd.testing.assert_frame_equal(
        store.plan_frame(), execute(Trouble(), one, workers=0), check_exact=True
    )


def flip(path, at, bit=0):
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("n", [25, pytest.param(100, marks=pytest.mark.slow)])
def test_every_flipped_bit_is_found_and_mended(n, tmp_path):
    """``n`` single-bit flips anywhere in runs.parquet, and in a shard: none believed, all mended."""
    run(tmp_path / "whole")
    partial(tmp_path / "parts", 80)
    rng = np.random.default_rng(4)
    for source in ("whole", "parts"):
        name = next(
            p.name for p in sorted((tmp_path / source).iterdir())
            if p.name == "runs.parquet" or p.name.startswith("shard-")
        )  # fmt: skip
        size = (tmp_path / source / name).stat().st_size
        for i in range(n):
            folder = tmp_path / "broken"
            shutil.copytree(tmp_path / source, folder)
            flip(folder / name, int(rng.integers(size)), int(rng.integers(8)))
            broken = Store.open(folder)
            assert [d.path.name for d in broken.damages()] == [name]
            believed = broken.frame()
            if len(believed):
                key = ["design", "replicate"]
                both = believed.merge(REFERENCE, on=key, suffixes=("", "_true"))
                assert len(both) == len(believed)
                assert (both["m0"] == both["m0_true"]).all()
            if i < 5:
                same(run(folder))
            shutil.rmtree(folder)


def test_a_damaged_row_group_costs_its_own_rows(tmp_path):
    folder = tmp_path / "s"
    store = run(folder)
    start = json.loads((folder / "runs.json").read_text())["groups"][1]["start"]
    flip(folder / "runs.parquet", start + 10)
    assert [d.n_rows for d in store.damages()] == [50]
    ran = tmp_path / "ran"
    ran.mkdir()
    same(run(folder, simulator=Trouble(folder=str(ran))))
    assert counted(ran) == 50


@pytest.mark.parametrize("victim", ["shard", "runs.parquet", "manifest", "runs.json", "plan",
                                    "designs", "shards-all"])  # fmt: skip
@pytest.mark.parametrize("what", ["missing", "truncated", "empty", "garbage"])
def test_damaged_files_are_named_and_mended(tmp_path, victim, what):
    folder = tmp_path / "s"
    if victim in ("shard", "shards-all"):
        partial(folder, 80)
    else:
        run(folder)
    path = next(p for p in sorted(folder.iterdir()) if p.name.startswith(victim)
                and (victim != "shard" or p.suffix == ".parquet"))  # fmt: skip
    if what == "missing":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes({"truncated": data[: len(data) // 2], "empty": b""}.get(what, b"x" * 999))
    if victim == "manifest":
        with pytest.raises(StoreError, match="manifest"):
            Store.open(folder)
    elif not (victim == "shards-all" and what == "missing"):
        assert any(d.path.name == path.name for d in Store.open(folder).damages())
    same(run(folder))


def test_swapped_and_foreign_shards_are_not_believed(tmp_path):
    partial(tmp_path / "a", 80)
    partial(tmp_path / "b", 80)
    a, b = sorted((tmp_path / "a").glob("shard-*"))[:2]
    one, two = a.read_bytes(), b.read_bytes()
    a.write_bytes(two)
    b.write_bytes(one)
    assert len(Store.open(tmp_path / "a").damages()) == 2
    same(run(tmp_path / "a"))
    # a shard of another seed, whole in itself
    run(tmp_path / "other", seed=1, plan=crossed(DESIGNS, 5))
    writer = StoreWriter(tmp_path / "o2", Trouble().identity, 1, Runs(PLAN))
    with writer:
        writer.add(run_chunk(Trouble(), 1, Runs(PLAN).chunk(np.arange(10))))
    foreign = next((tmp_path / "o2").glob("shard-*"))
    shutil.copy(foreign, tmp_path / "b")
    assert "another sweep" in str(Store.open(tmp_path / "b").damages()[0])
    same(run(tmp_path / "b"))


def test_another_sweeps_folder_is_refused_untouched(tmp_path):
    run(tmp_path / "s")
    before = {p.name: p.read_bytes() for p in (tmp_path / "s").iterdir()}
    with pytest.raises(StoreError, match="another scenario"):
        run(tmp_path / "s", seed=1)
    with pytest.raises(StoreError, match="another scenario"):
        run(tmp_path / "s", simulator=Trouble(identity={"model": "else"}))
    assert {p.name: p.read_bytes() for p in (tmp_path / "s").iterdir()} == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(StoreError, match="something else"):
        run(tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    (tmp_path / "s" / "manifest.json").unlink()  # its rows still say whose they are
    with pytest.raises(StoreError, match="something else"):
        run(tmp_path / "s", seed=1)
    with pytest.raises(StoreError, match="not a folder"):
        run(tmp_path / "mine" / "thesis.txt")
    with pytest.raises(StoreError, match="not a result folder"):
        Store.open(tmp_path / "mine")


@pytest.mark.parametrize("name", ["plan-point-2.xlsx", "plan-mine.json", "worlds-of-2024.csv"])
def test_files_named_nearly_as_ours_are_neither_ours_nor_lost(tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("precious")
    with pytest.raises(StoreError, match="something else"):
        run(tmp_path / "mine")
    run(tmp_path / "s", crossed(DESIGNS, 5))
    (tmp_path / "s" / name).write_text("precious")
    run(tmp_path / "s", crossed(DESIGNS, 6))  # a plan that grew
    assert (tmp_path / "s" / name).read_text() == "precious"
    assert len(list((tmp_path / "s").glob("plan-*.json"))) == 1 + (name == "plan-mine.json")


def test_one_sweep_at_a_time(tmp_path):
    runs = Runs(PLAN)
    with (
        StoreWriter(tmp_path / "s", Trouble().identity, 0, runs),
        pytest.raises(StoreError, match="another sweep is at work"),
    ):
        run(tmp_path / "s")
    with (
        StoreWriter(tmp_path / "s", Trouble().identity, 0, runs, owner="1-of-2"),
        pytest.raises(StoreError, match="another sweep is at work"),
    ):
        run(tmp_path / "s")
    same(run(tmp_path / "s"))


@pytest.mark.parametrize("is_alive", [False, True])
def test_another_hosts_lease_is_waited_for(tmp_path, monkeypatch, is_alive):
    """A dead host's lease runs out and the sweep goes on; a living one's is renewed: refused."""
    from gfmd_sim.experiments import files

    clock = [1e9]
    (tmp_path / "s").mkdir()
    lock = tmp_path / "s" / ".lock-all"
    lock.write_bytes(b"another-host\n17")
    os.utime(lock, (1e9, 1e9))

    def sleep(seconds):
        clock[0] += seconds
        if is_alive:
            os.utime(lock, (clock[0], clock[0]))

    monkeypatch.setattr(files.time, "time", lambda: clock[0])
    monkeypatch.setattr(files.time, "sleep", sleep)
    told = []
    if is_alive:
        with pytest.raises(StoreError, match="another sweep is at work"):
            run(tmp_path / "s", on_pause=lambda *a: told.append(a))
        assert lock.read_bytes() == b"another-host\n17"
    else:
        same(run(tmp_path / "s", on_pause=lambda *a: told.append(a)))
        assert clock[0] - 1e9 < files.LEASE_SECONDS + 6
    assert "process 17 on another-host may be dead" in told[0][0]


def test_parts_share_a_folder(tmp_path):
    ran = tmp_path / "ran"
    ran.mkdir()
    for k in (3, 1, 2):
        run(tmp_path / "s", part=(k, 3), simulator=Trouble(folder=str(ran)))
    assert not (tmp_path / "s" / "runs.parquet").exists()
    assert Store.open(tmp_path / "s").missing() == 0
    same(run(tmp_path / "s", simulator=Trouble(folder=str(ran))))
    assert counted(ran) == 120
    with pytest.raises(UserError, match="no such part"):
        run(tmp_path / "s", part=(4, 3))


def test_a_full_disk_is_waited_for(tmp_path, monkeypatch):
    """The 3rd to 6th write fail: told, waited for, nothing lost, no failed run."""
    from gfmd_sim.experiments.journal import Journal

    real, count = Journal.append, [0]

    def full(self, rows):
        count[0] += 1
        if 3 <= count[0] <= 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, rows)

    monkeypatch.setattr(Journal, "append", full)
    monkeypatch.setattr("time.sleep", lambda s: None)
    told = []
    same(run(tmp_path / "s", on_pause=lambda *a: told.append(a)))
    assert len(told) == 4 and "disk is full" in told[0][0]


def test_a_disk_that_stays_full_ends_with_what_there_is(tmp_path, monkeypatch):
    real = writer_module.write_whole

    def full(path, data):
        if path.name.startswith("shard-"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(writer_module, "write_whole", full)
        with pytest.raises(StoreError, match="disk is full"):
            run(tmp_path / "s", patience=0.01)
    ran = tmp_path / "ran"
    ran.mkdir()
    same(run(tmp_path / "s", simulator=Trouble(folder=str(ran))))
    assert counted(ran) == 0  # the journal had them all


def test_a_real_limit_on_file_size_tears_nothing(tmp_path):
    """The kernel refuses writes beyond 2,000 bytes: the journal is cut back to whole records."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, before[1]))
    try:
        with pytest.raises(StoreError, match="disk is full"):
            run(tmp_path / "s", crossed(DESIGNS, 400), patience=0.01, chunk=20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    ran = tmp_path / "ran"
    ran.mkdir()
    same(run(tmp_path / "s", simulator=Trouble(folder=str(ran))))
    assert counted(ran) < 120


def test_ctrl_c_keeps_what_is_finished(tmp_path):
    def stop(done, total, left):
        if done > 50:
            raise KeyboardInterrupt

    ran = tmp_path / "ran"
    ran.mkdir()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "s", chunk=1, progress=stop, simulator=Trouble(folder=str(ran)),
            )  # fmt: skip
    same(run(tmp_path / "s", simulator=Trouble(folder=str(ran))))
    assert counted(ran) == 120


def test_a_failed_run_is_a_row_and_can_be_tried_again(tmp_path):
    store = run(tmp_path / "s", simulator=Trouble("raise", at=(3,)))
    assert store.frame()["failure"].notna().sum() == 2
    assert run(tmp_path / "s").frame()["failure"].notna().sum() == 2
    same(run(tmp_path / "s", retry_failed=True))


def test_any_row_runs_itself_again(tmp_path):
    store = run(tmp_path / "s", simulator=Trouble("raise", at=(3,)))
    for name in ("0", "119", "1/17", "0/3"):
        again = rerun(store, name, Trouble("raise", at=(3,)))
        assert again.is_same
    assert again.found_failure == "ValueError: replicate 3 is bad"
    assert rerun(store, "1/17", Trouble()).levers == {"d": 1}
    assert not rerun(store, "0/3", Trouble()).is_same
    for bad in ("120", "-1", "2/0", "x"):
        with pytest.raises(StoreError, match="no such run"):
            rerun(store, bad, Trouble())
    with pytest.raises(StoreError, match="another scenario"):
        rerun(store, "0", Trouble(identity={"model": "else"}))


def test_plans_come_back_as_they_were(tmp_path):
    factors = [Range("d", 0, 1), Choice("x.rule", ("a", [1, 2], None))]
    plan = sample(factors, "sobol", 4)
    run(tmp_path / "s", plan)
    back = Store.open(tmp_path / "s").plan()
    assert back.designs == plan.designs and back.factors == plan.factors
    assert np.array_equal(back.unit, plan.unit) and np.array_equal(back.replicate, plan.replicate)
    worlds = draw_worlds([Range("w.k", 0, 1)], 3)
    run(tmp_path / "w", crossed(DESIGNS, 6, worlds, per_world=2))
    assert Store.open(tmp_path / "w").plan().worlds == worlds


def test_levers_are_columns_of_their_kind(tmp_path):
    plan = crossed(
        [Design("p", {"a.n": 5, "a.f": 0.5, "a.b": True, "a.s": "x", "a.m": [1]}),
         Design("=q", {"a.n": 6, "a.f": 1, "a.m": "y"})], 2,
    )  # fmt: skip
    frame = run(tmp_path / "s", plan).frame()
    assert frame["a.n"].tolist() == [5, 6, 5, 6]
    assert frame["a.f"].tolist() == [0.5, 1.0, 0.5, 1.0]
    assert frame["a.b"].tolist() == [True, None, True, None]
    assert frame["a.s"].isna().tolist() == [False, True, False, True]
    assert frame["a.m"].tolist() == ["[1]", "y", "[1]", "y"]
    with pytest.raises(StoreError, match="no such column"):
        Store.open(tmp_path / "s").frame(["nope"])
    assert Store.open(tmp_path / "s").frame(["m0", "a.n"]).columns.tolist() == ["m0", "a.n"]


def test_a_comparison_can_live_in_a_folder(tmp_path):
    ran = tmp_path / "ran"
    ran.mkdir()
    toy = Trouble(folder=str(ran))
    kept = compare(toy, DESIGNS, {"m0": 0.1}, replicates=20, workers=0, store=tmp_path / "s")
    again = compare(toy, DESIGNS, {"m0": 0.1}, replicates=30, workers=0, store=tmp_path / "s")
    assert counted(ran) == 60
    memory = compare(Trouble(), DESIGNS, {"m0": 0.1}, replicates=30, workers=0)
    pd.testing.assert_frame_equal(again.frame, memory.frame, check_exact=True)
    assert kept.cell("1", "m0")["n"] == 20


def test_folders_are_merged_each_run_once(tmp_path):
    run(tmp_path / "a", crossed(DESIGNS, 40))
    partial(tmp_path / "b", 90)
    run(tmp_path / "c", crossed([Design("2", {"d": 2}), Design("0", {"d": 0.5})], 3))
    got = merge([tmp_path / "a", tmp_path / "b", tmp_path / "c"], tmp_path / "all")
    frame = got.frame()
    assert not frame.duplicated(["levers", "replicate"]).any()
    assert set(zip(frame["levers"], frame["replicate"], strict=True)) >= {
        ('{"d":0}', 44), ('{"d":2}', 2), ('{"d":0.5}', 0)
    }  # fmt: skip
    assert [d.label for d in got.plan().designs] == ["0", "1", "2", "0 (2)"]
    both = frame.merge(REFERENCE, on=["design", "replicate"], suffixes=("", "_true"))
    assert (both["m0"] == both["m0_true"]).all() and len(both) >= 85
    run(tmp_path / "seed", seed=1)
    with pytest.raises(StoreError, match="different"):
        merge([tmp_path / "a", tmp_path / "seed"], tmp_path / "x")
    with pytest.raises(StoreError, match="itself"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "a")


def test_putting_together_is_told(tmp_path):
    told = []
    run(tmp_path / "s", compacting=lambda done, total, left: told.append((done, total)))
    assert told[-1] == (len(PLAN), len(PLAN))
