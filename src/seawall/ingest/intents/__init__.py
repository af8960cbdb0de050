"""Files of intents: what must hold, as a person writes it."""

from seawall.ingest.intents.claim import claims, gathered, lost

__all__ = ["claims", "gathered", "lost"]
