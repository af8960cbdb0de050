"""The server blocks of LocalDNS on the nodes of a pool.

Source: AKS docs, localdns-custom, "Supported plugins": where `forwardDestination` is
not stated, names of the cluster's domain, and of whoever asks it, go to the DNS of the
cluster, and all others to the servers of the network.
"""

from collections.abc import Iterator

from seawall.ingest.azure.records.values import text
from seawall.ingest.resource import Field
from seawall.model.local_dns import LocalDns, LocalDnsBlock
from seawall.model.pod_dns import DOMAIN

_WAYS = {"clustercoredns": True, "vnetdns": False}


def local_dns(profile: Field) -> LocalDns:
    """Convert the `localDNSProfile` of a pool."""
    return LocalDns(
        tuple(_blocks(profile.get("kubeDNSOverrides"), usually=True)),
        tuple(_blocks(profile.get("vnetDNSOverrides"), usually=False)),
    )


def _blocks(overrides: Field, *, usually: bool) -> Iterator[LocalDnsBlock]:
    if overrides.unresolved and not overrides.left_to_service:
        yield LocalDnsBlock("", None)
    if not isinstance(overrides.value, dict):
        return
    for key in sorted(str(each) for each in overrides.value):
        zone = key.lower().strip(".")
        written = overrides.get(key).get("forwardDestination")
        way: bool | None = usually or zone == DOMAIN
        if written.is_given:
            way = _WAYS.get((text(written) or "").lower())
        yield LocalDnsBlock(zone, way)
