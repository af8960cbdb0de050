"""Clusters and node pools, each setting three-valued."""
