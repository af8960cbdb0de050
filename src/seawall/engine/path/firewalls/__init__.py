"""Azure Firewalls, and appliances of which less is known."""
