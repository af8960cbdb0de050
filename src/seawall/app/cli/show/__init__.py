"""Answers in words, tables and colours for a terminal; no decision is made here."""
