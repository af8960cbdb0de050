"""The exact way of packets, by sets: from any end to any other, and why.

`PathModel` is the entry. What it computes is defined in docs/semantics/path.md.
"""

from seawall.engine.path.answer import Answer, verdict_of
from seawall.engine.path.dns.resolution import Answers, Resolution
from seawall.engine.path.doors import Door, DoorKind
from seawall.engine.path.ground.branch import (
    Arrival,
    ArrivalKind,
    Branch,
    Question,
    Start,
    StartKind,
    Step,
)
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import Partition, Ruling, Said
from seawall.engine.path.one_address import one_of, settled
from seawall.engine.path.policies.stages import NoPolicies, PolicyOracle, TablePolicies
from seawall.engine.path.replied import Replied
from seawall.engine.path.routes.astray import Astray
from seawall.engine.path.seen import Sighting
from seawall.engine.path.whole import Entry, PathModel, gateway_note

__all__ = [
    "Answer",
    "Answers",
    "Arrival",
    "ArrivalKind",
    "Astray",
    "Branch",
    "Door",
    "DoorKind",
    "Entry",
    "NoPolicies",
    "Partition",
    "PathModel",
    "PolicyOracle",
    "Question",
    "Replied",
    "Resolution",
    "Ruling",
    "Said",
    "Sighting",
    "Space",
    "Start",
    "StartKind",
    "Step",
    "TablePolicies",
    "gateway_note",
    "one_of",
    "settled",
    "verdict_of",
]
