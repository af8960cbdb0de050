"""Who can reach the API server, and who needs no network for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from seawall.engine.path import Answer
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InnerEnd,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    SubnetEnd,
)
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Reply, Verdict
from seawall.query.ask import ask, reason_of
from seawall.query.case import Case
from seawall.query.services import asked_services, ranges_of
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))
GATEWAY_SUBNET = "gatewaysubnet"
FIREWALL_SUBNETS = ("azurefirewallsubnet", "azurefirewallmanagementsubnet")
FEW = 4
RUN_COMMAND = "run command, through Azure Resource Manager"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Whether somebody can reach one thing.

    Attributes:
        who: Who asks.
        verdict: Whether the packet arrives.
        reply: What becomes of the reply.
        reason: What decided, as a clause.
        origin: Where the setting stands that decides, where no packet does.
    """

    who: str
    verdict: Verdict
    reply: Reply
    reason: str
    origin: Origin | None = None


def api_server(
    case: Case, operators: Sequence[AddressRange] = ()
) -> tuple[Entrance, ...]:
    """Return who can reach the API server, ends with one answer together.

    Args:
        case: The snapshot.
        operators: Addresses of whoever must reach it, to be asked about as well.
    """
    cluster = case.cluster
    if cluster is None:
        return ()
    asked = [
        (_operator_text(item), _entrance(case, AddressEnd((item,))))
        for item in operators
    ]
    asked += [
        (who(case, end), found)
        for end in askers(case)
        for found in _entrances(case, end)
    ]
    return (*_together(asked), *past_the_network(cluster))


def _together(asked: list[tuple[str, Entrance]]) -> Iterator[Entrance]:
    def answer(item: tuple[str, Entrance]) -> tuple[str, str, str]:
        found = item[1]
        return (found.verdict.value, found.reply.value, found.reason)

    order = {Verdict.ALLOWED.value: 0, Verdict.UNKNOWN.value: 1}
    asked.sort(key=lambda item: (order.get(answer(item)[0], 2), answer(item)))
    for _, group in groupby(asked, key=answer):
        listed = list(group)
        names = ", ".join(name + found.who for name, found in listed)
        first = listed[0][1]
        yield Entrance(names, first.verdict, first.reply, first.reason)


def past_the_network(cluster: Cluster) -> Iterator[Entrance]:
    """Yield the doors to the API server that no filter of packets closes.

    Source:
        AKS docs, access-private-cluster and trusted-access-feature, read 2026-08-21:
        both go through back ends of Azure, past authorized ranges and private networks.
    """
    yield _run_command(cluster)
    for binding in cluster.api_server.trusted_access:
        short = binding.source.rstrip("/").rsplit("/", 1)[-1] or "a resource"
        roles = ", ".join(binding.roles) or "roles that are not stated"
        yield Entrance(
            f"trusted access `{binding.name}`, through Azure's own gateway",
            Verdict.ALLOWED,
            Reply.RETURNS,
            f"`{short}` needs no network for it, with {roles}",
            binding.origin,
        )


def _run_command(cluster: Cluster) -> Entrance:
    """Return whether commands can be run past the network.

    Source: AKS docs, access-private-cluster, read 2026-08-21.
    """
    setting = cluster.api_server.run_command
    place = setting.origin
    if not setting.known:
        return Entrance(RUN_COMMAND, Verdict.UNKNOWN, Reply.UNKNOWN, setting.why, place)
    if setting.value:
        says = "whoever holds the Azure role needs no network for it"
        return Entrance(RUN_COMMAND, Verdict.ALLOWED, Reply.RETURNS, says, place)
    says = "it is disabled"
    return Entrance(RUN_COMMAND, Verdict.DENIED, Reply.NOT_SENT, says, place)


def askers(case: Case) -> Iterator[End]:
    """Yield who is asked about: the internet, on premises, nodes and other subnets."""
    yield InternetEnd()
    if case.snapshot.fabric.gateways:
        yield OnPremisesEnd()
    cluster = case.cluster
    pools = cluster.pools if cluster else ()
    for pool in pools:
        yield NodeEnd(pool.name)
    taken = {pool.subnet.value for pool in pools}
    for subnet in case.snapshot.fabric.subnets:
        name = subnet.name.lower()
        if subnet.id in taken or name == GATEWAY_SUBNET or name in FIREWALL_SUBNETS:
            continue
        if not subnet.delegations and subnet.prefixes:
            yield SubnetEnd(subnet.id)


def who(case: Case, end: End) -> str:
    """Return one of them in words."""
    if isinstance(end, SubnetEnd):
        return case.subnet_text(end.subnet)
    if isinstance(end, NodeEnd):
        return f"nodes of {end.pool}"
    return str(end)


def _operator_text(item: AddressRange) -> str:
    return f"operator {item}"


def _entrance(case: Case, end: End) -> Entrance:
    asked = ask(case, end, ApiServerEnd(), HTTPS)
    if asked.verdict is not Verdict.ALLOWED:
        inner = ask(case, end, InnerEnd(ApiServerEnd()), HTTPS)
        if inner.verdict is Verdict.ALLOWED:
            known = "not" if asked.verdict is Verdict.DENIED else "it is not known"
            says = f"by its private address; by its name {known}: {reason_of(asked)}"
            return Entrance("", inner.verdict, inner.reply, says)
    return Entrance("", asked.verdict, asked.reply, reason_of(asked))


def _entrances(case: Case, end: End) -> Iterator[Entrance]:
    """Yield what an end gets, by source where its addresses fare differently."""
    if not isinstance(end, InternetEnd):
        yield _entrance(case, end)
        return
    answer = case.paths.partition(
        end,
        ApiServerEnd(),
        services=asked_services(HTTPS, ApiServerEnd()),
        policy=case.policies,
    )
    parts = (
        (Verdict.ALLOWED, answer.allowed),
        (Verdict.UNKNOWN, answer.unknown),
        (Verdict.DENIED, answer.denied),
    )
    given = [item for item in parts if item[1]]
    if len(given) <= 1:
        yield _entrance(case, end)
        return
    for number, (verdict, flows) in enumerate(given):
        yield _part(case, answer, verdict, flows, is_rest=number == len(given) - 1)


def _part(
    case: Case, answer: Answer, verdict: Verdict, flows: FlowSet, *, is_rest: bool
) -> Entrance:
    who = ", everyone else" if is_rest else f" from {_sources(flows)}"
    witness = flows.witness()
    hops = case.paths.explain(answer, witness) if witness else ()
    blockers = [hop for hop in hops if hop.verdict is not Verdict.ALLOWED]
    shown = next(iter(blockers or hops[-1:]), None)
    reason = f"{shown.layer.value}: {shown.says}" if shown else "no packet fits"
    reply = Reply.NOT_SENT
    if witness and verdict is not Verdict.DENIED:
        reply, _ = case.paths.replies(answer, witness)
    return Entrance(who, verdict, reply, reason)


def _sources(flows: FlowSet) -> str:
    found = ranges_of(flows.project(Field.SOURCE))
    more = len(found) - FEW
    shown = ", ".join(found[:FEW])
    return f"{shown} and {more} more" if more > 0 else shown
