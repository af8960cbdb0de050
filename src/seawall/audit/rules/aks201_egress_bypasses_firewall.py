"""AKS201: some nodes reach the internet past the firewall that others use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seawall.audit.controls import WAYS_OUT
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Proposal, Rule
from seawall.engine.path import Answer, ArrivalKind
from seawall.engine.path.ground.atlas import known_none
from seawall.flowspace import Field, FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import InternetEnd, NodeEnd
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.trace import Hop, Layer
from seawall.query.case import Case
from seawall.query.fix.setting import table_given
from seawall.query.services import ranges_of


@dataclass(frozen=True, slots=True)
class Exit:
    """How the nodes of one pool reach the internet.

    Attributes:
        pool: The pool.
        answer: What becomes of their packets, whatever policies say.
        firewalls: Names of the firewalls on the way.
        past: What surely leaves without passing one.
    """

    pool: NodePool
    answer: Answer
    firewalls: tuple[str, ...]
    past: FlowSet


class EgressBypassesFirewall(Rule):
    """Some nodes reach the internet past the firewall that others use.

    Why it matters: the firewall's rules and logs are taken for the whole truth. A pool
    whose subnet lacks the route, a more specific route, or a service endpoint carries
    traffic that no rule looks at; whoever wants out only has to run there.

    When it is fine: a route for the addresses of one partner that is meant, or a
    service endpoint with a service endpoint policy.

    Source: AKS docs, egress-udr and limit-egress-traffic; Azure docs,
    virtual-network-service-endpoints-overview, read 2026-08-21.
    """

    code = "AKS201"
    name = "egress-bypasses-firewall"
    severity = Severity.HIGH
    controls = WAYS_OUT
    mends = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                outboundType: loadBalancer
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
                - name: batch
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/batch
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: nodes  # finding
                  properties:
                    addressPrefix: 10.0.0.0/24
                    routeTable: {id: microsoft.network/routetables/out}
                    serviceEndpoints: [{service: Microsoft.Storage}]
                - name: batch  # finding
                  properties: {addressPrefix: 10.0.1.0/24}
                - name: AzureFirewallSubnet
                  properties: {addressPrefix: 10.0.2.0/26}
            ---
            type: Microsoft.Network/routeTables
            name: out
            properties:
              routes:
                - name: everything
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.2.4
            ---
            type: Microsoft.Network/azureFirewalls
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
                  subnet:
                   id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
              networkRuleCollections: []
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("serviceEndpoints: [{service: Microsoft.Storage}]", "")
        .replace(
            "{addressPrefix: 10.0.1.0/24}",
            "{addressPrefix: 10.0.1.0/24, "
            "routeTable: {id: microsoft.network/routetables/out}}",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        pools = case.cluster.pools if case.cluster else ()
        exits = [_exit(case, pool) for pool in pools]
        firewalls = dict.fromkeys(name for each in exits for name in each.firewalls)
        if not firewalls:
            return
        names = listed(firewalls)
        for each in exits:
            if each.past:
                yield self._past(case, each, names)
        yield from self._by_service_endpoint(case, exits)

    def _past(self, case: Case, found: Exit, names: str) -> Finding:
        witness = found.past.witness()
        hops = case.paths.explain(found.answer, witness) if witness else ()
        what, severity = "the internet", Severity.HIGH
        if found.firewalls:
            to = ranges_of(found.past.project(Field.DESTINATION))
            what, severity = listed(to), Severity.MEDIUM
        return self.finding(
            f"node:{found.pool.name}",
            f"nodes of pool `{found.pool.name}` reach {what} past the firewall {names}"
            + ("" if found.firewalls else ", which other pools go through"),
            "give the subnet of the pool the route to the firewall",
            origin=_route(hops) or _home(case, found.pool) or found.pool.origin,
            severity=severity,
            evidence=hops,
        )

    def _by_service_endpoint(self, case: Case, exits: list[Exit]) -> Iterator[Finding]:
        subnets: dict[str, tuple[Subnet, Exit]] = {}
        for each in exits:
            for id_ in (each.pool.subnet.value, each.pool.pod_subnet.value):
                subnet = case.paths.atlas.subnet(id_)
                if subnet and subnet.service_endpoints and each.firewalls:
                    subnets.setdefault(subnet.id, (subnet, each))
        for subnet, each in subnets.values():
            yield self.finding(
                case.subnet_text(subnet.id),
                f"service endpoints of subnet `{subnet.name}` take traffic to "
                f"{listed(subnet.service_endpoints)} past the firewall "
                f"{listed(each.firewalls)}, to accounts of anybody",
                "use private endpoints, or restrict it by a service endpoint policy",
                origin=subnet.origin,
                severity=Severity.MEDIUM,
            )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        pools = case.cluster.pools if case.cluster else ()
        atlas = case.paths.atlas
        subnets = {pool.name: atlas.subnet(pool.subnet.value) for pool in pools}
        bare = subnets.get(finding.subject.removeprefix("node:"))
        if bare is None or not known_none(bare.route_table):
            return
        ids = (each.route_table.value for each in subnets.values() if each)
        for id_ in dict.fromkeys(ids):
            table = atlas.table(id_ or "")
            inner = any(name.startswith("module.") for name in (bare.id, id_ or ""))
            # No other module than its own can name what is in one.
            if table is not None and not inner:
                yield Proposal((table_given(bare, table, case.snapshot.fabric),))


def _exit(case: Case, pool: NodePool) -> Exit:
    answer = case.paths.partition(NodeEnd(pool.name), InternetEnd())
    names = {each.id: each.name for each in case.snapshot.fabric.firewalls}
    passed = dict.fromkeys(id_ for way in answer.branches for id_ in way.firewalls)
    past = FlowSet.union_of(
        way.verdicts().allowed
        for way in answer.branches
        if not way.firewalls
        and way.arrival is not None
        and way.arrival.kind is ArrivalKind.INTERNET
    )
    firewalls = tuple(names[id_] for id_ in passed)
    return Exit(pool, answer, firewalls, past & answer.allowed)


def _route(hops: tuple[Hop, ...]) -> Origin | None:
    return next(
        (
            hop.rule.origin
            for hop in hops
            if hop.layer is Layer.ROUTE and hop.rule is not None
        ),
        None,
    )


def _home(case: Case, pool: NodePool) -> Origin | None:
    subnet = case.paths.atlas.subnet(pool.subnet.value)
    return subnet.origin if subnet else None
