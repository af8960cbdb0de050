"""Last labels of names that nobody can look up in public.

Source: IANA, Special-Use Domain Names (RFC 6761, RFC 6762); ICANN board, 2024-07-29, on
`internal`; IANA, Root Zone Database, which has no `svc`. Read 2026-08.
"""

NEVER_PUBLIC = frozenset({"internal", "invalid", "local", "localhost", "svc"})
