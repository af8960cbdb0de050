"""What an option of a cluster does, and how far the cluster is isolated without it."""

from seawall.design.explain.options import (
    Explained,
    Together,
    explain,
    nearest,
    options,
)

__all__ = ["Explained", "Together", "explain", "nearest", "options"]
