"""Tables: how resources of the azurerm provider map to ARM, one file for each family.

Source: hashicorp/terraform-provider-azurerm, website/docs, releases 3 to 5.
"""

from seawall.ingest.terraform.attributes.automatic import AUTOMATIC
from seawall.ingest.terraform.attributes.cluster import CLUSTER
from seawall.ingest.terraform.attributes.delivery import DELIVERY
from seawall.ingest.terraform.attributes.firewall import FIREWALL
from seawall.ingest.terraform.attributes.links import PRIVATE_LINKS
from seawall.ingest.terraform.attributes.manager import MANAGER
from seawall.ingest.terraform.attributes.name import NAME
from seawall.ingest.terraform.attributes.network import NETWORK
from seawall.ingest.terraform.attributes.perimeter import PERIMETER
from seawall.ingest.terraform.attributes.platform import PLATFORM
from seawall.ingest.terraform.attributes.resolver import RESOLVER
from seawall.ingest.terraform.attributes.unmodelled import UNMODELLED
from seawall.ingest.terraform.shape import Kind

KINDS: dict[str, Kind] = {
    **AUTOMATIC,
    **CLUSTER,
    **DELIVERY,
    **FIREWALL,
    **MANAGER,
    **NAME,
    **NETWORK,
    **PERIMETER,
    **PLATFORM,
    **PRIVATE_LINKS,
    **RESOLVER,
    **UNMODELLED,
}
"""By type in Terraform."""
