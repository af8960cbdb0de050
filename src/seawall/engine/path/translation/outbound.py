"""How a packet gets a public source address on its way to the internet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.branch import Branch, StartKind
from seawall.engine.path.ground.headers import ICMP, OVER_IPV6, TCP_UDP
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import IPV6, NOWHERE, Space
from seawall.engine.path.ground.verdicts import (
    EVERYTHING,
    NOTHING,
    Matcher,
    Ruling,
    Said,
    constant,
    deciding,
    first_match,
)
from seawall.engine.path.translation.own import lent, own_ways
from seawall.flowspace import FlowSet
from seawall.model.cluster import Cluster, OutboundType
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.trace import DecidingRule, Layer, Verdict

SOURCE = "Azure docs, nat-overview and load-balancer-outbound-connections"

CLUSTER_LOAD_BALANCER = "the cluster's load balancer"
"""How a rewrite by the cluster's outbound load balancer is marked."""

_OTHERS = EVERYTHING - TCP_UDP


class _Method(NamedTuple):
    matcher: Matcher
    sources: Space
    by: str = ""


class Outbound:
    """Translates packets that leave subnets for the internet."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def translated(self, branch: Branch, subnet: Subnet) -> Iterator[Branch]:
        """Yield the ways of packets that leave a subnet for the internet.

        The methods are tried in the platform's order; the first that applies decides.

        Source:
            Azure docs, nat-overview and load-balancer-outbound-connections; AKS docs,
            egress-outboundtype.
        """
        methods = list(self._methods(branch, subnet))
        matchers = tuple(each.matcher for each in methods)
        outcome = first_match(matchers)
        doubtful = outcome.undecided | outcome.left
        ruling = Ruling(
            outcome.may_deny - doubtful, doubtful, _Saying(subnet, matchers)
        )
        judged = branch.judged(Layer.SOURCE_NAT, subnet.name, ruling)
        for headers, chosen in _by_method(methods):
            part = judged.having(headers)
            if not part.flows:
                continue
            yield self._rewritten(part, chosen)

    def _rewritten(self, branch: Branch, methods: tuple[_Method, ...]) -> Branch:
        sources = NOWHERE
        for method in methods:
            sources = sources | (method.sources or self._atlas.internet)
        by = {method.by for method in methods}
        rewrite = Rewrite(
            sources=sources or self._atlas.internet,
            by=by.pop() if len(by) == 1 else "",
        )
        names = " or ".join(method.matcher.name for method in methods)
        says = f"the source becomes a public address of {names}"
        if not names:
            says = "the source would become a public address"
        return branch.rewritten(
            Layer.SOURCE_NAT, names, rewrite, say=constant(says, SOURCE)
        )

    def _methods(self, branch: Branch, subnet: Subnet) -> Iterator[_Method]:
        yield from self._told(self._nat_gateway(subnet))
        start = branch.sender
        if start.is_in_cluster and start.pool is not None:
            own = start.pool.node_public_addresses
            if own.may_be(value=True):
                made = _method(
                    EVERYTHING,
                    "the node's own address",
                    is_sure=own.known,
                    origin=own.origin,
                )
                prefix = start.pool.node_public_prefix.value
                made = made._replace(sources=lent(self._atlas, (prefix or "unknown",)))
                yield from self._told([made])
        if start.kind is StartKind.MACHINE and start.subnet == subnet.id:
            yield from self._told(self._of_machine(subnet))
        if start.is_in_cluster:
            yield from self._by_outbound_type()
        yield from self._default(subnet)

    def _told(self, methods: Iterable[_Method]) -> Iterator[_Method]:
        """Yield methods, doubtful about IPv6 where no address that they lend is one.

        Source:
            Azure docs, nat-overview: a Standard NAT gateway is for IPv4, and one of the
            other kind disrupts IPv6 of load balancers; docs/semantics/path.md, N8.
        """
        every = self._atlas.internet
        for method in methods:
            lends = method.sources or every
            six = lends != every and bool(lends & IPV6)
            if six or not method.matcher.allows:
                yield method
                continue
            matcher = replace(method.matcher, sure=method.matcher.sure - OVER_IPV6)
            any_ = every & IPV6
            yield method._replace(matcher=matcher, sources=lends | any_)
            no = _method(OVER_IPV6, matcher.name, allows=False, is_sure=False)
            yield no._replace(matcher=replace(no.matcher, origin=matcher.origin))

    def _of_machine(self, subnet: Subnet) -> Iterator[_Method]:
        """Yield what machines of a subnet leave by.

        Source:
            Azure docs, nat-overview and load-balancer-outbound-connections.
        """
        for way in own_ways(self._atlas, subnet):
            matcher = Matcher(
                way.sure,
                way.possible,
                allows=way.allows,
                name=way.name,
                origin=way.origin,
                order=(way.name, way.origin.pointer),
            )
            yield _Method(matcher, way.sources)

    def _nat_gateway(self, subnet: Subnet) -> Iterator[_Method]:
        """Yield what a NAT gateway on the subnet does.

        Source:
            Azure docs, nat-overview: TCP and UDP only, and before other methods.
        """
        setting = subnet.nat_gateway
        if known_none(setting):
            return
        id_ = setting.value or ""
        gateway = self._atlas.nat_gateway(id_)
        if gateway is None:
            name = f"NAT gateway {self._atlas.short(id_)}" if id_ else "a NAT gateway"
            known, origin = setting.known, setting.origin
            yield _method(TCP_UDP, name, is_sure=False, origin=origin)
            yield _method(_OTHERS, name, allows=False, is_sure=known, origin=origin)
            return
        name = f"NAT gateway {gateway.name}"
        public = gateway.public_addresses
        if public.known and not public.value:
            yield _method(EVERYTHING, name, allows=False, origin=gateway.origin)
            return
        sources, complete = self._atlas.ranges_of(public.value or ())
        if not complete or not sources:
            sources = sources | self._atlas.internet
        known, origin = public.known, gateway.origin
        made = _method(TCP_UDP, name, is_sure=known, origin=origin)
        yield made._replace(sources=sources)
        yield _method(_OTHERS, name, allows=False, origin=origin)

    def _by_outbound_type(self) -> Iterator[_Method]:
        """Yield what the cluster's outbound type brings.

        Source:
            AKS docs, egress-outboundtype; Azure docs, load-balancer concepts: of all
            protocols only TCP and UDP are translated.
        """
        cluster = self._atlas.cluster
        if cluster is None:
            return
        setting = cluster.outbound
        known, origin = setting.known, setting.origin
        if setting.may_be(OutboundType.LOAD_BALANCER):
            name = CLUSTER_LOAD_BALANCER
            made = _method(TCP_UDP, name, is_sure=known, origin=origin)
            sources = self._named(cluster) or self._balancer()
            made = made._replace(sources=sources, by=name)
            # AKS makes an address of each family of the cluster.
            told = sources != self._atlas.internet
            yield from self._told([made]) if told else [made]
            yield _method(_OTHERS, name, allows=False, is_sure=known, origin=origin)
        if setting.may_be(OutboundType.MANAGED_NAT_GATEWAY):
            name = "the managed NAT gateway"
            made = _method(TCP_UDP, name, is_sure=known, origin=origin)
            named = self._named(cluster)
            yield from self._told([made._replace(sources=named)])
            yield _method(_OTHERS, name, allows=False, is_sure=known, origin=origin)
        if setting.may_be(OutboundType.BLOCK):
            name = "outbound type block"
            yield _method(EVERYTHING, name, allows=False, is_sure=known, origin=origin)

    def _named(self, cluster: Cluster) -> Space:
        """Return the addresses that a cluster names as its own; nowhere if it does not.

        Source:
            AKS docs, load-balancer-standard and nat-gateway: effectiveOutboundIPs.
        """
        named = cluster.outbound_addresses.value or ()
        ranges, complete = self._atlas.ranges_of(named)
        return ranges if complete or not named else self._atlas.internet

    def _balancer(self) -> Space:
        """Return the addresses of the cluster's outbound load balancer."""
        atlas = self._atlas
        found = NOWHERE
        for balancer in atlas.fabric.load_balancers:
            for end in balancer.front_ends:
                if end.name in balancer.outbound_front_ends and end.public_address:
                    ranges, complete = atlas.ranges_of([end.public_address])
                    found = found | (ranges if complete else atlas.internet)
        return found or atlas.internet

    def _default(self, subnet: Subnet) -> Iterator[_Method]:
        """Yield what default outbound access does.

        Source:
            Azure docs, default-outbound-access: it supports no pings; ipv6-overview:
            IPv6 comes to the internet only where that is asked for.
        """
        setting = subnet.default_outbound
        name = "default outbound access"
        yield _method(OVER_IPV6, name, allows=False, origin=setting.origin)
        if setting.may_be(value=True):
            known, origin = setting.known, setting.origin
            yield _method(TCP_UDP, name, is_sure=known, origin=origin)
            yield _method(ICMP, name, allows=False, is_sure=known, origin=origin)
            yield _method(_OTHERS - ICMP, name, is_sure=False, origin=origin)
        if setting.may_be(value=False):
            yield _method(EVERYTHING, name, allows=False, origin=setting.origin)


def _method(
    headers: FlowSet,
    name: str,
    *,
    allows: bool = True,
    is_sure: bool = True,
    origin: Origin | None = None,
) -> _Method:
    sure = headers if is_sure else NOTHING
    return _Method(
        Matcher(sure, headers, allows, name, origin, (name, allows)), NOWHERE
    )


def _by_method(
    methods: list[_Method],
) -> Iterator[tuple[FlowSet, tuple[_Method, ...]]]:
    """Yield headers with the methods that may translate them.

    What surely gets no address is followed as if any public address had been given.
    """
    cells: list[tuple[FlowSet, tuple[_Method, ...]]] = [(EVERYTHING, ())]
    left = EVERYTHING
    for method in methods:
        hit = method.matcher.possible & left
        left -= method.matcher.sure
        if not method.matcher.allows:
            continue
        cells = [
            (part, chosen)
            for cell, known in cells
            for part, chosen in ((cell & hit, (*known, method)), (cell - hit, known))
            if part
        ]
    yield from cells


@dataclass(frozen=True, slots=True)
class _Saying:
    """Names the method that decides."""

    subnet: Subnet
    matchers: tuple[Matcher, ...]

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        found = deciding(self.matchers, headers, verdict)
        if found is None:
            return Said("no way out to the internet", None, SOURCE)
        rule = DecidingRule(found.name, found.origin)
        if verdict is Verdict.ALLOWED:
            return Said(f"{found.name} lends a public address", rule, SOURCE)
        if verdict is Verdict.DENIED:
            says = f"{found.name} does not let it out"
            if not found.possible & TCP_UDP:
                says = f"{found.name} carries TCP and UDP only"
            return Said(says, rule, SOURCE)
        return Said(f"whether {found.name} applies is not known", rule, SOURCE)
