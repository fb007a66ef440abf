"""The files for clusters do what the page on scaling says, as far as that can be seen without one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from gfmd_sim import compiled
from gfmd_sim.cli.app import app_with
from gfmd_sim.cli.overview import COMMANDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "scaling"


def sweep_options() -> set[str]:
    command: Any = get_command(app_with(COMMANDS))
    return {name for p in command.commands["sweep"].params for name in p.opts}


def shells() -> list[Path]:
    return sorted(FOLDER.glob("*.sh"))


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("script", shells(), ids=lambda p: p.name)
def test_scripts_are_bash_and_can_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert os.access(script, os.X_OK) or os.name == "nt"


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda p: p.name)
def test_every_option_of_sweep_exists(file: Path) -> None:
    text = re.sub(r"\\?\n\s+", " ", file.read_text(encoding="utf-8"))
    for line in re.findall(r"run\.py sweep ([^\n]*)", text):
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= sweep_options(), line


def test_the_page_s_options_exist() -> None:
    for page in ("scaling.md", "experiments.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        lines = re.findall(r"run\.py ([a-z]+) ([^\n`]*)", text)
        assert len(lines) > 5
        for name, line in lines:
            command: Any = get_command(app_with(COMMANDS))
            known = {n for p in command.commands[name].params for n in p.opts}
            assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= known, line


def test_the_pods_make_up_the_whole() -> None:
    claim, job, gather = YAML(typ="safe").load_all(
        (FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")
    )
    assert (job["apiVersion"], job["kind"], gather["kind"]) == ("batch/v1", "Job", "Job")
    spec = job["spec"]
    assert spec["completionMode"] == "Indexed" and spec["parallelism"] <= spec["completions"]
    lines = []
    for one in (job, gather):
        pod = one["spec"]["template"]["spec"]
        assert pod["restartPolicy"] == "Never"
        (container,) = pod["containers"]
        (volume,) = pod["volumes"]
        assert container["volumeMounts"][0]["name"] == volume["name"]
        assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
        assert container["volumeMounts"][0]["mountPath"] == "/results"
        lines.append(" ".join(container["args"][0].split()))
    part = f"--chunk-range $((JOB_COMPLETION_INDEX + 1))/{spec['completions']} "
    assert part in lines[0] and lines[0].replace(part, "") == lines[1]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]


def test_the_image_copies_what_is_there() -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (.+) \S+$", text, re.M)
    assert {"gfmd_sim", "scenarios"} <= set(copied)
    for names in copied:
        assert all((ROOT / name).exists() for name in names.split())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_an_array_of_two_and_the_closing_job_are_a_sweep(tmp_path: Path) -> None:
    out = tmp_path / "shared"
    line = ["bash", str(FOLDER / "slurm.sh"), str(out), "four-groups", "--vary", "note.capacity=5,10",
            "--replicates", "3"]  # fmt: skip
    tasks: list[dict[str, str]] = [
        {"SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_CPUS_PER_TASK": "1"},
        {"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2"},
        {},
    ]
    for task in tasks:
        assert not (out / "runs.parquet").exists()
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(compiled.FOLDER), **task}
        subprocess.run(line, cwd=ROOT, env=environment, check=True, timeout=300)
    assert (out / "runs.parquet").exists() and not list(out.glob("shard-*"))
