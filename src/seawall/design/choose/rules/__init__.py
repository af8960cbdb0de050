"""What goes together whatever is needed: a module a subject."""
