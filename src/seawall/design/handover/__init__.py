"""Writes a design, reads it back, and hands over only what its own files prove.

`make` is the only way in.
"""

from seawall.design.handover.answer import (
    Edited,
    HandedOver,
    NotProved,
    Proof,
    Settled,
    Surface,
)
from seawall.design.handover.making import make

__all__ = [
    "Edited",
    "HandedOver",
    "NotProved",
    "Proof",
    "Settled",
    "Surface",
    "make",
]
