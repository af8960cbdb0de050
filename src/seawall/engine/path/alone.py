"""Pods without a cluster around them: network policies decide, and nothing else.

Source: docs/semantics/path.md, V7.
"""

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, StartKind
from seawall.engine.path.ground.verdicts import Ruling
from seawall.model.end import AddressEnd, InternetEnd, PodEnd
from seawall.model.trace import Layer

_SAYS = "no cluster is in the input, so network policies alone decide"
_HOST = (
    "no cluster is in the input, so what reaches pods on the network of a node, and "
    "what these reach, is not known"
)
_NO_DOOR = (
    "no cluster is in the input, so what leads the internet to a pod is not known"
)
_SOURCE = "Seawall, docs/semantics/path.md, V7"


def is_left_to_policies(atlas: Atlas, branch: Branch) -> bool:
    """Say whether nothing but network policies is known of what is asked.

    One end is a pod, the other a pod or addresses, and no cluster is in the input.
    """
    if atlas.cluster is not None:
        return False
    target = branch.question.target
    to_pod = isinstance(target, PodEnd)
    from_pod = branch.start.workload is not None
    return to_pod or (from_pod and isinstance(target, AddressEnd | InternetEnd))


def left_to_policies(branch: Branch) -> Branch:
    """Return a way ready to be judged by policies: the network lets it pass.

    What leads the internet to a pod the input does not show, and what policies mean for
    pods on the host network turns on the engine.
    """
    target, sender = branch.question.target, branch.start.workload
    pods = [sender, target.workload if isinstance(target, PodEnd) else None]
    if any(pod is not None and pod.host_network for pod in pods):
        return branch.judged(Layer.DELIVERY, "", Ruling.not_known(_HOST, _SOURCE))
    kind = ArrivalKind.POD if isinstance(target, PodEnd) else ArrivalKind.INTERNET
    ruling = Ruling.passing(_SAYS, _SOURCE)
    if branch.start.kind is StartKind.INTERNET:
        ruling = Ruling.not_known(_NO_DOOR, _SOURCE)
    return branch.judged(Layer.DELIVERY, "", ruling).arrived(Arrival(kind))
