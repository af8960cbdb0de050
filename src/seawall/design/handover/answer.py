"""What becomes of a design: handed over, not proved, or stopped by somebody's edits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from seawall.design.handover.claim import Claim
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.query.intents.verdict import Judged


class Surface(Enum):
    """A way to write what is deployed to Azure; the value is its folder."""

    AZ = "az"
    BICEP = "bicep"
    ARM = "arm"
    TERRAFORM = "terraform"

    @property
    def title(self) -> str:
        """What people call it."""
        return _TITLES[self]


_TITLES = {
    Surface.AZ: "az",
    Surface.BICEP: "Bicep",
    Surface.ARM: "ARM",
    Surface.TERRAFORM: "Terraform",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What the written files were found to prove.

    Attributes:
        judged: Each intent of `intents.yaml`, and what became of it.
        compared: What was found equal in all surfaces, in words.
        settings: Needs that are settings: read back, or told.
        packets: How many packets were decided one by one, alike.
        claims: The intents as they stand in the file, with the needs of each.
        assumptions: What the proof rests on beside what was written.
        notes: What is written and not modelled, and changes nothing that was asked.
    """

    judged: tuple[Judged, ...]
    compared: tuple[str, ...]
    settings: tuple["Settled", ...]
    packets: int
    claims: tuple[Claim, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """A need that is a setting and no packet.

    Attributes:
        needs: Paths of the needs.
        says: What the setting is, as a sentence.
        is_read: Whether it was read back from the files; otherwise it is only told.
    """

    needs: tuple[str, ...]
    says: str
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A design whose files stand in a folder and prove it.

    Attributes:
        folder: Where they are.
        files: Their paths in it, sorted.
        proof: What they prove.
        lost: What of somebody's edits was written over, as a unified diff; empty if
            nothing was.
    """

    folder: Path
    files: tuple[str, ...]
    proof: Proof
    lost: str = ""


@dataclass(frozen=True, slots=True)
class NotProved:
    """A design that is not handed over; nothing was written.

    Attributes:
        faults: Why not: what the plan, a reader, a comparison or an intent says.
    """

    faults: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """Files that somebody changed since they were handed over; nothing was written.

    Attributes:
        files: Their paths in the folder, sorted.
        difference: What would be written over, as a unified diff.
    """

    files: tuple[str, ...]
    difference: str


Files = Mapping[str, str]
"""Texts by their paths in the folder."""
