"""What no policy of a namespace opens again: metadata of machines, and other tenants.

Cilium alone has policies that deny. AKS neither tests nor supports Calico's own kinds,
and Azure NPM has none; there the policies of the namespaces are the only guard.

Source: AKS docs, use-network-policies, azure-cni-powered-by-cilium, imds-restriction;
Azure docs, what-is-ip-address-168-63-129-16.
"""

from collections.abc import Iterator

from seawall.design.objects import cilium
from seawall.design.objects.place import namespaces_of, places_of
from seawall.design.options import Choices, PolicyEngine
from seawall.design.requirements.needs import Requirements
from seawall.emit.kubernetes import Json, Manifest

FILE = "10-guard-rails.yaml"
METADATA = "169.254.169.254/32"
WIRESERVER = "168.63.129.16/32"
_WIRESERVER_PORTS = ("80", "32526")
"""Its ports for machines; it is also Azure's DNS, at 53, which stays open."""


def guards(needs: Requirements, choices: Choices) -> Iterator[Manifest]:
    """Return the policies that deny in every namespace of the design."""
    if choices.engine is not PolicyEngine.CILIUM:
        return
    of = namespaces_of(needs, choices)
    ports: list[Json] = [
        {"port": port, "protocol": "TCP"} for port in _WIRESERVER_PORTS
    ]
    denied: Json = [
        {"toCIDR": [METADATA]},
        {"toCIDR": [WIRESERVER], "toPorts": [{"ports": ports}]},
    ]
    yield Manifest(
        FILE,
        cilium.guard_rail("no-machine-metadata", of, {"egressDeny": denied}),
        ("pods",),
        "Pods never reach the metadata of their machine, which would hand them the "
        "identity of the node; whatever policies of a namespace say.",
    )
    yield from _tenants(needs)


def _tenants(needs: Requirements) -> Iterator[Manifest]:
    places = places_of(needs)
    tenants = dict.fromkeys(it.segment.tenant for it in places if it.segment.tenant)
    for tenant in tenants:
        others = [other for other in tenants if other != tenant]
        own = [place for place in places if place.segment.tenant == tenant]
        of = tuple(dict.fromkeys(place.namespace for place in own))
        if not others:
            continue
        peers = cilium.of_tenants(others)
        yield Manifest(
            FILE,
            cilium.guard_rail(
                f"tenant-{tenant}",
                of,
                {
                    "ingressDeny": [{"fromEndpoints": [peers]}],
                    "egressDeny": [{"toEndpoints": [peers]}],
                },
            ),
            tuple(f"{place.path}.tenant" for place in own),
            f"Tenant {tenant} and the others never meet, whatever policies of a "
            "namespace say.",
        )
