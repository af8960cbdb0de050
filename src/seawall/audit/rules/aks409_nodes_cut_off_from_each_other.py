"""AKS409: a security group of the subnets that parts the nodes of a cluster."""

from collections.abc import Iterator
from itertools import product
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.flowspace import FlowSet
from seawall.model.end import NodeEnd
from seawall.model.packet import Protocol
from seawall.model.trace import DecidingRule, Hop, Layer, Verdict
from seawall.query.ask import answered, plain
from seawall.query.case import Case
from seawall.query.services import services_of
from seawall.query.trace.parts import service_text

_NEEDED = FlowSet.box(
    protocols=((int(Protocol.TCP),) * 2,),
    destination_ports=((0, 21), (23, 3388), (3390, 65535)),
) | FlowSet.box(protocols=((int(Protocol.UDP),) * 2,), destination_ports=((53, 53),))
"""What the cluster needs: names, and TCP but for SSH and RDP, by which people come."""


class NodesCutOffFromEachOther(Rule):
    """A security group of a subnet denies what nodes send to each other.

    Why it matters: nodes carry what pods on different nodes say to each other, names
    that CoreDNS answers on another node, and calls to webhooks and metrics. Where a
    group of your own narrows that, some of it fails, on some nodes, sometimes.

    When it is fine: never; AKS does not support it. Part workloads by network policy.
    Groups that deny SSH and RDP alone are left out: no part of the cluster needs them.

    Source: AKS docs, concepts-network and outbound-rules-control-egress (traffic within
    the subnets of nodes must not be blocked), read 2026-08-21.
    """

    code = "AKS409"
    name = "nodes-cut-off-from-each-other"
    severity = Severity.HIGH
    tells_what_is_missed = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: nodes
                  properties:
                    addressPrefix: 10.0.0.0/24
                    networkSecurityGroup:
                      id: microsoft.network/networksecuritygroups/own
            ---
            type: Microsoft.Network/networkSecurityGroups
            name: own
            properties:
              securityRules:
                - name: nothing-in  # finding
                  properties:
                    priority: 4000
                    direction: Inbound
                    access: Deny
                    protocol: "*"
                    sourceAddressPrefix: "*"
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "*"
            """,
    }
    good: ClassVar = {
        **bad,
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace('sourceAddressPrefix: "*"', "sourceAddressPrefix: Internet"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        pools = [pool.name for pool in case.cluster.pools] if case.cluster else []
        found: dict[DecidingRule, tuple[FlowSet, list[str], Hop]] = {}
        for source, target in product(pools, pools):
            flows, hop = _stopped(case, source, target)
            if hop is None or hop.rule is None:
                continue
            held, pairs, first = found.get(hop.rule, (FlowSet.empty(), [], hop))
            pair = f"{source} to {target}"
            found[hop.rule] = held | flows, [*pairs, pair], first
        for rule, (flows, pairs, hop) in found.items():
            what = ", ".join(map(service_text, services_of(flows)))
            yield self.finding(
                rule.name,
                f"`{rule.name}` denies nodes to call nodes on {what}: pools "
                f"{listed(pairs)}",
                "allow everything between the subnets of the nodes, and between the "
                "addresses of pods, before the rule that denies",
                origin=rule.origin,
                evidence=(hop,),
            )


def _stopped(case: Case, source: str, target: str) -> tuple[FlowSet, Hop | None]:
    """Return what nodes of a pool may not send to another, and where that is decided.

    Nothing where something else than a group of a subnet decides.
    """
    answer = answered(case, NodeEnd(source), NodeEnd(target), _NEEDED)
    denied = answer.partition.denied & _NEEDED
    witness = denied.witness(plain(denied))
    if witness is None:
        return denied, None
    hops = case.paths.explain(answer, witness)
    stops = [hop for hop in hops if hop.verdict is Verdict.DENIED]
    if not stops or stops[0].layer is not Layer.SUBNET_FILTER:
        return denied, None
    return denied, stops[0]
