"""Archives of what was read: their form, and reading them."""
