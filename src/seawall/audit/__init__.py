"""The audit: rules that look for isolation which is not what it seems.

Each rule is one file in `rules/` and holds everything about itself. Rules that speak of
reachability ask the engine through the case; none re-implements matching.
"""
