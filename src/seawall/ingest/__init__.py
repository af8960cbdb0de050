"""From files to a `Snapshot`: what was written, and what it means.

`load` is the only way in. Files and their syntax are read here, in one way for all;
`ingest.kubernetes` and `ingest.azure` know what their vendor's objects mean.
"""

from seawall.ingest.assemble import load
from seawall.ingest.options import LoadOptions

__all__ = ["LoadOptions", "load"]
