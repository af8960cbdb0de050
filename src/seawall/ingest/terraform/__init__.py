"""Plans, states and folders of Terraform, to resources in the shape of ARM.

Tables in `attributes` say how the provider's names map to Azure's; `links` recovers
what a plan knows only as references. `language`, `evaluation` and `folders` read
configurations themselves.
"""

from seawall.ingest.terraform.folders.deploy import Wishes, read_folders
from seawall.ingest.terraform.objects import objects
from seawall.ingest.terraform.read import addresses, claims, read

__all__ = ["Wishes", "addresses", "claims", "objects", "read", "read_folders"]
