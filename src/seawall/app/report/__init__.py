"""One page for whoever must show what was proved: an auditor, an architect."""
