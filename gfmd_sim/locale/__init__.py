"""Catalogues of the simulator's own words: ``fr`` and ``es``; English is the source."""
