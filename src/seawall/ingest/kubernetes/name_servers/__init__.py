"""The configuration of the cluster's own DNS servers."""
