"""Simulators whose truth is known, small enough to be run thousands of times."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gfmd_sim.streams import Decision, Streams

ONE = np.zeros(1, np.uint32)


@dataclass(frozen=True)
class Gauss:
    """Measure m of design d: truth[d][m] + common luck + the design's own noise.

    ``own`` is the standard deviation of the noise that designs do not share, ``common`` of the
    luck they do. ``skew`` turns the design's own noise into a centred exponential.
    """

    truth: Mapping[str, Mapping[str, float]]
    own: float = 1.0
    common: float = 2.0
    skew: bool = False
    name: str = "gauss"

    @property
    def identity(self):
        return {
            "model": self.name,
            "truth": self.truth,
            "own": self.own,
            "common": self.common,
            "skew": self.skew,
        }

    def run(self, levers, seed, replicate):
        streams = Streams(seed, replicate)
        design = str(levers["d"])
        shared = self.common * streams.normal(Decision.SUPPORT, ONE)[0, 0]
        place = sorted(self.truth).index(design)
        world = float(levers.get("w", 0.0)) * float(levers.get("tilt", place))
        out = {}
        for m, name in enumerate(sorted(self.truth[design])):
            u = streams.uniform(Decision.RANK, ONE, 2, consultation=place % 16, roundtable=m)[0]
            if self.skew:
                noise = -math.log(u[0]) - 1.0
            else:
                noise = math.sqrt(-2 * math.log(u[0])) * math.cos(2 * math.pi * u[1])
            out[name] = self.truth[design][name] + shared + world + self.own * noise
        return out


@dataclass(frozen=True)
class Twins:
    """The lever ``twin`` touches ``other`` and cannot touch ``same``."""

    @property
    def identity(self):
        return {"model": "twins"}

    def run(self, levers, seed, replicate):
        u = Streams(seed, replicate).uniform(Decision.SUPPORT, ONE, 2)[0]
        return {"same": u[0], "other": u[1] * (1 + int(levers.get("twin", 0)))}


@dataclass(frozen=True)
class Events:
    """``event`` happens in design 1 only, with this chance; ``never`` does not; ``number`` is luck."""

    chance: float

    @property
    def identity(self):
        return {"model": "events", "chance": self.chance}

    def run(self, levers, seed, replicate):
        u = Streams(seed, replicate).uniform(Decision.SUPPORT, ONE, 2)[0]
        seen = levers["d"] == 1 and u[0] < self.chance
        return {"event": float(seen), "never": 0.0, "number": u[1]}


@dataclass(frozen=True)
class Trouble:
    """Does what ``trouble`` says at replicate ``at``: raise, die, sleep; else counts a run.

    ``folder`` gets a file for each run begun, so that tests can count what was run how often.
    """

    trouble: str = "none"
    at: tuple[int, ...] = ()
    folder: str = ""
    seconds: float = 0.0
    n_measures: int = 3
    identity: Mapping[str, object] = field(default_factory=lambda: {"model": "trouble"})

    def run(self, levers, seed, replicate):
        if self.folder:
            path = Path(self.folder) / f"{levers.get('d', 0)}-{replicate}"
            with open(path, "a") as f:
                f.write("x")
        if self.seconds:
            time.sleep(self.seconds)
        if replicate in self.at:
            if self.trouble == "raise":
                raise ValueError(f"replicate {replicate} is bad")
            if self.trouble == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.trouble == "exit":
                raise SystemExit(3)
        u = Streams(seed, replicate).uniform(Decision.SUPPORT, ONE, self.n_measures)[0]
        return {f"m{i}": float(v) + float(levers.get("d", 0)) for i, v in enumerate(u)}
