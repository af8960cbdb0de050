"""What the user says of scripts: that they change nothing that is asked about."""

from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

OR_TRUST = "or say `--scripts-change-nothing` if that is so"
"""The end of advice about what is not run."""


def trust(what: str, origin: Origin, notes: Notes) -> None:
    """Take it for granted that a script or command changes nothing.

    Args:
        what: It, as the subject of a sentence.
        origin: Its place.
        notes: Takes what is taken for granted.
    """
    notes.assume(
        "scripts-change-nothing",
        f"{what} changes nothing that is asked about ({origin}); "
        "`--scripts-change-nothing` says so",
        "the command line",
    )
