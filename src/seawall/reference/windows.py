"""Which policies an engine may leave unenforced because pods run on Windows nodes."""

from seawall.model.dataplane import Dataplane, Tri, WindowsSupport
from seawall.model.packet import Protocol
from seawall.model.policy import BlockPeer, NamedPort, Policy
from seawall.model.selector import Operator, Selector
from seawall.model.system import NodeSystems
from seawall.model.workload import Workload
from seawall.reference.truth import tri

_NEGATIVE = (Operator.NOT_IN, Operator.DOES_NOT_EXIST)


def runs_on_windows(workload: Workload, systems: NodeSystems) -> Tri:
    """Return whether the pods of a workload run on Windows nodes.

    What the pods ask for comes first, then their node pool, then the nodes that they
    are on, then what may be of pods of which nothing tells.

    Source: Kubernetes, concepts, "Windows containers in Kubernetes".
    """
    if workload.windows is not None:
        return tri(workload.windows)
    if workload.node_pool in systems.windows_pools:
        return Tri.YES
    if workload.node_pool in systems.linux_pools:
        return Tri.NO
    nodes = {pod.node for pod in workload.pods}
    if nodes and nodes <= systems.windows_nodes:
        return Tri.YES
    if nodes and nodes <= systems.linux_nodes:
        return Tri.NO
    return systems.others


def is_refused(policy: Policy, dataplane: Dataplane) -> bool:
    """Whether a Windows node refuses a policy as a whole.

    Source:
        Azure/azure-container-networking npm/ translatePolicy.go and
        parseSelector.go: port names, SCTP, exceptions and negative terms are not
        translated on Windows. AKS docs, use-network-policies: Cilium has no Windows
        nodes.
    """
    if dataplane.windows is not WindowsSupport.GAPS:
        return dataplane.windows is WindowsSupport.NONE
    if _is_negative(policy.subject):
        return True
    rules = [rule for way in policy.isolates for rule in policy.rules(way)]
    ports = [match for rule in rules for match in rule.ports or ()]
    peers = [peer for rule in rules for peer in rule.peers or ()]
    return any(
        isinstance(match, NamedPort) or match.protocol is Protocol.SCTP
        for match in ports
    ) or any(
        bool(peer.excepts)
        if isinstance(peer, BlockPeer)
        else _is_negative(peer.pods) or _is_negative(peer.namespaces)
        for peer in peers
    )


def _is_negative(selector: Selector | None) -> bool:
    terms = () if selector is None else selector.requirements
    return any(item.operator in _NEGATIVE for item in terms)
