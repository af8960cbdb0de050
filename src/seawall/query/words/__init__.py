"""How ends, labels, ports and access are written for people."""
