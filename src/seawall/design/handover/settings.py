"""Needs that no packet shows: settings, read back from what was written."""

from collections.abc import Callable, Iterator, Sequence

from seawall.design.handover.answer import Settled
from seawall.design.handover.claim import Claim, Setting
from seawall.design.handover.claims_of_access import admits_itself, asks_elsewhere
from seawall.design.handover.claims_of_entries import come_in
from seawall.design.objects.place import places_of
from seawall.design.options import (
    Addressing,
    ApiServer,
    Choices,
    Dataplane,
    DefaultDeny,
    Encryption,
    Firewall,
    Images,
    NodeOs,
    PolicyEngine,
    PolicyLevel,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Access,
    Egress,
    Requirements,
    ServiceAccess,
)
from seawall.model.cluster import Cluster
from seawall.model.snapshot import Snapshot

_NETWORK = "networkProfile"
_SECURITY = f"{_NETWORK}.advancedNetworking.security"
_ADDRESSING = {
    Addressing.OVERLAY: "overlay",
    Addressing.POD_SUBNET: "pod subnet",
    Addressing.NODE_SUBNET: "node subnet",
}
_OUTSIDE = (ServiceAccess.PUBLIC, ServiceAccess.SERVICE_ENDPOINT)
_WITH_SUBNET = (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE)
_LEVELS = {
    PolicyLevel.NONE: "nothing",
    PolicyLevel.FQDN: "domain names",
    PolicyLevel.L7: "domain names, requests",
}


def unlike(choices: Choices, snapshot: Snapshot) -> Iterator[str]:
    """Yield the choices that the cluster which was read does not have, as clauses."""
    cluster = snapshot.cluster
    if cluster is None:
        yield "there is no cluster"
        return
    for name, wanted, found in (
        *_of_network(choices, cluster),
        *_rest(choices, cluster),
    ):
        if _word(found) != _word(wanted):
            yield f"{name} is `{_word(found)}` instead of `{_word(wanted)}`"


def _of_network(
    choices: Choices, cluster: Cluster
) -> Iterator[tuple[str, object, object]]:
    def read(path: str) -> object:
        setting = cluster.details.get(path)
        return setting.value if setting.known else "not known"

    yield "addressing", _ADDRESSING[choices.addressing], cluster.addressing.value
    yield "the dataplane", choices.dataplane.value, read(f"{_NETWORK}.networkDataplane")
    engine = choices.engine
    npm = "npm" if engine is PolicyEngine.AZURE else engine.value
    yield "the policy engine", npm, cluster.policy_engine.value
    yield "the outbound type", choices.outbound.value, cluster.outbound.value
    if choices.dataplane is Dataplane.CILIUM:
        features = cluster.policy_features.value or frozenset()
        filtered = ", ".join(sorted(each.value for each in features)) or "nothing"
        yield "what policies filter", _LEVELS[choices.level], filtered
        wired = choices.encryption is Encryption.WIREGUARD
        cipher = read(f"{_SECURITY}.transitEncryption.type")
        yield "encryption", "wireguard" if wired else "none", cipher


def _rest(choices: Choices, cluster: Cluster) -> Iterator[tuple[str, object, object]]:
    server = cluster.api_server
    yield "private API server", choices.is_private, server.private.value
    integrated = choices.api_server in _WITH_SUBNET
    yield "API server in the network", integrated, server.vnet_integration.value
    allowed = choices.run_command is RunCommand.ON
    yield "run command", allowed, server.run_command.value
    if choices.is_private:
        named = choices.public_name is PublicName.ON
        yield "public name", named, server.public_name.value
    cached = choices.images is Images.CACHE
    yield "images from a cache", cached, cluster.upkeep.cached_artifacts.value
    windows = choices.systems is NodeOs.LINUX_AND_WINDOWS
    yield "Windows pools", windows, any(it.windows.value for it in cluster.pools)


def settings(
    needs: Requirements, choices: Choices, claims: Sequence[Claim]
) -> tuple[Setting, ...]:
    """Return the needs that are settings, each with what must be read.

    Args:
        needs: What is needed.
        choices: What was chosen.
        claims: What is proved by intents, which is no setting.
    """
    found = (*_settings(needs, choices), *come_in(needs, choices))
    spoken = {path for item in claims for path in item.needs}
    spoken |= {path for each in found for path in each.needs}
    return (*found, *_elsewhere(needs, choices, spoken))


def _elsewhere(
    needs: Requirements, choices: Choices, spoken: set[str]
) -> Iterator[Setting]:
    """Yield who comes by what is not part of the design, so that nothing is asked."""
    for index, service in enumerate(needs.services):
        open_to_all = needs.egress not in (Egress.NAMES, Egress.NONE)
        if service.segments and open_to_all and service.access in _OUTSIDE:
            says = (
                f"{service.name} has a public address, which every segment reaches "
                "that reaches the internet; who may use it is decided by identity"
            )
            yield Setting((f"services[{index}]",), says, _nothing)
    yield from _operators(needs, choices, spoken)
    outside = [
        *(f"egress.names[{index}]" for index, _ in enumerate(needs.names)),
        *(f"services[{index}]" for index, _ in enumerate(needs.services)),
        "egress.to",
    ]
    for path in outside:
        if path not in spoken and choices.firewall is Firewall.EXISTING:
            says = "the appliance that stands already must let it pass, and decides"
            yield Setting((path,), says, _nothing)
    for index, entry in enumerate(needs.entries):
        path = f"ingress[{index}]"
        if path not in spoken:
            says = (
                f"{entry.segment} listens at an inner address; from where clients "
                "come to the network is not the design's, what may reach it is proved"
            )
            yield Setting((path,), says, _nothing)


def _operators(
    needs: Requirements, choices: Choices, spoken: set[str]
) -> Iterator[Setting]:
    for index, operator in enumerate(needs.operators):
        path = f"operators[{index}]"
        if path not in spoken:
            says = f"{operator.name} come by what stands already, as the needs say"
            if asks_elsewhere(operator):
                says = (
                    f"{operator.name} come by a gateway to the private endpoint of the "
                    "API server, whose address Azure gives and their own DNS must know"
                )
            if not choices.is_private:
                says = (
                    f"{operator.name} call the public address of the API server, from "
                    "where their own way out leads"
                )
            yield Setting((path,), says, _nothing)


def _settings(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    yield Setting(("name",), f"the cluster is `aks-{needs.name}`", _nothing)
    yield Setting(("region",), f"it stands in {needs.region}", _in_region(needs.region))
    yield Setting(("kubernetes",), "its version is a parameter", _nothing)
    says = f"what `{needs.preset or 'no preset'}` stands for is told need by need"
    yield Setting(("preset",), says, _nothing)
    run = (
        "run command is on"
        if choices.run_command is RunCommand.ON
        else ("run command is off, as it goes past every network")
    )
    yield Setting(("api-server.run-command",), run, _nothing)
    if needs.access is Access.ANYWHERE:
        says = "nobody is kept from the API server by the network, as was asked"
        yield Setting(("api-server.access",), says, _nothing)
    elif needs.access is None and not choices.is_private:
        says = "nobody said from where the API server may be reached"
        yield Setting(("api-server.access",), says, _nothing)
    if admits_itself(choices):
        says = (
            "the API server admits the ranges that were stated, and the address that "
            "the cluster leaves from, which Azure gives"
        )
        yield Setting(("api-server.access",), says, _nothing)
    if choices.is_private and any(map(asks_elsewhere, needs.operators)):
        says = (
            "operators behind a gateway have the name of the API server resolved as "
            "the page of the design tells; their own DNS is not part of it"
        )
        yield Setting(("operators",), says, _nothing)
    yield from _of_pods(needs, choices)
    yield from _of_ways(needs, choices)
    yield from _of_place(needs)


def _of_pods(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    engine, level = choices.engine.value, choices.level.value
    if choices.engine is PolicyEngine.NONE:
        says = "no engine enforces policies, as nobody asked to tell pods apart"
        yield Setting(("pods.control", "pods.default-deny", "segments"), says, _nothing)
    else:
        more = "" if choices.level is PolicyLevel.NONE else f", which filters {level}"
        says = f"policies are enforced by {engine}{more}"
        yield Setting(("pods.control",), says, _nothing)
    if choices.default_deny is DefaultDeny.OFF:
        says = "pods that belong to no segment are open, as nobody asked to close them"
        yield Setting(("pods.default-deny",), says, _nothing)
    for place in places_of(needs):
        for at, call in enumerate(place.segment.calls):
            if (call.methods or call.paths) and choices.level is PolicyLevel.L7:
                yield Setting(
                    (f"{place.path}.calls[{at}]",),
                    f"which requests {place.segment.name} makes of {call.segment} is "
                    "written in a policy; a packet does not show them, so that it is "
                    "proved for the port alone",
                    _nothing,
                )
    says = "packets between nodes are not encrypted by the cluster, as was asked"
    if needs.encrypted:
        says = "packets between nodes are encrypted with WireGuard"
    yield Setting(("pods.encrypted",), says, _nothing)
    says = "the network need not see addresses of pods"
    if needs.network_sees_pods:
        says = "pods have addresses of a subnet, which the network sees as they are"
    yield Setting(("pods.network-sees-pods",), says, _nothing)


def _of_ways(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    if needs.egress is Egress.NAMES or needs.egress is None:
        says = "what pods reach in the internet is proved segment by segment"
        yield Setting(("egress.to",), says, _nothing)
    hop = needs.existing.next_hop if needs.existing else ""
    stands = choices.firewall is Firewall.EXISTING
    if stands and needs.egress is Egress.FIREWALL:
        says = f"what leaves for the internet is led to {hop}, which stands already"
        yield Setting(("egress.to",), says, _nothing)
    if needs.fixed_address:
        says = "packets leave from a public address of the design, which is static"
        if stands:
            says = f"packets leave from the addresses of what stands at {hop}"
        found = _nothing if stands else _static
        yield Setting(("egress.fixed-address",), says, found)
    else:
        says = "the address that packets leave from may change"
        yield Setting(("egress.fixed-address",), says, _nothing)
    barred = needs.limits.firewall is False
    says = f"{'no' if barred else 'an'} Azure Firewall "
    says += "is paid for" if barred else "may be paid for"
    found = _no_firewall if barred else _nothing
    yield Setting(("limits.firewall",), says, found)
    barred = needs.limits.acns is False
    says = "Advanced Container Networking Services "
    says += "are off" if barred else "may be paid for"
    yield Setting(("limits.acns",), says, _no_acns if barred else _nothing)


def _of_place(needs: Requirements) -> Iterator[Setting]:
    says = (
        f"subnets and pools have room for {needs.scale.nodes} nodes with "
        f"{needs.scale.pods_per_node} pods each"
    )
    yield Setting(("nodes",), says, _nothing)
    says = "a pool runs Windows" if needs.windows else "every pool runs Linux"
    yield Setting(("nodes.windows",), says, _nothing)
    says = "every range is inside what was given, and overlaps nothing that is in use"
    yield Setting(("addresses",), says, _inside(needs))
    if needs.existing is not None:
        says = "every pool stands in the subnet that was named"
        yield Setting(("network",), says, _fits(needs))
    if needs.compliance:
        says = "each rule set is told as the needs that it stands for"
        yield Setting(("compliance",), says, _nothing)


def settled(settings_: tuple[Setting, ...]) -> tuple[Settled, ...]:
    """Return settings as they are told."""
    return tuple(Settled(item.needs, item.says) for item in settings_)


def _nothing(snapshot: Snapshot) -> str:
    """Say nothing: `unlike` holds every choice against what was read."""
    del snapshot
    return ""


def _in_region(region: str) -> Callable[[Snapshot], str]:
    def found(snapshot: Snapshot) -> str:
        there = snapshot.cluster.region if snapshot.cluster else ""
        return "" if there in ("", region) else f"it stands in {there}"

    return found


def _static(snapshot: Snapshot) -> str:
    fabric = snapshot.fabric
    lent = {
        *(
            each
            for it in fabric.nat_gateways
            for each in it.public_addresses.value or ()
        ),
        *(each for wall in fabric.firewalls for each in wall.public_addresses),
        *(snapshot.cluster.outbound_addresses.value or () if snapshot.cluster else ()),
    }
    return "" if lent else "no public address of the design is lent to what leaves"


def _no_firewall(snapshot: Snapshot) -> str:
    return "there is an Azure Firewall" if snapshot.fabric.firewalls else ""


def _no_acns(snapshot: Snapshot) -> str:
    cluster = snapshot.cluster
    on = cluster is None or cluster.advanced_networking.value is not False
    return "they are on, or that is not known" if on else ""


def _inside(needs: Requirements) -> Callable[[Snapshot], str]:
    def found(snapshot: Snapshot) -> str:
        plan = needs.addresses
        stands = needs.existing.node_range if needs.existing else None
        peers = {operator.network.lower() for operator in needs.operators}
        for network in snapshot.fabric.networks:
            if network.id in peers or network.managed or stands is not None:
                continue
            for each in network.space:
                if plan.space and not any(it.covers(each) for it in plan.space):
                    return f"{each} of {network.name} is outside"
                for other in (*plan.in_use, *plan.on_premises):
                    if other.overlaps(each):
                        return f"{each} of {network.name} overlaps {other}"
        return ""

    return found


def _fits(needs: Requirements) -> Callable[[Snapshot], str]:
    def found(snapshot: Snapshot) -> str:
        there = needs.existing
        pools = snapshot.cluster.pools if snapshot.cluster else ()
        wanted = there.node_subnet.lower() if there else ""
        for pool in pools:
            if (pool.subnet.value or "").lower() != wanted:
                return f"pool {pool.name} stands in {pool.subnet.value or 'nowhere'}"
        return ""

    return found


def _word(value: object) -> str:
    value = getattr(value, "value", value)
    if value is True or value is False:
        return "on" if value else "off"
    return "none" if value is None else str(value).lower()
