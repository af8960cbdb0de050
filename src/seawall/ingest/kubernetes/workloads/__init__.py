"""Pods and their owners, namespaces and nodes, and what selectors ask of them."""
