"""What files in Seawall's own form say that they are."""

API_VERSION = "seawall/v1"
KIND = "Intents"
SUPPRESSIONS = "Suppressions"
REQUIREMENTS = "Requirements"
"""What a design shall do; `seawall design` reads it, and nobody else."""
