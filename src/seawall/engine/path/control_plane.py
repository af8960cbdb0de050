"""Who sends what the API server calls in the cluster."""

from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.model.cluster import Addressing
from seawall.model.control_plane import AGENT_LABEL, AGENT_NAMESPACE
from seawall.model.end import End, PodEnd, SubnetEnd

NO_AGENTS = (
    "the konnectivity agents, pods with the label `app: konnectivity-agent` in "
    "`kube-system`, are not in the input"
)
_FLAT = (Addressing.POD_SUBNET, Addressing.NODE_SUBNET)
_BY_AGENTS = (Addressing.OVERLAY, Addressing.OWN_CNI)


class Callers(NamedTuple):
    """Who sends the calls.

    Attributes:
        ends: Any of these, as the platform chooses; empty if not known.
        why: Why not, as a clause.
    """

    ends: tuple[End, ...]
    why: str = ""


def callers(atlas: Atlas, *, to_node: bool) -> Callers:
    """Return who sends what the API server calls.

    Args:
        atlas: The network.
        to_node: Whether a node is called, or a pod on its network.

    Source:
        docs/semantics/path.md, K; AKS docs, plan-control-plane-networking and
        api-server-vnet-integration.
    """
    cluster = atlas.cluster
    if cluster is None:
        return Callers((), "there is no cluster in the input")
    api = cluster.api_server
    integration = api.vnet_integration
    why = "how an API server in a subnet reaches pods of this network is not documented"
    found = Callers((), why)
    if not integration.known:
        found = Callers((), f"whether VNet integration is on: {integration.why}")
    elif not integration.value:
        found = _agents(atlas)
    elif to_node or atlas.addressing in _FLAT:
        why = f"the subnet of the API server: {api.subnet.why or 'none is stated'}"
        found = Callers((), why)
        if api.subnet.value:
            found = Callers((SubnetEnd(api.subnet.value),))
    elif atlas.addressing in _BY_AGENTS:
        found = _agents(atlas)
    return found


def _agents(atlas: Atlas) -> Callers:
    found = tuple(
        PodEnd(workload)
        for workload in atlas.snapshot.objects.workloads
        if workload.runs
        and workload.namespace == AGENT_NAMESPACE
        and AGENT_LABEL in workload.labels
    )
    return Callers(found, "" if found else NO_AGENTS)
