"""What a design must do, as its author wrote it."""
