"""From needs and choices to the tree of resources that answers them."""

from seawall.design.layout.whole import lay_out

__all__ = ["lay_out"]
