"""Where packets go next: from the routes of a subnet, reported ones, or endpoints."""
