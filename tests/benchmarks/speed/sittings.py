"""Sittings of one Forum with all that goes into them, so that any implementation can hold them again."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from gfmd_sim.accounts import Links
from gfmd_sim.experiments.forum_simulator import ForumSimulator
from gfmd_sim.forum import Forum
from gfmd_sim.forum import sitting as sitting_module
from gfmd_sim.opinion.two_channel import OpinionParameters
from gfmd_sim.pairs import Pairs, Tablemates, sit_down
from gfmd_sim.talk import reference
from gfmd_sim.talk.kernel import (
    Luck,
    TalkLog,
    TalkParameters,
    blank_log,
    form_opinions,
    talk_at_tables,
)
from gfmd_sim.trust import TrustParameters, meet_at_tables

Array = NDArray[Any]
_CHANGED = ("support", "knows", "learned", "age", "pairs")


@dataclass
class Sitting:
    """What one sitting starts from, in the order in which the talk's kernel takes it, and the rest.

    ``pairs`` stands where the kernel takes who sits together.
    """

    seat: Array
    start: Array
    support: Array
    anchor: Array
    knows: Array
    learned: Array
    age: Array
    voiced: Array
    links: Links
    status: Array
    language: Array
    pairs: Pairs
    susceptibility: Array
    given: Array
    luck: Luck
    talk: TalkParameters
    opinion: OpinionParameters
    log: TalkLog
    building: TrustParameters

    @property
    def n_delegate_turns(self) -> int:
        """People at tables times turns: what the cost of a sitting is counted by."""
        return len(self.seat) * self.talk.n_turns

    def fresh(self) -> Sitting:
        """The same sitting, not yet held, with arrays of its own for all that it changes."""
        changed = {k: deepcopy(getattr(self, k)) for k in _CHANGED}
        return Sitting(**{**vars(self), **changed, "log": blank_log(*self.log.speaker.shape)})

    def result(self) -> list[Array]:
        """All that holding it changes."""
        return [
            self.support,
            self.knows,
            self.learned,
            self.pairs.trust,
            self.pairs.meetings,
            *self.log,
        ]

    def _arguments(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        """What the kernels of talk, opinions and trust take."""
        s = self
        s.pairs, mates = sit_down(s.pairs, s.seat, s.start)
        return (
            (s.seat, s.start, s.support, s.anchor, s.knows, s.learned, s.age, s.voiced, s.links,
             s.status, s.language, mates, s.susceptibility, s.given, s.luck, s.talk, s.opinion, s.log),
            (s.seat, s.start, s.support, s.anchor, s.learned, s.links, mates,
             s.susceptibility, s.given, s.log, s.opinion),
            (s.seat, s.start, mates, s.pairs.trust, s.pairs.meetings, s.building),
        )  # fmt: skip

    def hold_compiled(self) -> None:
        """As the engine holds it."""
        talk, form, meet = self._arguments()
        talk_at_tables(*talk)
        form_opinions(*form)
        meet_at_tables(*meet)

    def hold_in_numpy(self) -> None:
        """As the NumPy reference holds it: a turn at a time, vectorised over seats and accounts."""
        talk, form, meet = self._arguments()
        reference.talk(*talk)
        reference.form(*form)
        reference.meet(*meet)


_PLACES = [field.name for field in fields(Sitting)]


def sittings_of(simulator: ForumSimulator, seed: int = 0) -> list[Sitting]:
    """All sittings of one Forum, in order; none of them held."""
    kept: list[Sitting] = []
    forum: Forum = simulator.forum({}, seed, 0)
    before: list[Pairs] = []

    def sit(pairs: Pairs, *tables: Array) -> tuple[Pairs, Tablemates]:
        before[:] = [deepcopy(pairs)]
        return sit_down(pairs, *tables)

    def keep(*given: Any) -> None:
        others = list(given)
        others[_PLACES.index("pairs")] = before.pop()
        kept.append(Sitting(*others, forum.setup.trust).fresh())
        talk_at_tables(*given)

    with (
        patch.object(sitting_module, "sit_down", sit),
        patch.object(sitting_module, "talk_at_tables", keep),
    ):
        forum.run()
    return kept


def assert_same(one: Sitting, other: Sitting, tolerance: float = 0.0) -> None:
    """Both have been held, and nothing differs (numbers: by more than ``tolerance``)."""
    for mine, theirs in zip(one.result(), other.result(), strict=True):
        if tolerance and mine.dtype.kind == "f":
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=tolerance)
        else:
            np.testing.assert_array_equal(mine, theirs)
