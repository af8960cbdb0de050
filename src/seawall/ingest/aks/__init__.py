"""What AKS itself adds to a cluster's surroundings, and nobody writes down.

Works on model values; knows no file format. Everything added is marked as predicted,
points at what caused it, and is listed as an assumption.
"""

from seawall.ingest.aks.anew import anew
from seawall.ingest.aks.complete import complete

__all__ = ["anew", "complete"]
