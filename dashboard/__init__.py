"""The dashboard: see the Room, compare designs, understand why. It imports gfmd_sim, never the reverse.

:func:`dashboard.app.serve` starts it; ``docs/dashboard.md`` says how it is built.
"""

__version__ = "0.1.0"
