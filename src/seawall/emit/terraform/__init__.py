"""Deployments as folders of Terraform, for the azurerm provider.

`kinds` has a table a type; `shape` is the language of the tables, `hcl` the text. What
azurerm has no argument for is set by azapi, and what no table names is refused.
`modules` has a table for each Azure Verified Module.
"""

from seawall.emit.terraform.write import left_plain, terraform

__all__ = ["left_plain", "terraform"]
