"""Every setting that decides about isolation, how it is known, and what settles it."""
