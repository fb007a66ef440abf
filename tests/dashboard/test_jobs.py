"""The queue: identical jobs, cancelling, dying, and too many of them. No test reads the clock."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import jobs as queue
from dashboard.jobs import Jobs, QueueFull
from gfmd_sim.errors import UserError


def test_twenty_identical_jobs_give_twenty_results(jobs: Jobs) -> None:
    def one(_: int) -> tuple[str, object]:
        job = jobs.start("wait", {"steps": 2, "pause": 0.01, "name": "same"}, "quick")
        return job, jobs.wait(job, 60).answer

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(one, range(20)))
    assert len({job for job, _ in found}) == 20
    assert [answer for _, answer in found] == [{"step": 2, "name": "same"}] * 20


def test_a_cancelled_job_stops_and_keeps_what_it_found(jobs: Jobs) -> None:
    job = jobs.start("wait", {"steps": 1000, "pause": 0.02, "name": "cancel"}, "quick")
    while jobs.news(job).answer is None:
        jobs.wait(job, 0.05)
    jobs.cancel(job)
    news = jobs.news(job)
    assert news.state == "cancelled" and news.is_over and news.answer is not None
    again = jobs.start("wait", {"steps": 1, "pause": 0.0, "name": "next"}, "quick")
    assert jobs.wait(again, 60).state == "done"  # the worker is free for the next


def test_cancelling_for_one_leaves_it_to_the_other(jobs: Jobs) -> None:
    values = {"steps": 5, "pause": 0.02, "name": "two"}
    one, other = (jobs.start("wait", values, "quick") for _ in range(2))
    jobs.cancel(one)
    assert jobs.wait(other, 60).state == "done"
    assert jobs.news(one).state == "cancelled"


def test_of_what_one_asks_only_the_last_is_answered(jobs: Jobs) -> None:
    def ask(name: str, asker: str) -> str:
        values = {"steps": 1000 if name == "first" else 1, "pause": 0.02, "name": name}
        return jobs.start("wait", values, "quick", asker)

    first, other = ask("first", "me"), ask("first", "somebody else")
    assert ask("first", "me") == first  # asked again
    last = ask("last", "me")
    assert jobs.wait(first, 60).state == "cancelled"  # at once
    assert jobs.news(other).state in ("waiting", "running")  # his answer is wanted
    assert ask("last", "somebody else") != last
    assert jobs.wait(other, 60).state == "cancelled"
    assert jobs.wait(last, 60).answer == {"step": 1, "name": "last"}


def test_work_that_listens_stops_without_its_process_ending(jobs: Jobs) -> None:
    asked = {"scenario": "four-groups", "seed": 1, "baseline": {}, "mine": {}}
    first = jobs.start("story", {**asked, "n": [1]}, "quick")
    assert jobs.wait(first, 300).state == "done"
    worker = {p.pid for p in multiprocessing.active_children()}
    long = jobs.start("story", {**asked, "n": [2, 100_000]}, "quick", "me")
    assert jobs.wait(long, 60, first=True).answer is not None
    next_ = jobs.start("story", {**asked, "n": [3]}, "quick", "me")
    assert jobs.wait(next_, 60).state == "done"
    assert jobs.news(long).state == "cancelled"
    assert {p.pid for p in multiprocessing.active_children()} == worker


def test_a_dead_worker_is_reported_and_replaced(jobs: Jobs) -> None:
    job = jobs.start("wait", {"steps": 9, "pause": 0.0, "die_at": 1}, "quick")
    assert jobs.wait(job, 60).state == "died"
    again = jobs.start("wait", {"steps": 1, "pause": 0.0, "name": "after"}, "quick")
    assert jobs.wait(again, 60).state == "done"


def test_what_the_user_can_mend_is_said_in_full(jobs: Jobs) -> None:
    values = {"scenario": "four-groups", "levers": {"seating.rule": "nonsense"}, "seed": 0}
    news = jobs.wait(jobs.start("sketch", values, "quick"), 60)
    assert news.state == "failed" and isinstance(news.error, UserError)
    assert news.error.given == "nonsense"


def test_the_queue_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MAX_WAITING", 3)
    monkeypatch.setattr(Jobs, "warm", lambda self: None)  # nobody works
    full = Jobs({"quick": 1})
    for k in range(3):
        full.start("wait", {"steps": k}, "quick")
    with pytest.raises(QueueFull):
        full.start("wait", {"steps": 99}, "quick")
    full.start("wait", {"steps": 1}, "quick")  # identical work needs no place
    full.close()


def test_an_unknown_job_is_over(jobs: Jobs) -> None:
    assert jobs.news("nonsense").is_over
