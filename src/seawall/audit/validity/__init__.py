"""What AKS refuses, needs or ends: combinations of settings, one row a rule.

A rule is three-valued. Where what it asks about is not known, it finds nothing and is
counted as open, with what is missing.
"""
