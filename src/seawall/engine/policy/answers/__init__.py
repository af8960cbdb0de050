"""What rows say about pairs, sources, addresses and all ends together."""
