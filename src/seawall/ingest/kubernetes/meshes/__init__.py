"""Meshes that are not modelled: what their objects may close, and for whom at most."""
