"""Tables: how types of ARM are written for azurerm, one file for each family.

Source: the schema of azurerm 4.81.0, as `cdktn-provider-azurerm` 17.0.0 ships it.
"""

from collections.abc import Mapping

from seawall.emit.terraform.kinds.access import ACCESS
from seawall.emit.terraform.kinds.cluster import CLUSTER
from seawall.emit.terraform.kinds.firewall import FIREWALL
from seawall.emit.terraform.kinds.gateways import GATEWAYS
from seawall.emit.terraform.kinds.inbound import INBOUND
from seawall.emit.terraform.kinds.names import NAMES
from seawall.emit.terraform.kinds.network import NETWORK
from seawall.emit.terraform.kinds.services import SERVICES
from seawall.emit.terraform.shape import Kind

KINDS: Mapping[str, Kind] = {
    **ACCESS,
    **CLUSTER,
    **FIREWALL,
    **GATEWAYS,
    **INBOUND,
    **NAMES,
    **NETWORK,
    **SERVICES,
}
"""By type in ARM."""
