"""Rules that decide nothing: what each matches, and who fares alike without it."""
