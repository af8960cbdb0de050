"""Needs that no packet shows: settings, read back from what was written."""

from collections.abc import Iterator, Sequence

from seawall.design.choose.rules.way_out import OWN_FIREWALL
from seawall.design.handover.answer import Settled
from seawall.design.handover.claim import Claim, Setting
from seawall.design.handover.claims_of_access import admits_itself, asks_elsewhere
from seawall.design.handover.claims_of_entries import come_in
from seawall.design.handover.reading_back import (
    ENGINE,
    as_chosen,
    fits,
    in_region,
    inside,
    named,
    no_acns,
    no_application_gateway,
    no_firewall,
    no_nat_gateway,
    no_private_endpoints,
    of_version,
    room,
    static,
)
from seawall.design.handover.requests import TOLD, asked, only_these
from seawall.design.layout.whole import kubernetes_of
from seawall.design.objects.place import places_of
from seawall.design.options import (
    Choices,
    DefaultDeny,
    Firewall,
    PolicyEngine,
    PolicyLevel,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Access,
    Egress,
    Limits,
    Requirements,
    ServiceAccess,
    ServiceKind,
)

_OF_RULE_SETS = ("private API server", "run command", "the outbound type")
_OUTSIDE = (ServiceAccess.PUBLIC, ServiceAccess.SERVICE_ENDPOINT)


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
            yield Setting((f"services[{index}]",), says, None)
        elif service.segments and service.access in _OUTSIDE and needs.names:
            says = (
                f"{service.name} has a public address, and policies know a name by "
                "the addresses that it leads to: another name that leads there is "
                "not told from it"
            )
            yield Setting((f"services[{index}]",), says, None)
    if any(
        it.kind is ServiceKind.STORAGE and it.access is ServiceAccess.SERVICE_ENDPOINT
        for it in needs.services
    ):
        says = (
            "the service endpoint for storage leads to accounts of others too, until a "
            "service endpoint policy lists yours: README.md has the commands"
        )
        yield Setting(("services",), says, None)
    yield from _operators(needs, choices, spoken)
    outside = [
        *(f"egress.names[{index}]" for index, _ in enumerate(needs.names)),
        *(f"services[{index}]" for index, _ in enumerate(needs.services)),
        "egress.to",
    ]
    for path in outside:
        if path not in spoken and choices.firewall is Firewall.EXISTING:
            says = "the appliance that stands already must let it pass, and decides"
            yield Setting((path,), says, None)
    for index, entry in enumerate(needs.entries):
        path = f"ingress[{index}]"
        if path not in spoken:
            says = (
                f"{entry.segment} listens at an inner address; from where clients "
                "come to the network is not the design's, what may reach it is proved"
            )
            yield Setting((path,), says, None)


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
            yield Setting((path,), says, None)


def _settings(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    yield Setting(("name",), f"the cluster is `aks-{needs.name}`", named(needs))
    yield Setting(("region",), f"it stands in {needs.region}", in_region(needs.region))
    version = kubernetes_of(needs)
    says = f"Kubernetes is {version}, unless whoever deploys gives another"
    yield Setting(("kubernetes",), says, of_version(version))
    says = f"what `{needs.preset or 'no preset'}` stands for is told need by need"
    yield Setting(("preset",), says, None)
    run = (
        "run command is on"
        if choices.run_command is RunCommand.ON
        else ("run command is off, as it goes past every network")
    )
    chosen = as_chosen(choices, "run command")
    yield Setting(("api-server.run-command",), run, chosen)
    if needs.access is Access.ANYWHERE:
        says = "nobody is kept from the API server by the network, as was asked"
        yield Setting(("api-server.access",), says, None)
    elif needs.access is None and not choices.is_private:
        says = "nobody said from where the API server may be reached"
        yield Setting(("api-server.access",), says, None)
    if admits_itself(choices):
        says = (
            "the API server admits the ranges that were stated, and the address that "
            "the cluster leaves from, which Azure gives"
        )
        if choices.firewall is Firewall.EXISTING:
            says = (
                "the API server admits the ranges that were stated; the public address "
                "of what stands at the next hop must be one, as nodes come from there"
            )
        yield Setting(("api-server.access",), says, None)
    if choices.is_private and any(map(asks_elsewhere, needs.operators)):
        says = (
            "operators behind a gateway have the name of the API server resolved as "
            "the page of the design tells; their own DNS is not part of it"
        )
        yield Setting(("operators",), says, None)
    if choices.is_private and not needs.operators:
        says = (
            "nobody is named under `operators`, so that no way to the API server from "
            "outside the network of the cluster is part of the design"
        )
        stated = needs.states("api-server.access")
        yield Setting(("api-server.access" if stated else "name",), says, None)
    yield from _of_pods(needs, choices)
    yield from _of_ways(needs, choices)
    yield from _of_place(needs, choices)


def _of_pods(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    engine, level = choices.engine.value, choices.level.value
    if choices.engine is PolicyEngine.NONE:
        says = "no engine enforces policies, as nobody asked to tell pods apart"
        paths = ("pods.control", "pods.default-deny", "segments")
        yield Setting(paths, says, as_chosen(choices, ENGINE))
    else:
        more = "" if choices.level is PolicyLevel.NONE else f", which filters {level}"
        says = f"policies are enforced by {engine}{more}"
        chosen = as_chosen(choices, ENGINE, "what policies filter")
        yield Setting(("pods.control",), says, chosen)
    if choices.default_deny is DefaultDeny.OFF:
        says = "pods that belong to no segment are open, as nobody asked to close them"
        yield Setting(("pods.default-deny",), says, None)
    yield from _of_requests(needs, choices)
    says = "packets between nodes are not encrypted by the cluster, as was asked"
    if needs.encrypted:
        says = "packets between nodes are encrypted with WireGuard"
    yield Setting(("pods.encrypted",), says, as_chosen(choices, "encryption"))
    says = "the network need not see addresses of pods"
    if needs.network_sees_pods:
        says = "pods have addresses of a subnet, which the network sees as they are"
    flat = as_chosen(choices, "addressing") if needs.network_sees_pods else None
    yield Setting(("pods.network-sees-pods",), says, flat)


def _of_requests(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    if choices.level is not PolicyLevel.L7:
        return
    places = {place.segment.name: place for place in places_of(needs)}
    for place in places.values():
        for at, call in enumerate(place.segment.calls):
            requests = asked(call.methods, call.paths)
            if not (call.methods or call.paths):
                continue
            called = places[call.segment]
            shown = ", ".join(requests[:TOLD])
            if len(requests) > TOLD:
                shown += f" and {len(requests) - TOLD} more"
            says = f"{place.segment.name} asks {call.segment} for {shown} alone"
            ports = call.ports or called.segment.serves
            many = len(requests) > TOLD  # answers do not show all of them
            found = None if many else only_these(place, called, ports, requests)
            yield Setting((f"{place.path}.calls[{at}]",), says, found)


def _of_ways(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    if needs.egress is Egress.NAMES or needs.egress is None:
        says = "what pods reach in the internet is proved segment by segment"
        yield Setting(("egress.to",), says, None)
    if needs.egress is Egress.NONE and choices.firewall in OWN_FIREWALL:
        says = (
            "nodes reach what AKS needs, by the firewall: what else was asked for "
            "rules out a network isolated cluster, whose nodes reach nothing"
        )
        yield Setting(("egress.to",), says, None)
    hop = needs.existing.next_hop if needs.existing else ""
    stands = choices.firewall is Firewall.EXISTING
    if stands and needs.egress is Egress.FIREWALL:
        says = f"what leaves for the internet is led to {hop}, which stands already"
        yield Setting(("egress.to",), says, None)
    if needs.fixed_address:
        says = "packets leave from a public address of the design, which is static"
        if stands:
            says = f"packets leave from the addresses of what stands at {hop}"
        read = None if stands else static
        yield Setting(("egress.fixed-address",), says, read)
    else:
        says = "the address that packets leave from may change"
        yield Setting(("egress.fixed-address",), says, None)
    yield from _of_limits(needs.limits)


def _of_limits(limits: Limits) -> Iterator[Setting]:
    for path, said, bars, allowed, read in (
        (
            "firewall",
            limits.firewall,
            "no Azure Firewall is paid for",
            "an Azure Firewall may be paid for",
            no_firewall,
        ),
        (
            "nat-gateway",
            limits.nat_gateway,
            "no NAT gateway is paid for",
            "a NAT gateway may be paid for",
            no_nat_gateway,
        ),
        (
            "application-gateway",
            limits.application_gateway,
            "no application gateway is paid for",
            "an application gateway may be paid for",
            no_application_gateway,
        ),
        (
            "private-endpoints",
            limits.private_endpoints,
            "no private endpoints of services are paid for",
            "private endpoints of services may be paid for",
            no_private_endpoints,
        ),
    ):
        barred = said is False
        says = bars if barred else allowed
        yield Setting((f"limits.{path}",), says, read if barred else None)
    barred = limits.acns is False
    says = "Advanced Container Networking Services "
    says += "are off" if barred else "may be paid for"
    yield Setting(("limits.acns",), says, no_acns if barred else None)


def _of_place(needs: Requirements, choices: Choices) -> Iterator[Setting]:
    says = (
        f"subnets and pools have room for {needs.scale.nodes} nodes with "
        f"{needs.scale.pods_per_node} pods each"
    )
    yield Setting(("nodes",), says, room(needs))
    zones = needs.scale.zones
    if zones:
        says = (
            f"nodes are spread over the zones {', '.join(map(str, zones))}; a NAT "
            "gateway stands in one, and whether the region has them Azure says"
        )
        yield Setting(("nodes.zones",), says, None)
    says = "a pool runs Windows" if needs.windows else "every pool runs Linux"
    chosen = as_chosen(choices, "Windows pools")
    yield Setting(("nodes.windows",), says, chosen)
    says = "every range is inside what was given, and overlaps nothing that is in use"
    yield Setting(("addresses",), says, inside(needs))
    if needs.existing is not None:
        says = "every pool stands in the subnet that was named"
        yield Setting(("network",), says, fits(needs))
    if needs.compliance:
        says = (
            f"what {', '.join(needs.compliance)} asks of settings: a private API "
            "server, no run command, and the way out; the rest is proved or read back "
            "as needs of its own"
        )
        read = as_chosen(choices, *_OF_RULE_SETS)
        yield Setting(("compliance",), says, read)


def settled(settings_: tuple[Setting, ...]) -> tuple[Settled, ...]:
    """Return settings as they are told."""
    return tuple(
        Settled(item.needs, item.says, item.found is not None) for item in settings_
    )
