"""Whom the DNS server on a node asks for a name."""

from collections.abc import Iterable

from seawall.engine.path.dns.names import is_under
from seawall.model.local_dns import LocalDnsBlock
from seawall.model.pod_dns import DOMAIN


def asks_cluster(
    blocks: Iterable[LocalDnsBlock], name: str, *, usually: bool
) -> bool | None:
    """Say whether LocalDNS asks the cluster's DNS; None if that is not known.

    The documentation says that blocks hold for their very domain, and CoreDNS that they
    hold for what is below it too: where the two differ, it is not known.

    Args:
        blocks: The server blocks of the pool.
        name: The name.
        usually: What it does without any of them.

    Source:
        AKS docs, localdns-custom, "Create a custom server block in LocalDNS".
    """
    in_cluster = is_under(name, DOMAIN)
    found: bool | None = usually or in_cluster
    length = len(DOMAIN) if in_cluster else -1
    ways: set[bool | None] = set()
    for block in blocks:
        if block.zone and not is_under(name, block.zone):
            continue
        if block.zone in ("", name, DOMAIN):
            if len(block.zone) >= length:
                found, length = block.to_cluster, len(block.zone)
        else:
            ways.add(block.to_cluster)
    if length == len(name) or not ways - {found}:
        return found
    return None
