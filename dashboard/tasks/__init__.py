"""The kinds of work that the workers do. Nothing of Dash here: values in, plain values out."""

from __future__ import annotations

from dashboard.tasks.compare import compare_task
from dashboard.tasks.compiling import compile_task
from dashboard.tasks.evidence import evidence_task
from dashboard.tasks.progress import Kind
from dashboard.tasks.room import playback_task
from dashboard.tasks.simulate import simulate_task
from dashboard.tasks.sketch import sketch_task
from dashboard.tasks.story import rehearse_task, story_task
from dashboard.tasks.wait import wait_task

KINDS: dict[str, Kind] = {
    "playback": playback_task,
    "compare": compare_task,
    "simulate": simulate_task,
    "sketch": sketch_task,
    "story": story_task,
    "rehearse": rehearse_task,
    "evidence": evidence_task,
    "compile": compile_task,
    "wait": wait_task,
}
NEED_NOTHING = frozenset({"wait"})  # kinds that run no model
