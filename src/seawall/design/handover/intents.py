"""Every need as an intent, as far as packets show it.

What they do not show is a setting (`settings`); together they speak of every need, and
`left_out` names what they do not.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from seawall.design.handover.claim import Claim, Setting
from seawall.design.handover.claims_of_access import access
from seawall.design.handover.claims_of_entries import entries
from seawall.design.handover.claims_of_pods import pods
from seawall.design.handover.claims_of_ways import ways
from seawall.design.objects.site import Site
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements


def intents(needs: Requirements, choices: Choices, site: Site) -> tuple[Claim, ...]:
    """Return what is asked of the written files.

    Args:
        needs: What is needed.
        choices: What was chosen.
        site: Where things are.
    """
    return tuple(
        chain(
            access(needs, choices, site),
            ways(needs, choices, site),
            entries(needs, choices, site),
            pods(needs, choices, site),
        )
    )


_FORM = ("apiVersion", "kind")


def left_out(needs: Requirements, proved: Sequence[Claim | Setting]) -> Iterator[str]:
    """Yield the needs that somebody stated and nothing speaks of."""
    spoken = {path for item in proved for path in item.needs}
    for path in sorted(needs.stated):
        if path not in _FORM and not any(_speaks_of(each, path) for each in spoken):
            yield path


def _speaks_of(one: str, other: str) -> bool:
    """Whether a path is another one, or holds it, or stands in it."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))
