"""AKS213: a cluster without a way out, whose nodes have one all the same."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import WAYS_OUT
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed
from seawall.audit.rule import Rule
from seawall.model.cluster import OutboundType
from seawall.model.end import InternetEnd, NodeEnd
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


class IsolatedClusterLeaks(Rule):
    """Nodes of a cluster without a way out reach the internet.

    Why it matters: with the outbound type `none` or `block` AKS sets up nothing by
    which nodes leave, and nobody looks for it any more. A subnet with default outbound
    access, a NAT gateway or a public address of a node leads out all the same.

    When it is fine: the way is one of your own that you guard, such as a firewall;
    what passes one is not listed.

    Source: AKS docs, concepts-network-isolated and egress-outboundtype; Azure docs,
    default-outbound-access, read 2026-11-29.
    """

    code = "AKS213"
    name = "isolated-cluster-leaks"
    severity = Severity.HIGH
    controls = WAYS_OUT
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                outboundType: none
              bootstrapProfile: {artifactSource: Cache}
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
                    defaultOutboundAccess: true  # finding
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"].replace("true  # finding", "false"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or cluster.outbound.value not in (
            OutboundType.NONE,
            OutboundType.BLOCK,
        ):
            return
        found: dict[tuple[str, Origin], tuple[list[str], tuple[Hop, ...]]] = {}
        for pool in cluster.pools:
            asked = ask(case, NodeEnd(pool.name), InternetEnd(), HTTPS)
            if asked.verdict is not Verdict.ALLOWED or any(
                way.firewalls for way in asked.answer.branches
            ):
                continue
            subnet = case.paths.atlas.subnet(pool.subnet.value)
            out = _last(asked.forward)
            place = _place(out, subnet) or pool.origin
            key = out.at if out else "a way of its own", place
            found.setdefault(key, ([], asked.forward))[0].append(pool.name)
        for (through, place), (pools, way) in found.items():
            yield self.finding(
                cluster.name,
                f"`{cluster.name}` is to have no way out, and nodes of "
                f"{counted(len(pools), 'pool')} ({listed(pools)}) reach the internet "
                f"by {through}",
                "turn default outbound access of the subnet off, and take away what "
                "else gives its nodes a public address",
                origin=place,
                evidence=way,
            )


def _last(way: tuple[Hop, ...]) -> Hop | None:
    turned = [hop for hop in way if hop.layer is Layer.SOURCE_NAT]
    return turned[-1] if turned else None


def _place(out: Hop | None, subnet: Subnet | None) -> Origin | None:
    if out is not None and out.rule is not None and out.rule.origin is not None:
        return out.rule.origin
    if subnet is None:
        return None
    return subnet.default_outbound.origin or subnet.origin
