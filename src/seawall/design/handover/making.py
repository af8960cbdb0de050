"""From a decision to a folder of files that prove it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from seawall.design.choose.answer import Decided
from seawall.design.handover.answer import (
    Edited,
    HandedOver,
    NotProved,
    Surface,
)
from seawall.design.handover.claim import Claim, Setting
from seawall.design.handover.folder import hand_over
from seawall.design.handover.intents import intents, left_out
from seawall.design.handover.prove import Asked, prove
from seawall.design.handover.readme import NAME as README
from seawall.design.handover.readme import Told, readme
from seawall.design.handover.settings import settings
from seawall.design.handover.write import WRITERS, files_of
from seawall.design.layout import lay_out
from seawall.design.objects.site import read_site
from seawall.design.requirements.needs import Requirements
from seawall.emit.terraform import left_plain
from seawall.emit.tree import Deployment
from seawall.model.diagnostic import Diagnostic, Level


def make(  # noqa: PLR0913  # what is asked of a folder
    needs: Requirements,
    decided: Decided,
    surfaces: Sequence[Surface],
    folder: Path,
    *,
    as_of: date,
    force: bool = False,
    verified: bool = False,
) -> HandedOver | NotProved | Edited:
    """Write the files of a design into a folder, once they prove what is needed.

    Args:
        needs: What is needed.
        decided: What was chosen, and why.
        surfaces: How the part in Azure shall be written, at least one.
        folder: Where to; it may not exist yet.
        as_of: The day by which retirements of AKS are judged.
        force: Whether to write over what somebody edited.
        verified: Whether Terraform calls Azure Verified Modules.

    Raises:
        InputError: The folder cannot be written.
    """
    choices = decided.choices
    deployment = lay_out(needs, choices)
    if not isinstance(deployment, Deployment):
        return NotProved(deployment)
    site = read_site(needs, choices, deployment)
    claims = intents(needs, choices, site)
    read_back = settings(needs, choices, claims)
    untold = tuple(_untold(needs, (*claims, *read_back)))
    if untold:
        return NotProved(untold)
    unwritten = tuple(_unwritten(surfaces))
    if unwritten:
        return NotProved(unwritten)
    files = files_of(needs, choices, deployment, surfaces, claims, verified=verified)
    proof = prove(files, surfaces, Asked(choices, claims, read_back, as_of))
    if isinstance(proof, tuple):
        return NotProved(proof)
    around = frozenset(
        it for it in surfaces if any(x.startswith(f"proof/{it.value}/") for x in files)
    )
    group = deployment.resource_group
    plain = left_plain(deployment) if verified else None
    told = Told(needs, decided, surfaces, proof, group, as_of, around, plain)
    files[README] = readme(told)
    written = hand_over(folder, files, force=force)
    if isinstance(written, Edited):
        return written
    return HandedOver(folder, tuple(sorted(files)), proof, written.lost)


def _unwritten(surfaces: Sequence[Surface]) -> Iterator[Diagnostic]:
    for surface in surfaces:
        if surface not in WRITERS:
            yield Diagnostic(
                Level.UNMODELLED,
                None,
                f"designs are not written as {surface.title} yet",
                "nothing writes it, so that nothing can be proved of it",
                "choose another surface",
            )


def _untold(
    needs: Requirements, proved: Sequence[Claim | Setting]
) -> Iterator[Diagnostic]:
    for path in left_out(needs, proved):
        yield Diagnostic(
            Level.ERROR,
            needs.stated[path],
            f"nothing proves `{path}`, and no setting is read back for it",
            "no need is left unproved in silence",
            "leave it out, and tell the project",
        )
