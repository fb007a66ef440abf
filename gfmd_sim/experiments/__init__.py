"""Experiments on any simulator: designs, runs that survive anything, and which design is best."""
