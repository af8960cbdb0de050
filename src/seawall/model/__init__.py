"""The network as frozen values, each with its origin; independent of any file format.

Nothing here computes a verdict or opens a file. What the values mean is decided twice:
exactly over sets in `seawall.engine`, and one packet at a time in `seawall.reference`.
"""
