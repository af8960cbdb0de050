"""Listeners: whoever is asked in the twin, and what they say."""
