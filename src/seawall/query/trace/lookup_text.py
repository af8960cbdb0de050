"""What is taken for granted about how pods look names up."""

from collections.abc import Iterable

from seawall.model.cluster_dns import shown_servers
from seawall.model.diagnostic import Assumption
from seawall.model.end import PodEnd
from seawall.query.ask import Asked
from seawall.query.case import Case

_SOURCE = "AKS docs, coredns-custom; Kubernetes docs, DNS for Services and Pods"

FORWARDING = Assumption(
    id="cluster-dns-forwards",
    text="The cluster's DNS is as AKS makes it: it answers names of Services, and asks "
    "the servers of the network for all others. The input holds no ConfigMap "
    "`coredns-custom` that says otherwise.",
    source=_SOURCE,
    touches=("names",),
)
PREDICTED = Assumption(
    id="cluster-dns-predicted",
    text="The cluster's DNS servers are not in the input, so pods with the label "
    "`k8s-app=kube-dns` in `kube-system` stand for them, as AKS runs them.",
    source=_SOURCE,
    touches=("names",),
)


def lookup_assumptions(case: Case, pairs: Iterable[Asked]) -> tuple[Assumption, ...]:
    """Return what answers about names rest on; nothing if no pod asks for one."""
    asks = any(
        pair.paths
        and isinstance(pair.source, PodEnd)
        and not pair.source.workload.host_network
        for pair in pairs
    )
    if not asks:
        return ()
    objects = case.snapshot.objects
    taken = () if objects.name_servers else (FORWARDING,)
    return taken if shown_servers(objects) else (*taken, PREDICTED)
