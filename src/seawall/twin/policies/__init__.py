"""Policies as rules of the kernel's packet filter, rule by rule."""
