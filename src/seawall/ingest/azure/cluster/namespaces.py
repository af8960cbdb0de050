"""Namespaces that Azure manages, as resources beneath their cluster.

Source: AKS docs, concepts-managed-namespaces and managed-namespaces, read 2026-11-30.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import setting, shown, text
from seawall.ingest.notes import Notes
from seawall.ingest.resource import DOUBT, Field, ResourceRecord
from seawall.model.managed_namespace import DefaultPolicy, ManagedNamespace
from seawall.model.setting import Setting

NAMESPACES = "microsoft.containerservice/managedclusters/managednamespaces"

_SOURCE = "AKS docs, concepts-managed-namespaces"
_WORDS = {each.value.lower(): each for each in DefaultPolicy}
_ALLOWED = "`AllowAll`, `AllowSameNamespace` or `DenyAll`"


def managed_namespaces(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[ManagedNamespace, ...]:
    """Return the managed namespaces of one cluster, by name."""
    found = [
        _namespace(child, notes) for child in catalogue.children(record.id, NAMESPACES)
    ]
    return tuple(sorted(found, key=lambda item: item.name))


def _namespace(record: ResourceRecord, notes: Notes) -> ManagedNamespace:
    body = record.body
    policy = body.get("defaultNetworkPolicy")
    ingress = _policy(policy.get("ingress"), DefaultPolicy.OWN, notes)
    egress = _policy(policy.get("egress"), DefaultPolicy.ALL, notes)
    doubt = body.get(DOUBT).unresolved or _no_object(policy, notes)
    if doubt:
        ingress = egress = Setting[DefaultPolicy].unknown(doubt, record.origin)
    labels = body.get("labels")
    _no_object(labels, notes)
    pairs = labels.value if isinstance(labels.value, dict) else {}
    return ManagedNamespace(
        record.name.rsplit("/", 1)[-1],
        ingress,
        egress,
        tuple(
            sorted(
                (key, value)
                for key, value in pairs.items()
                if isinstance(key, str) and isinstance(value, str)
            )
        ),
        record.origin,
    )


def _no_object(field: Field, notes: Notes) -> str:
    """Tell of what stands where an object must; empty if nothing does."""
    if not field.is_given or field.unresolved or isinstance(field.value, dict):
        return ""
    what = f"`{shown(field)}` is no object"
    notes.error(
        field.origin,
        what,
        "what it says of the managed namespace is not known",
        "write it as Azure has it: `az aks namespace show -o json`",
    )
    return what


def _policy(
    field: Field, default: DefaultPolicy, notes: Notes
) -> Setting[DefaultPolicy]:
    return setting(
        field,
        Setting.defaulted(default, _SOURCE),
        lambda item: _WORDS.get((text(item) or "").lower()),
        notes=notes,
        allowed=_ALLOWED,
    )
