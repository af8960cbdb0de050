"""From policies to rows: what holds each unit, and what its rules grant."""
