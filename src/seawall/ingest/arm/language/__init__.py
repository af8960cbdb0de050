"""The language of deployments: a typed tree, values in doubt, functions.

Free of any notation: what reads ARM's `[...]` strings makes the same tree as what reads
another notation of the language would.
"""
