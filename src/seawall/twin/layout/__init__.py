"""Spaces and links: the network drawn out of network namespaces."""
