"""Ordered lists of rules as wholes: what decides, what never does, what is spare."""
