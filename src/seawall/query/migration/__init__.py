"""Policies rewritten so that the same passes under another policy engine, with a proof.

`propose` finds the edits, `manifest` writes them, `proof` reads back what was written
and compares it, under the new engine, with what the old engine made of the input.
"""
