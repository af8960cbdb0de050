"""Needs and choices of designs, and what is read back from their files."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from seawall.design.layout import lay_out
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Choices,
    Dataplane,
    DefaultDeny,
    Encryption,
    Firewall,
    Images,
    Ingress,
    Network,
    NodeOs,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Access,
    AddressPlan,
    Desk,
    Egress,
    EgressName,
    Entry,
    Operator,
    PaasService,
    Requirements,
    Scale,
    ServiceKind,
    WayIn,
)
from seawall.emit.arm import arm
from seawall.emit.bicep import bicep
from seawall.emit.tree import Deployment
from seawall.ingest import LoadOptions, load
from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot

PATHS = (
    "name",
    "region",
    "kubernetes",
    "api-server.access",
    "api-server.run-command",
    "operators",
    "egress.to",
    "egress.names",
    "egress.fixed-address",
    "ingress",
    "services",
    "pods.control",
    "pods.default-deny",
    "pods.encrypted",
    "pods.network-sees-pods",
    "nodes.count",
    "nodes.pods-per-node",
    "addresses.space",
    "addresses.pods",
    "addresses.services",
    "addresses.on-premises",
    "addresses.in-use",
)
STATED = {path: Origin("needs.yaml").at(*path.split(".")) for path in PATHS}


def ranges(*texts: str) -> tuple[AddressRange, ...]:
    """Return ranges of addresses."""
    return tuple(map(AddressRange.parse, texts))


def needs(**changes: Any) -> Requirements:
    """Return needs of a cluster `shop`, changed as said."""
    base = Requirements(
        "shop",
        "westeurope",
        STATED,
        kubernetes="1.35",
        egress=Egress.OPEN,
        addresses=AddressPlan(space=ranges("10.20.0.0/16")),
    )
    return replace(base, **changes)


def choices(**changes: Any) -> Choices:
    """Return choices that hold together, changed as said."""
    base = Choices(
        network=Network.OWN,
        addressing=Addressing.OVERLAY,
        dataplane=Dataplane.CILIUM,
        engine=PolicyEngine.CILIUM,
        level=PolicyLevel.NONE,
        encryption=Encryption.NONE,
        api_server=ApiServer.PRIVATE_LINK,
        ranges=AuthorizedRanges.NONE,
        zone=PrivateZone.SYSTEM,
        public_name=PublicName.OFF,
        run_command=RunCommand.OFF,
        outbound=OutboundType.LOAD_BALANCER,
        firewall=Firewall.NONE,
        images=Images.DIRECT,
        ingress=Ingress.NONE,
        paas=PaasAccess.NOT_NEEDED,
        systems=NodeOs.LINUX,
        default_deny=DefaultDeny.ON,
    )
    return replace(base, **changes)


NAMES = (EgressName("api.example.com"), EgressName("*.example.org"))
HTTPS = Entry(WayIn.PUBLIC_WAF, "web", 8080, 443, "shop.example.com")
VPN = Operator("admins", Desk.VPN, ranges("10.250.0.0/24"))

Changes = tuple[dict[str, Any], dict[str, Any]]
FIREWALLED: dict[str, Any] = {
    "network": Network.HUB_AND_SPOKE,
    "outbound": OutboundType.USER_DEFINED_ROUTING,
    "firewall": Firewall.STANDARD,
}
DESIGNS: dict[str, Changes] = {
    "own network": ({}, {}),
    "a network of AKS": ({}, {"network": Network.MANAGED}),
    "a managed NAT gateway": (
        {},
        {
            "network": Network.MANAGED,
            "outbound": OutboundType.MANAGED_NAT_GATEWAY,
            "api_server": ApiServer.VNET_PRIVATE,
        },
    ),
    "a NAT gateway": (
        {"fixed_address": True},
        {"outbound": OutboundType.USER_NAT_GATEWAY},
    ),
    "a balancer with an address": ({"fixed_address": True}, {}),
    "names by policies": (
        {"egress": Egress.NAMES, "names": NAMES},
        {"level": PolicyLevel.FQDN},
    ),
    "names by a firewall": ({"egress": Egress.NAMES, "names": NAMES}, FIREWALLED),
    "names on another port": (
        {"egress": Egress.NAMES, "names": (EgressName("db.example.com", (5432,)),)},
        {**FIREWALLED, "zone": PrivateZone.CUSTOM},
    ),
    "names on another port, and a zone of AKS": (
        {"egress": Egress.NAMES, "names": (EgressName("db.example.com", (5432,)),)},
        FIREWALLED,
    ),
    "a firewall in the same network": (
        {"egress": Egress.FIREWALL},
        {**FIREWALLED, "network": Network.OWN},
    ),
    "a premium firewall": (
        {"egress": Egress.FIREWALL},
        {**FIREWALLED, "firewall": Firewall.PREMIUM},
    ),
    "a hub without a firewall": ({}, {"network": Network.HUB_AND_SPOKE}),
    "operators by VPN": (
        {"access": Access.PRIVATE, "operators": (VPN,)},
        {
            "network": Network.HUB_AND_SPOKE,
            "zone": PrivateZone.CUSTOM,
            "api_server": ApiServer.VNET_PRIVATE,
        },
    ),
    "operators by VPN and a firewall": (
        {"access": Access.PRIVATE, "operators": (VPN,), "egress": Egress.FIREWALL},
        {**FIREWALLED, "zone": PrivateZone.CUSTOM},
    ),
    "build agents": (
        {"operators": (Operator("build", Desk.PIPELINE),)},
        {"api_server": ApiServer.VNET_PRIVATE, "zone": PrivateZone.CUSTOM},
    ),
    "a circuit": (
        {
            "operators": (Operator("office", Desk.EXPRESSROUTE),),
            "addresses": AddressPlan(
                space=ranges("10.20.0.0/16"), on_premises=ranges("192.168.0.0/16")
            ),
        },
        {"network": Network.HUB_AND_SPOKE, "zone": PrivateZone.CUSTOM},
    ),
    "a gateway with a firewall for applications": (
        {"entries": (HTTPS,)},
        {"ingress": Ingress.APPLICATION_GATEWAY},
    ),
    "two names behind one gateway": (
        {"entries": (HTTPS, replace(HTTPS, segment="api", host="api.example.com"))},
        {"ingress": Ingress.APPLICATION_GATEWAY},
    ),
    "clients inside": (
        {"entries": (Entry(WayIn.INTERNAL, "web", 8080),)},
        {"ingress": Ingress.INTERNAL},
    ),
    "clients from the internet": (
        {"entries": (Entry(WayIn.PUBLIC, "web", 8080),)},
        {"ingress": Ingress.PUBLIC},
    ),
    "clients by private link": (
        {"entries": (Entry(WayIn.PRIVATE_LINK, "web", 8080),)},
        {"ingress": Ingress.PRIVATE_LINK},
    ),
    "clients by the firewall": (
        {
            "entries": (Entry(WayIn.PUBLIC, "web", 8080),),
            "egress": Egress.NAMES,
            "names": NAMES,
        },
        {**FIREWALLED, "ingress": Ingress.FIREWALL_DNAT},
    ),
    "isolated": (
        {"egress": Egress.NONE, "access": Access.PRIVATE},
        {"outbound": OutboundType.NONE, "images": Images.CACHE},
    ),
    "stated ranges": (
        {"access": Access.RANGES, "access_ranges": ranges("203.0.113.0/24")},
        {
            "api_server": ApiServer.VNET_PUBLIC,
            "ranges": AuthorizedRanges.STATED,
            "zone": PrivateZone.NOT_NEEDED,
            "outbound": OutboundType.USER_NAT_GATEWAY,
        },
    ),
    "Windows": (
        {"windows": True, "scale": Scale(12, 50)},
        {
            "dataplane": Dataplane.AZURE,
            "engine": PolicyEngine.CALICO,
            "systems": NodeOs.LINUX_AND_WINDOWS,
        },
    ),
    "layer seven and encryption": (
        {"encrypted": True},
        {"level": PolicyLevel.L7, "encryption": Encryption.WIREGUARD},
    ),
    "one node": ({"scale": Scale(1, 30)}, {}),
}
for kind in ServiceKind:
    service = (PaasService(kind, f"{kind.value.replace('-', '')}shop"),)
    DESIGNS[f"{kind.value} by a private endpoint"] = (
        {"services": service},
        {"paas": PaasAccess.PRIVATE_ENDPOINT},
    )
    if kind is not ServiceKind.REGISTRY:
        DESIGNS[f"{kind.value} by a service endpoint"] = (
            {"services": service},
            {"paas": PaasAccess.SERVICE_ENDPOINT},
        )
for addressing, plane in product(Addressing, Dataplane):
    engine = PolicyEngine.CILIUM if plane is Dataplane.CILIUM else PolicyEngine.AZURE
    DESIGNS[f"{addressing.value} on {plane.value}"] = (
        {},
        {"addressing": addressing, "dataplane": plane, "engine": engine},
    )
for server in (ApiServer.PRIVATE_LINK, ApiServer.VNET_PRIVATE):
    DESIGNS[f"{server.value} with a zone"] = (
        {"access": Access.PRIVATE},
        {"api_server": server, "zone": PrivateZone.CUSTOM},
    )


def laid_out(wanted: Requirements, chosen: Choices) -> Deployment:
    """Return the deployment; there must be one."""
    found = lay_out(wanted, chosen)
    assert isinstance(found, Deployment), [str(item) for item in found]
    return found


def read_bicep(folder: Path, deployment: Deployment) -> Snapshot:
    """Return what the written Bicep is read as."""
    return _read(folder / "main.bicep", bicep(deployment))


def read_arm(folder: Path, deployment: Deployment) -> Snapshot:
    """Return what the written template is read as."""
    return _read(folder / "main.json", arm(deployment))


def _read(path: Path, text: str) -> Snapshot:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load([path], options=LoadOptions())
