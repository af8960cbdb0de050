"""Ways to workloads and cluster that pass by the doors that people watch."""
