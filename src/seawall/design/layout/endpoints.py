"""Private endpoints of services, with the zones in which their names are resolved.

Source: Azure docs, private-endpoint-overview, private-endpoint-dns and
private-endpoint-static-ip-powershell; AKS docs, network-isolated; read 2026-11.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.design.layout.addresses import address_of
from seawall.design.layout.identities import SUBNETS, pulls_from_registry
from seawall.design.layout.reaching import DOORS, Door, Reach, reach, symbol_of
from seawall.design.layout.subjects import Subject, made
from seawall.design.layout.zones import ZONE, links
from seawall.design.options import Network
from seawall.design.requirements.needs import ServiceKind
from seawall.emit.tree import Given, Id, Resource, Value

ENDPOINT = "Microsoft.Network/privateEndpoints"
GROUP = ENDPOINT + "/privateDnsZoneGroups"
_FIRST_USABLE = 4
_SYMBOLS = {
    ServiceKind.KEY_VAULT: "keyVaultZone",
    ServiceKind.STORAGE: "blobZone",
    ServiceKind.REGISTRY: "registryZone",
    ServiceKind.SQL: "sqlZone",
    ServiceKind.COSMOS: "cosmosZone",
}


@dataclass(frozen=True, slots=True)
class _Target:
    """A service with a private endpoint."""

    symbol: str
    name: Value
    kind: ServiceKind
    serves: tuple[str, ...]


def _targets(subject: Subject) -> Iterator[_Target]:
    if pulls_from_registry(subject):
        yield _Target(
            "registry",
            Given("registryName"),
            ServiceKind.REGISTRY,
            subject.serves("egress.to"),
        )
    for index, service in enumerate(subject.needs.services):
        if reach(service, subject.choices) is Reach.PRIVATE:
            serves = subject.serves(f"services[{index}]") or subject.serves("services")
            yield _Target(symbol_of(service), service.name, service.kind, serves)


def endpoints(subject: Subject) -> Iterator[Resource]:
    """Yield zones, their links, and the endpoints; a zone each kind of service."""
    if subject.choices.network is Network.MANAGED:
        return
    targets = tuple(_targets(subject))
    for kind in dict.fromkeys(item.kind for item in targets):
        yield made(
            _SYMBOLS[kind],
            ZONE,
            DOORS[kind].zone,
            location="global",
            comment="Names of services end at their private endpoints.",
            serves=subject.serves("services"),
        )
        yield from links(subject, _SYMBOLS[kind], with_nodes=True)
    place = 0
    for item in targets:
        door = DOORS[item.kind]
        yield from _endpoint(subject, item, door, place)
        place += len(door.members)


def _endpoint(
    subject: Subject, target: _Target, door: Door, place: int
) -> Iterator[Resource]:
    own = f"{target.symbol}Endpoint"
    label = target.name if isinstance(target.name, str) else "registry"
    where = "endpoints" if "endpoints" in subject.plan.subnets else "nodes"
    properties: dict[str, Value] = {
        "subnet": {"id": Id(SUBNETS[where])},
        "privateLinkServiceConnections": (
            {
                "name": label,
                "properties": {
                    "privateLinkServiceId": Id(target.symbol),
                    "groupIds": (door.group,),
                },
            },
        ),
    }
    if where == "endpoints":
        properties["ipConfigurations"] = tuple(
            {
                "name": f"address-{index + 1}",
                "properties": {
                    "groupId": door.group,
                    "memberName": _member(subject, member, label),
                    "privateIPAddress": str(
                        address_of(
                            subject.plan.subnets[where], _FIRST_USABLE + place + index
                        )
                    ),
                },
            }
            for index, member in enumerate(door.members)
        )
    yield made(
        own,
        ENDPOINT,
        f"pep-{label}",
        properties,
        serves=target.serves,
    )
    yield made(
        f"{own}Names",
        GROUP,
        "default",
        {
            "privateDnsZoneConfigs": (
                {
                    "name": door.zone.replace(".", "-"),
                    "properties": {"privateDnsZoneId": Id(_SYMBOLS[target.kind])},
                },
            )
        },
        above=own,
        location=None,
    )


def _member(subject: Subject, member: str, name: str) -> str:
    return member.replace("<region>", subject.needs.region).replace("<name>", name)
