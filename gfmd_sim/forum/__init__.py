"""The Forum: one readable schedule, run headless.

``schedule`` lists the stages by name; a :class:`Forum` carries them out one by one. What each stage
does stands in ``comings`` (between the meetings), ``sitting``, ``reporting`` (plenary and note) and
``summit``. Rules propose, stages write. The Mesa model steps through the very same stages.
"""

from gfmd_sim.forum.forum import ACTIONS, Forum
from gfmd_sim.forum.schedule import schedule
from gfmd_sim.forum.state import RoundtableState

__all__ = ["ACTIONS", "Forum", "RoundtableState", "schedule"]
