"""What all parts of the way rest on: address sets, verdicts, branches, next hops."""
