"""Tables: which commands of az make which types, one file for each family.

Source: azure-cli 2.91.0, its own arguments.
"""

from collections.abc import Mapping

from seawall.emit.az.kinds.access import ACCESS
from seawall.emit.az.kinds.cluster import CLUSTER
from seawall.emit.az.kinds.names import NAMES
from seawall.emit.az.kinds.network import NETWORK
from seawall.emit.az.kinds.shape import Kind

KINDS: Mapping[str, Kind] = {**ACCESS, **CLUSTER, **NAMES, **NETWORK}
"""By type in ARM; every other type is written whole."""
