"""`rehearse`: what packets did in the twin beside what was proved."""
