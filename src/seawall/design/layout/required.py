"""What the chosen cluster must reach, out of the catalogue, and what was asked for.

The catalogue is narrowed by what is known of the design before it stands. What the
platform calls optional, or says may be blocked, is left closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from seawall.design.layout.hosts import ports_of
from seawall.design.layout.reaching import Reach, reach
from seawall.design.options import (
    ApiServer,
    Choices,
    Images,
    NodeOs,
    OutboundType,
    PolicyEngine,
)
from seawall.design.requirements.needs import Egress, Requirements
from seawall.model.catalogue import required_egress

HTTP, HTTPS = 80, 443
_ENGINES = {PolicyEngine.AZURE: "npm"}
_TOPOLOGIES = {
    ApiServer.PUBLIC: "public",
    ApiServer.PRIVATE_LINK: "private-link",
    ApiServer.VNET_PUBLIC: "integrated-public",
    ApiServer.VNET_PRIVATE: "integrated-private",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Names in the internet that nodes must reach.

    Attributes:
        id: Its name in the catalogue.
        names: Names, or `*.` and a name.
        ports: TCP ports.
        why: What for.
    """

    id: str
    names: tuple[str, ...]
    ports: tuple[int, ...]
    why: str


def cloud_of(region: str) -> str:
    """Return which of Microsoft's clouds a region is in, in the catalogue's words."""
    if region.startswith("china"):
        return "china"
    return "usgov" if region.startswith(("usgov", "usdod")) else "global"


def is_isolated(choices: Choices) -> bool:
    """Whether the cluster starts and lives without the internet."""
    cached = choices.images is Images.CACHE
    return cached and choices.outbound is OutboundType.NONE


def required(needs: Requirements, choices: Choices) -> Iterator[Place]:
    """Yield what AKS itself must reach by name."""
    catalogue = required_egress()
    day: date = catalogue["as-of"]
    for item in catalogue["requirement"]:
        if item.get("need", "required") != "required" or "names" not in item:
            continue
        ended = item.get("until", day) < day or item.get("protocol", "TCP") != "TCP"
        if ended or not _applies(item, needs, choices):
            continue
        names = _names(item, needs.region)
        if names:
            ports = tuple(item.get("ports", (HTTPS,)))
            yield Place(item["id"], names, ports, item["why"])


def _names(item: Mapping[str, Any], region: str) -> tuple[str, ...]:
    cloud = cloud_of(region)
    if cloud not in item.get("clouds", (cloud,)):
        return ()
    names = item["names"]
    listed = names.get(cloud, ()) if isinstance(names, dict) else names
    return tuple(name.replace("<region>", region) for name in listed)


def _applies(item: Mapping[str, Any], needs: Requirements, choices: Choices) -> bool:
    facts = _facts(needs, choices)
    systems = {"linux", "windows"} if needs.windows else {"linux"}
    if choices.systems is NodeOs.LINUX_AND_WINDOWS:
        systems.add("windows")
    pools = {
        "os": systems,
        "graphics": {"no"},
        "image": {"azurelinux", "windows"} & {*systems, "azurelinux"},
    }
    return all(
        facts.get(name, "no") in wanted for name, wanted in item.get("when", {}).items()
    ) and all(
        pools.get(name, set()) & set(wanted)
        for name, wanted in item.get("pools", {}).items()
    )


def _facts(needs: Requirements, choices: Choices) -> dict[str, str]:
    """Return the facts of the design, in the words of the catalogue."""
    cached = choices.images is Images.CACHE
    return {
        "topology": _TOPOLOGIES[choices.api_server],
        "isolated": "yes" if is_isolated(choices) else "no",
        "cached-artifacts": "yes" if cached else "no",
        "konnectivity": "yes" if cloud_of(needs.region) == "global" else "no",
        "policy-engine": _ENGINES.get(choices.engine, choices.engine.value),
        "workload-identity": "no" if is_isolated(choices) else "yes",
    }


def internet_ports(needs: Requirements, choices: Choices) -> tuple[str | int, ...]:
    """Return the TCP ports on which nodes and pods go out to the internet.

    `*` stands alone where egress is open; nothing where nothing leaves.
    """
    if choices.outbound is OutboundType.NONE:
        return ()
    if needs.egress in (None, Egress.OPEN):
        return ("*",)
    found: dict[int, None] = {}
    for place in required(needs, choices):
        found.update(dict.fromkeys(place.ports))
    for name in needs.names:
        found.update(dict.fromkeys(name.ports))
    for service in needs.services:
        if reach(service, choices) is not Reach.PRIVATE:
            found.update(dict.fromkeys(ports_of(service)))
    if needs.egress is Egress.FIREWALL:
        found.update(dict.fromkeys((HTTP, HTTPS)))
    return tuple(sorted(found))
