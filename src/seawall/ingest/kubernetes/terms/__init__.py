"""Objects as written, and the terms that they share: labels, ports, faults."""
