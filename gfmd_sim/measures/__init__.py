"""Measures: pure functions from states and records to numbers, each with its formula and source.

Undefined values (no people, no spread, no ties) are NaN, never 0; wrong shapes raise ValueError.
"""

from gfmd_sim.measures.agreement import esteban_ray, histogram, tastle_wierman, van_der_eijk
from gfmd_sim.measures.clusters import cluster_labels, cluster_sizes, n_clusters
from gfmd_sim.measures.encounters import (
    Encounters,
    distinct_across,
    distinct_bound,
    encounters,
    meetings,
    repeated_bound,
)
from gfmd_sim.measures.inequality import Shares, gini, share_against_seats
from gfmd_sim.measures.landscape import descend, energy, frustration, move_gains
from gfmd_sim.measures.metaconsensus import MetaConsensus, meta_consensus
from gfmd_sim.measures.network import (
    OddsRatio,
    co_seated_odds,
    component_sizes,
    ei_index,
    mantel_haenszel,
    share_across,
    tie_tables,
    ties,
)
from gfmd_sim.measures.ranks import RankAgreement, group_means, mid_ranks, rank_agreement
from gfmd_sim.measures.spread import (
    Split,
    convergence,
    icc1,
    split_variance,
    variance,
    variance_ratio,
)

__all__ = [
    "Encounters",
    "MetaConsensus",
    "OddsRatio",
    "RankAgreement",
    "Shares",
    "Split",
    "cluster_labels",
    "cluster_sizes",
    "co_seated_odds",
    "component_sizes",
    "convergence",
    "descend",
    "distinct_across",
    "distinct_bound",
    "ei_index",
    "encounters",
    "energy",
    "esteban_ray",
    "frustration",
    "gini",
    "group_means",
    "histogram",
    "icc1",
    "mantel_haenszel",
    "meetings",
    "meta_consensus",
    "mid_ranks",
    "move_gains",
    "n_clusters",
    "rank_agreement",
    "repeated_bound",
    "share_across",
    "share_against_seats",
    "split_variance",
    "tastle_wierman",
    "tie_tables",
    "ties",
    "van_der_eijk",
    "variance",
    "variance_ratio",
]
