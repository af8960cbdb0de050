"""Plans and states of Terraform, to resources in the shape of ARM.

Tables in `attributes` say how the provider's names map to Azure's; `links` recovers
what a plan knows only as references.
"""

from seawall.ingest.terraform.read import claims, read

__all__ = ["claims", "read"]
