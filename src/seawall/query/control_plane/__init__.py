"""Who reaches the API server and whom it calls, as the cluster is built."""
