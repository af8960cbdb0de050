"""Azure Verified Modules: which types of ARM they make, and how they are called.

A type has a module here if what each of its inputs sets was read in its source at the
version that is pinned; others stay resources of the provider.

Source: Azure/terraform-azurerm-avm-res-*, variables, main and outputs at the tags that
`Module.version` names, read 2026-11.
"""

from collections.abc import Mapping

from seawall.emit.terraform.modules.cluster import CLUSTER
from seawall.emit.terraform.modules.network import NETWORK
from seawall.emit.terraform.modules.services import SERVICES
from seawall.emit.terraform.modules.shape import Module

MODULES: Mapping[str, Module] = {**CLUSTER, **NETWORK, **SERVICES}
"""By type in ARM."""
