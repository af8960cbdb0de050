"""Kubernetes objects as the cluster around them makes of them."""

from dataclasses import replace

from seawall.ingest.documents import AzurePart
from seawall.model.dataplane import Language
from seawall.model.diagnostic import Diagnostic
from seawall.model.snapshot import KubernetesObjects


def settled(
    objects: KubernetesObjects, azure: AzurePart
) -> tuple[KubernetesObjects, tuple[Diagnostic, ...], str]:
    """Return the objects, what to tell, and the assumption that no longer counts."""
    held, told = _bypassing(_managed(objects, azure))
    placed, moot = _placed(held, azure)
    return placed, told, moot


def _managed(objects: KubernetesObjects, azure: AzurePart) -> KubernetesObjects:
    """Return objects with the policies of namespaces that Azure manages."""
    if azure.cluster is None or not azure.cluster.managed_namespaces:
        return objects
    from seawall.ingest.aks.namespaces import with_managed  # noqa: PLC0415

    return with_managed(objects, azure.cluster)


def _bypassing(
    objects: KubernetesObjects,
) -> tuple[KubernetesObjects, tuple[Diagnostic, ...]]:
    """Return objects that tell which pods policies may not hold, and what to tell."""
    found = objects.workloads
    if not any(each.egress_gateway or each.is_on_virtual_node for each in found):
        return objects, ()
    from seawall.ingest.aks.unheld import bypasses, on_virtual_nodes  # noqa: PLC0415

    policies = (*objects.opaque_policies, *bypasses(found))
    return replace(objects, opaque_policies=policies), on_virtual_nodes(found)


def _placed(
    objects: KubernetesObjects, azure: AzurePart
) -> tuple[KubernetesObjects, str]:
    """Return policies that know where the API server is, and which assumption goes."""
    if not any(it.language is Language.CILIUM for it in objects.ranked_policies):
        return objects, ""
    # Loads the reader of a language that most inputs do not speak.
    from seawall.ingest.api_server_place import placed  # noqa: PLC0415
    from seawall.ingest.kubernetes.cilium import WITHOUT_API_SERVER  # noqa: PLC0415

    policies = placed(objects.ranked_policies, azure)
    moot = WITHOUT_API_SERVER if azure.cluster is not None else ""
    return replace(objects, ranked_policies=policies), moot
