"""Namespaces: declared ones, and those that are only mentioned."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from seawall.ingest.kubernetes.terms.fault import shown
from seawall.ingest.kubernetes.terms.label import read_labels, text_fault, wrong_type
from seawall.ingest.kubernetes.terms.record import Record
from seawall.ingest.near import nearest
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.workload import Namespace

NAME_LABEL = "kubernetes.io/metadata.name"
_FEW = 3
_DNS_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_NAME_RULE = "a namespace is at most 63 lower-case letters, digits and hyphens"


@dataclass(slots=True)
class NamespaceReader:
    """Collects namespaces; each has its name as a label.

    Attributes:
        known: By name.
        open_keys: By name, the label keys that are not certain; `*` stands for all.
        diagnostics: What is wrong with them.
    """

    known: dict[str, Namespace] = field(default_factory=dict)
    open_keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def declare(self, record: Record) -> None:
        """Take a Namespace object.

        Source:
            Kubernetes docs, reference, "Well-Known Labels": the API server sets
            `kubernetes.io/metadata.name` on every namespace.
        """
        labels = read_labels(record.metadata.get("labels"), ("metadata", "labels"))
        for fault in labels.faults:
            self.diagnostics.append(fault.diagnostic(record.origin, Level.UNMODELLED))
        before = self.known.get(record.name)
        known = {**labels.known, NAME_LABEL: record.name}
        pairs = tuple(sorted(known.items()))
        declared = not labels.unresolved
        if labels.unresolved:
            self.open_keys[record.name] |= labels.unresolved
        if before is not None:
            differing = set(pairs) ^ set(before.labels)
            self.open_keys[record.name] |= {key for key, _ in differing}
            # Two declarations that differ: only what they share is certain.
            pairs = tuple(pair for pair in pairs if pair in before.labels)
            declared = False
        self.known[record.name] = Namespace(
            record.name, pairs, declared, before.origin if before else record.origin
        )

    def mention(self, name: str | None, origin: Origin) -> None:
        """Take a name that some object uses as its namespace."""
        if name and name not in self.known:
            labels = ((NAME_LABEL, name),)
            self.known[name] = Namespace(name, labels, declared=False, origin=origin)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return all of them, sorted by name."""
        return tuple(self.known[name] for name in sorted(self.known))

    def unsettled(self) -> dict[str, frozenset[str]]:
        """Return the namespaces for which a label is not certain, by its key."""
        out: dict[str, set[str]] = defaultdict(set)
        for name, keys in self.open_keys.items():
            for key in keys:
                out[key].add(name)
        return {key: frozenset(names) for key, names in out.items()}

    def assumptions(self) -> list[Assumption]:
        """Return what is taken for granted about those that are only mentioned."""
        names = tuple(item.name for item in self.namespaces() if not item.declared)
        if not names:
            return []
        return [
            Assumption(
                "undeclared-namespaces-have-only-their-name-label",
                "namespaces that the input does not declare in full have the label "
                f"`{NAME_LABEL}` and none that is not shown",
                "Kubernetes docs, reference, Well-Known Labels",
                names,
            )
        ]


def namespaces_with(
    unsettled: Mapping[str, frozenset[str]], key: str
) -> frozenset[str]:
    """Return the namespaces for which one label is not certain."""
    none: frozenset[str] = frozenset()
    if key == NAME_LABEL:
        return none
    return unsettled.get(key, none) | unsettled.get("*", none)


def open_label(key: str, names: frozenset[str]) -> str:
    """Return in words that some namespaces have a label of which that is not known."""
    told = ", ".join(f"`{name}`" for name in sorted(names)[:_FEW])
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"label `{key}` of namespace {told}{more} is not certain"


@lru_cache(maxsize=4096)
def is_namespace_name(name: str) -> bool:
    """Whether a namespace can have a name."""
    return _DNS_LABEL.fullmatch(name) is not None


def refused_name(record: Record) -> Diagnostic:
    """Return what is wrong with the name of a Namespace object."""
    place = ("metadata", "name")
    fault = text_fault(record.name, place, _NAME_RULE, "give its name")
    return fault.diagnostic(record.origin, Level.UNMODELLED)


def stated_namespace(record: Record) -> str | Diagnostic:
    """Return the namespace of an object as written, empty if none, or what is wrong."""
    metadata = record.body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        fault = wrong_type(("metadata",), "metadata", metadata, "a mapping")
        return fault.diagnostic(record.origin, Level.UNMODELLED)
    written = record.metadata.get("namespace")
    if written is None or written == "":
        return _misspelt(record) or ""
    place = ("metadata", "namespace")
    if isinstance(written, str):
        if is_namespace_name(written):
            return written
        fault = text_fault(written, place, _NAME_RULE, "give its name")
        return fault.diagnostic(record.origin, Level.UNMODELLED)
    return Diagnostic(
        Level.UNMODELLED,
        record.origin.at(*place),
        f"namespace {shown(written)} is not text",
        "the API takes a string here and refuses anything else",
        "put it in quotes",
    )


def _misspelt(record: Record) -> Diagnostic | None:
    """Return what is wrong if a key is nearly `namespace`, or `metadata`, and not that.

    Source: Kubernetes docs, API concepts, "Field validation": kubectl has unknown
    fields refused, and a server that is not asked to drops them.
    """
    has_metadata = "metadata" in record.body
    keys = record.metadata if has_metadata else record.body
    meant, of = ("namespace", "metadata") if has_metadata else ("metadata", "an object")
    for key in keys:
        word = str(key)
        if word in _METADATA:
            continue
        if word.lower().startswith(meant) or nearest(word, (meant,)):
            place = ("metadata", word) if has_metadata else (word,)
            return Diagnostic(
                Level.ERROR,
                record.origin.at(*place),
                f"`{word}` is no key of {of}",
                "it is refused, or dropped and the object goes to another namespace; "
                "which one is not known",
                f"did you mean `{meant}`?",
            )
    return None


_METADATA = frozenset(
    {"name", "generateName", "namespace", "labels", "annotations", "managedFields"}
    | {"uid", "generation", "resourceVersion", "creationTimestamp", "ownerReferences"}
    | {"finalizers", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"}
)
"""Source: Kubernetes API reference, ObjectMeta."""
