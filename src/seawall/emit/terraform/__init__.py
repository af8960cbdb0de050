"""Deployments as folders of Terraform, for the azurerm provider.

`kinds` has a table a type; `shape` is the language of the tables, `hcl` the text. What
azurerm has no argument for is set by azapi, and what no table names is refused.
"""

from seawall.emit.terraform.write import terraform

__all__ = ["terraform"]
