"""Remarks on one part of an input that another part of it answers."""

from collections.abc import Sequence

from seawall.ingest.documents import AzurePart
from seawall.model.diagnostic import Diagnostic
from seawall.model.snapshot import KubernetesObjects


def without_moot(
    found: Sequence[Diagnostic], objects: KubernetesObjects, azure: AzurePart
) -> Sequence[Diagnostic]:
    """Return remarks on manifests without what the cluster's settings answer."""
    if azure.cluster is None or not objects.ranked_policies:
        return found
    # Loads the reader of a language that most inputs do not speak.
    from seawall.ingest.kubernetes.cilium import FILTERING  # noqa: PLC0415

    needs = {need for policy in objects.ranked_policies for need in policy.needs}
    if not needs <= (azure.cluster.policy_features.value or frozenset()):
        return found
    return [item for item in found if not item.what.startswith(FILTERING)]
