"""What becomes of source addresses: on nodes, and on the way out."""
