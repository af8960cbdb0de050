"""Load balancers.

Source: Azure docs, load-balancer-floating-ip and load-balancer-outbound-connections.
"""

from dataclasses import replace

from seawall.ingest.azure.records.catalogue import Catalogue, Part, same
from seawall.ingest.azure.records.values import (
    address,
    boolean,
    integer,
    shown,
    text,
)
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.packet import EVERY_PORT, LAST_PORT, PortRange, Protocol
from seawall.model.translation import FrontEnd, LoadBalancer, LoadBalancerRule

BALANCERS = "microsoft.network/loadbalancers"

_PROTOCOLS = {"tcp": Protocol.TCP, "udp": Protocol.UDP, "quic": Protocol.UDP}


def load_balancers(catalogue: Catalogue, notes: Notes) -> tuple[LoadBalancer, ...]:
    """Convert the load balancers."""
    return tuple(
        _load_balancer(catalogue, record, notes) for record in catalogue.of(BALANCERS)
    )


def _load_balancer(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> LoadBalancer:
    probes = catalogue.parts(record, "probes")
    rules = (
        replace(_rule(part, notes), probe=_probe(part, probes))
        for part in catalogue.parts(record, "loadBalancingRules")
    )
    nat_rules = (
        _rule(part, notes) for part in catalogue.parts(record, "inboundNatRules")
    )
    outbound = catalogue.parts(record, "outboundRules")
    return LoadBalancer(
        id=record.id,
        name=record.name,
        front_ends=front_ends(
            catalogue.parts(record, "frontendIPConfigurations"), notes
        ),
        rules=(*rules, *nat_rules),
        outbound_front_ends=_outbound(outbound),
        origin=record.origin,
        outbound_pools=tuple(
            last_name(pool).lower()
            for part in outbound
            if (pool := referenced_id(part.body.get("backendAddressPool")))
        ),
    )


def _outbound(parts: list[Part]) -> tuple[str, ...]:
    names = (
        last_name(referenced_id(item) or "")
        for part in parts
        for item in part.body.get("frontendIPConfigurations").items()
    )
    return tuple(dict.fromkeys(name for name in names if name))


def front_ends(parts: list[Part], notes: Notes) -> tuple[FrontEnd, ...]:
    """Convert the addresses at which a load balancer or gateway listens."""
    return tuple(
        FrontEnd(
            name=part.name.lower(),
            public_address=_public(part.body),
            address=address(part.body.get("privateIPAddress"), notes),
            subnet=referenced_id(part.body.get("subnet")),
        )
        for part in parts
    )


def _public(body: Field) -> str | None:
    """Return the public address of a front end; an unknown one is still public."""
    for key in ("publicIPAddress", "publicIPPrefix"):
        field = body.get(key)
        found = referenced_id(field)
        if found is not None:
            return found
        if not field.left_to_service and (
            field.unresolved or field.get("id").unresolved
        ):
            return "unknown"
    return None


def _probe(rule: Part, probes: list[Part]) -> PortRange | None:
    """Return the port that a rule has probed; any where that is not known.

    Source: Azure docs, load-balancer-custom-probe-overview; Azure REST,
    ProbeNoHealthyBackendsBehavior: `AllProbedUp` hands on where no node is up.
    """
    field = rule.body.get("probe")
    named = referenced_id(field)
    if not named and not (field.unresolved or field.get("id").unresolved):
        return None
    name = last_name(named or "")
    meant = (it.body for it in probes if it.id == named or same(it.name, name))
    found = next(meant, None)
    if found is None:
        return EVERY_PORT
    behavior = text(found.get("noHealthyBackendsBehavior")) or ""
    if behavior.lower() == "allprobedup":
        return None
    port = integer(found.get("port"))
    known = port is not None and 0 < port <= LAST_PORT
    return PortRange(port, port) if port is not None and known else EVERY_PORT


def _rule(part: Part, notes: Notes) -> LoadBalancerRule:
    """Convert a rule, or an inbound NAT rule, which looks alike."""
    body = part.body
    written = (text(body.get("protocol")) or "").lower()
    front = integer(body.get("frontendPort"))
    first = integer(body.get("frontendPortRangeStart"))
    last = integer(body.get("frontendPortRangeEnd"))
    if front is None and first is not None and last is not None:
        ports: tuple[int, int] | None = (first, last)
    else:
        ports = None if front is None else (front, front)
    if ports is None or not 0 <= ports[0] <= ports[1] <= LAST_PORT:
        notes.error(
            body.get("frontendPort").origin,
            f"the load balancer rule `{part.name}` has no port that can be read",
            body.get("frontendPort").unresolved
            or f"`{shown(body.get('frontendPort'))}` is not a port",
            "write a port from 0 to 65535; until then the rule is taken for all ports",
        )
        ports = (0, LAST_PORT)
    pool = referenced_id(body.get("backendAddressPool")) or next(
        (referenced_id(item) for item in body.get("backendAddressPools").items()), None
    )
    back = integer(body.get("backendPort"))
    return LoadBalancerRule(
        name=part.name,
        front_end=last_name(
            referenced_id(body.get("frontendIPConfiguration")) or "unknown"
        ),
        pool=None if pool is None else last_name(pool),
        protocol=_PROTOCOLS.get(written),
        front_port=EVERY_PORT if ports == (0, 0) else PortRange(*ports),
        back_port=back or None,
        floating=boolean(body.get("enableFloatingIP")) or False,
        source_nat=boolean(body.get("disableOutboundSnat")) is not True,
        origin=body.origin,
    )
