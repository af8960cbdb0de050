"""Who stands for whom: pods by class, nodes, and places outside the cluster."""
