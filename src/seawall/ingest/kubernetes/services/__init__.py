"""Services, what opens ways in to them, and what calls them."""
