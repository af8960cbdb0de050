"""Azure Firewalls: their rules, settings and inheritance."""
