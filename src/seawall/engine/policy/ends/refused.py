"""Pods that may run on Windows, and the policies that their nodes refuse."""

from collections.abc import Iterator

from seawall.model.dataplane import Dataplane, Tri, WindowsSupport
from seawall.model.packet import Protocol
from seawall.model.policy import BlockPeer, NamedPort, PodPeer, Policy
from seawall.model.selector import Operator, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload

_NEGATIVE = frozenset({Operator.NOT_IN, Operator.DOES_NOT_EXIST})


class Windows:
    """Tells which workloads may run on Windows, where that makes a difference."""

    def __init__(
        self, objects: KubernetesObjects, dataplane: Dataplane, *, room: bool = False
    ) -> None:
        """Look whether anything runs on Windows and any policy is refused there.

        With *room*, a policy may still come.

        Complexity: linear in workloads and policies.
        """
        systems = objects.systems
        self.systems = systems
        self.matters = (
            dataplane.windows is not WindowsSupport.WHOLE
            and (
                systems.others is not Tri.NO
                or bool(systems.windows_pools or systems.windows_nodes)
                or any(item.windows for item in objects.workloads)
            )
            and (room or any(refusal(item, dataplane) for item in objects.policies))
        )

    def agrees(self, other: "Windows") -> bool:
        """Whether both say the same of every workload."""
        return self.matters == other.matters and (
            not self.matters or self.systems == other.systems
        )

    def may_run(self, workload: Workload) -> bool:
        """Whether pods of a workload may run on Windows, and policies depend on it."""
        if not self.matters:
            return False
        if workload.windows is not None:
            return workload.windows
        systems, pool = self.systems, workload.node_pool
        if pool in systems.windows_pools or pool in systems.linux_pools:
            return pool in systems.windows_pools
        nodes = frozenset(pod.node for pod in workload.pods)
        if nodes and nodes <= systems.windows_nodes:
            return True
        if nodes and nodes <= systems.linux_nodes:
            return False
        return systems.others is not Tri.NO


def refusal(policy: Policy, dataplane: Dataplane) -> str | None:
    """Return why Windows nodes refuse a policy, as a clause; None if they do not.

    Source: Azure/azure-container-networking npm/ translatePolicy.go and
    parseSelector.go; AKS docs, use-network-policies: Cilium has no Windows nodes.
    """
    if dataplane.windows is WindowsSupport.NONE:
        return "it may run on Windows, and AKS has no Windows nodes with this engine"
    if dataplane.windows is WindowsSupport.WHOLE:
        return None
    return next(_gaps(policy), None)


def _gaps(policy: Policy) -> Iterator[str]:
    selectors: list[Selector] = [policy.subject]
    for rule in (rule for way in policy.isolates for rule in policy.rules(way)):
        for match in rule.ports or ():
            if isinstance(match, NamedPort):
                yield _because(policy, "names a port")
            elif match.protocol is Protocol.SCTP:
                yield _because(policy, "is about SCTP")
        for peer in rule.peers or ():
            if isinstance(peer, BlockPeer) and peer.excepts:
                yield _because(policy, "has an `except`")
            elif isinstance(peer, PodPeer):
                selectors += [it for it in (peer.pods, peer.namespaces) if it]
    if any(it.operator in _NEGATIVE for one in selectors for it in one.requirements):
        yield _because(policy, "has a negative term")


def _because(policy: Policy, what: str) -> str:
    return (
        f"it may run on Windows, where this engine refuses {policy.label}, which "
        f"{what}; nodes at the far end may enforce it"
    )
