"""Adds, step by step, what AKS makes around a cluster."""

from seawall.ingest.aks.api_server import add_api_server
from seawall.ingest.aks.balancer import add_load_balancers
from seawall.ingest.aks.draft import Draft
from seawall.ingest.aks.exposure import diagnose, published, read_exposure
from seawall.ingest.aks.gateway import listening, mark_application_gateway
from seawall.ingest.aks.masquerade import settle_masquerade
from seawall.ingest.aks.network import add_network
from seawall.ingest.aks.node_classes import add_node_classes
from seawall.ingest.aks.private_link import add_private_links
from seawall.ingest.aks.security import add_security_group
from seawall.ingest.documents import AzurePart
from seawall.ingest.resource import ClusterRecord, RawAzure
from seawall.model.node_class import NodeClass
from seawall.model.service import Service
from seawall.model.snapshot import Fabric, KubernetesObjects


def complete(raw: RawAzure, objects: KubernetesObjects) -> AzurePart:
    """Return what the documents mean together with what AKS adds by itself.

    Args:
        raw: The network and the clusters as far as they are written.
        objects: The Kubernetes objects; they belong to the cluster that is asked
            about, not to the others.

    Returns:
        The same with managed networks, security groups, load balancers and API
        servers; without the kinds of the files, which are not known here.
    """
    fabric = raw.fabric
    assumptions = list(raw.assumptions)
    diagnostics = list(raw.diagnostics)
    others = []
    for record in raw.others:
        draft = _complete_cluster(record, fabric, ())
        name = draft.cluster.name
        draft.assume(
            "other-cluster-without-objects",
            f"nothing that runs in `{name}` is in the input: its nodes and load "
            "balancers are judged, its pods, Services and policies are not",
            "docs/semantics/path.md, C3",
            draft.cluster.id,
        )
        others.append(draft.cluster)
        fabric = draft.fabric
        assumptions += draft.assumptions
        diagnostics += draft.diagnostics
    cluster = None
    if raw.cluster is not None:
        classes = objects.node_classes
        draft = _complete_cluster(raw.cluster, fabric, published(objects), classes)
        settle_masquerade(draft, objects.masquerade)
        cluster, fabric = draft.cluster, draft.fabric
        assumptions += draft.assumptions
        diagnostics += draft.diagnostics
    return AzurePart(
        cluster=cluster,
        other_clusters=tuple(others),
        fabric=listening(fabric, objects),
        diagnostics=tuple(diagnostics),
        assumptions=tuple(assumptions),
    )


def _complete_cluster(
    record: ClusterRecord,
    fabric: Fabric,
    services: tuple[Service, ...],
    classes: tuple[NodeClass, ...] = (),
) -> Draft:
    draft = Draft(record=record, cluster=record.cluster, fabric=fabric)
    add_network(draft)
    add_node_classes(draft, classes)
    exposures = tuple(read_exposure(service) for service in services)
    for exposure in exposures:
        draft.diagnostics.extend(diagnose(exposure))
    fronts = add_load_balancers(draft, exposures)
    add_security_group(draft, fronts)
    add_private_links(draft, fronts)
    add_api_server(draft)
    mark_application_gateway(draft)
    return draft
