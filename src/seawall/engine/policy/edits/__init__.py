"""From the table of some objects to that of others, and what changed between them."""
