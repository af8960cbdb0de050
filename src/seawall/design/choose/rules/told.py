"""Rules that follow from what was told, or not told, of the surroundings."""

from collections.abc import Iterator

from seawall.design.choose.clause import Rule, never, one_of
from seawall.design.options import (
    Addressing,
    AuthorizedRanges,
    Firewall,
    Ingress,
    Network,
    PaasAccess,
)
from seawall.design.requirements.needs import Access, Desk, Requirements


def told(needs: Requirements) -> Iterator[Rule]:
    """Yield what is out of reach because the needs name nothing of the kind."""
    if needs.existing is None:
        yield Rule(
            "DES001",
            "no network to fit into is stated",
            "the requirements",
            (never(Network.EXISTING),),
        )
    elif not needs.existing.next_hop:
        yield Rule(
            "DES002",
            "the network to fit into states no next hop",
            "the requirements",
            (never(Firewall.EXISTING),),
        )
    if needs.existing is not None and not needs.existing.pod_subnet:
        yield Rule(
            "DES003",
            "the network to fit into states no subnet for pods",
            "the requirements",
            (never(Addressing.POD_SUBNET, Network.EXISTING),),
        )
    if not stated_ranges(needs):
        yield Rule(
            "DES004",
            "no ranges are stated that could be authorized",
            "the requirements",
            (never(AuthorizedRanges.STATED),),
        )
    if not needs.services:
        yield Rule(
            "DES005",
            "no service of the platform is used",
            "the requirements",
            (one_of(PaasAccess.NOT_NEEDED),),
        )
    if not needs.entries:
        yield Rule(
            "DES006",
            "no client from outside is stated",
            "the requirements",
            (one_of(Ingress.NONE),),
        )


def stated_ranges(needs: Requirements) -> bool:
    """Whether ranges are stated that the API server could be opened to."""
    return needs.access is Access.RANGES or any(
        each.desk is Desk.INTERNET and each.ranges for each in needs.operators
    )
