"""Kinds of networks that AKS does not run, which may close what policies open.

They have an effect where nobody says who enforces.

Source:
    Antrea docs, "Antrea Network Policy CRDs"; OVN-Kubernetes docs, EgressFirewall and
    User Defined Networks (a primary one keeps its pods apart).
"""

import re
from collections.abc import Callable, Iterator

from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.dataplane import PolicyEngine
from seawall.model.policy import Direction, OpaquePolicy

_BOTH = frozenset(Direction)
_OUT = frozenset({Direction.EGRESS})
_NOBODY: frozenset[PolicyEngine] = frozenset()
_ANTREA = "crd.antrea.io"
_NETWORKS = {
    (_ANTREA, "NetworkPolicy"): ("Antrea ", _BOTH),
    (_ANTREA, "ClusterNetworkPolicy"): ("Antrea ", _BOTH),
    ("k8s.ovn.org", "EgressFirewall"): ("", _OUT),
    ("k8s.ovn.org", "UserDefinedNetwork"): ("", _BOTH),
    ("k8s.ovn.org", "ClusterUserDefinedNetwork"): ("", _BOTH),
    ("k8s.cni.cncf.io", "NetworkAttachmentDefinition"): ("", _BOTH),
}
_WIDE = frozenset({"ClusterNetworkPolicy", "ClusterUserDefinedNetwork"})
"""Kinds that have no namespace."""
_ROLES = ("UserDefinedNetwork", "NetworkAttachmentDefinition")
_SECONDARY = re.compile(r"""\brole['"]?: ?['"]?secondary""", re.IGNORECASE)
_PRIMARY = re.compile(r"""\brole['"]?: ?['"]?primary""", re.IGNORECASE)
_WHY = "it is in a language that is not modelled"


def closed_by(
    record: Record, namespace_of: Callable[[Record], str | None]
) -> Iterator[OpaquePolicy]:
    """Yield a policy of unknown meaning for an object that may close something.

    Of these only the tiers of Antrea open what a NetworkPolicy closes. One whose
    namespace is not known may stand in any.

    Args:
        record: The object.
        namespace_of: Reads the namespace of an object; None if it is not known.
    """
    if record.type not in _NETWORKS or not _is_primary(record):
        return
    label, directions = _NETWORKS[record.type]
    yield OpaquePolicy(
        f"{label}{record.kind}",
        None if record.kind in _WIDE else namespace_of(record),
        record.name,
        None,
        directions,
        _NOBODY,
        _WHY,
        record.origin,
        only_closes=record.group != _ANTREA,
    )


def _is_primary(record: Record) -> bool:
    """Whether a network may be the one that pods talk by; other kinds always count.

    A network that is attached besides leaves the first one as it is.
    """
    if not record.kind.endswith(_ROLES):
        return True
    said = str(record.spec)
    if record.kind == "NetworkAttachmentDefinition":
        return bool(_PRIMARY.search(said))
    return not _SECONDARY.search(said)
