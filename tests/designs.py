"""Needs and choices of designs, and what is read back from their files."""

from dataclasses import replace
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
from seawall.design.requirements.needs import AddressPlan, Egress, Requirements
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
