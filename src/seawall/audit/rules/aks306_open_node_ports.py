"""AKS306: ports of nodes that the whole internet can reach."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import OPEN_PORTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Proposal, Rule
from seawall.engine.path import DoorKind
from seawall.flowspace import Field, FlowSet
from seawall.model.end import InternetEnd
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer
from seawall.query.fix.removal import RemovalChange, removals
from seawall.query.fix.search import applied
from seawall.query.services import services_of
from seawall.query.trace.parts import service_text

MOST_RULES = 5
"""So many are looked at, one behind the other, the last to see that none is left."""


class OpenNodePorts(Rule):
    """The whole internet reaches ports of nodes at their own addresses.

    Why it matters: whatever listens there is published: every Service of type NodePort
    in the range, every pod on the network of its node, and the node's own processes.
    No load balancer stands before it, and no network policy governs the node itself.

    When it is fine: game servers and the like, whose clients must address one node, on
    the ports that they use and no others.

    Source: AKS docs, use-node-public-ips, "Allow host port connections", read
    2026-11-29; Kubernetes docs, Service, type NodePort, read 2026-08-21.
    """

    code = "AKS306"
    name = "open-node-ports"
    severity = Severity.HIGH
    controls = OPEN_PORTS
    mends = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: games  # finding
                  enableNodePublicIP: true
                  networkProfile:
                    allowedHostPorts:
                      - {portStart: 30000, portEnd: 32767, protocol: TCP}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: games
                  enableNodePublicIP: true
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        found: dict[str, list[DoorAnswer]] = {}
        for answer in _open_doors(case):
            found.setdefault(answer.name, []).append(answer)
        for name, answers in found.items():
            flows = FlowSet.union_of(each.flows for each in answers)
            what = ", ".join(map(service_text, services_of(flows)))
            targets = listed(answer.target for answer in answers)
            yield self.finding(
                _pool(name),
                f"the whole internet reaches {targets} on {what}, by public addresses "
                f"of {_pool(name)}",
                "open the ports that clients use to the addresses they come from, in a "
                "security group of the subnet, or publish a Service instead",
                origin=answers[0].origin,
                evidence=answers[0].forward,
            )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        gone: tuple[RemovalChange, ...] = ()
        about: dict[tuple[str, str], None] = {}
        now = case
        # Behind a rule that is taken away another may open the same.
        for _ in range(MOST_RULES):
            open_now = [
                it for it in _open_doors(now) if _pool(it.name) == finding.subject
            ]
            about |= dict.fromkeys((str(InternetEnd()), it.target) for it in open_now)
            ways = [removals(now.snapshot, it.forward) for it in open_now]
            found = tuple(dict.fromkeys(change for way in ways for change in way))
            if not found or not all(ways):
                break
            gone = (*gone, *found)
            now = applied(now, found)
        if gone and not open_now:
            yield Proposal(gone, about=tuple(about))


def _open_doors(case: Case) -> list[DoorAnswer]:
    everyone = FlowSet.box(sources=case.paths.atlas.internet.intervals)
    return [answer for answer in case.doors if _is_open(answer, everyone)]


def _pool(door: str) -> str:
    return door.removeprefix(f"{DoorKind.NODE.value} ")


def _is_open(answer: DoorAnswer, everyone: FlowSet) -> bool:
    """Say whether nodes are open to every IPv4 address outside."""
    door = answer.door
    if not (door.is_public and door.kind is DoorKind.NODE):
        return False
    if answer.verdict is not Verdict.ALLOWED or answer.reply is Reply.LOST:
        return False
    whole = everyone.project(Field.SOURCE).get(4)
    return answer.flows.project(Field.SOURCE).get(4) == whole
