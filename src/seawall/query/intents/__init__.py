"""Whether what must hold does: intents, judged over all packets."""
