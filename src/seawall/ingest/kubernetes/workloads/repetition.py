"""Objects that the input holds more than once.

Equal ones are one. Of policies that differ nobody can tell which is in force.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.record import Record
from seawall.ingest.kubernetes.workloads.workload import makes_pods
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.policy import OpaquePolicy, Policy

_Key = tuple[str, str, str]
_FEW = 3
_WAYS_IN = ("Ingress", "Gateway", "Route", "VirtualService")
_SETTLED_LATER = (
    "Policy",
    "Namespace",
    "NetworkSet",
    "Tier",
    "HostEndpoint",
    "CIDRGroup",
    "Service",
    "Endpoints",
    "EndpointSlice",
    *_WAYS_IN,
)
_MAKES_UNKNOWN = (
    "Policy",
    "NetworkSet",
    "Tier",
    "HostEndpoint",
    "CIDRGroup",
    "Service",
    "Endpoints",
    "EndpointSlice",
)


_SAYING = ("spec", "specs", "subsets", "addressType", "endpoints", "ports")
"""What an object says, by the fields that kinds say it in."""


@dataclass(slots=True)
class Repetitions:
    """Remembers each object that was read, by kind, namespace and name."""

    first: dict[_Key, Record] = field(default_factory=dict)
    others: dict[_Key, list[Record]] = field(default_factory=lambda: defaultdict(list))

    def is_new(self, record: Record, namespace: str) -> bool:
        """Whether an object still has to be read.

        A workload that differs from one of the same name is read too, as a variant of
        it; a policy, or what it refers to, is read and settled later; of other kinds
        the first one stands.
        """
        if record.name == "?" or record.name.endswith("*"):
            return True
        key = (record.kind + "." + _family(record), namespace, record.name)
        before = self.first.setdefault(key, record)
        if before is record:
            return True
        for other in (before, *self.others[key]):
            if _same(other, record):
                return False
        self.others[key].append(record)
        return record.kind.endswith(_SETTLED_LATER) or makes_pods(record)

    def settle(
        self, policies: Iterable[Policy]
    ) -> tuple[list[Policy], list[OpaquePolicy]]:
        """Return the policies that are certain, and those that stand more than once."""
        by_name: dict[tuple[str, str], list[Policy]] = defaultdict(list)
        for policy in policies:
            by_name[policy.namespace, policy.name].append(policy)
        certain: list[Policy] = []
        opaque: list[OpaquePolicy] = []
        for items in by_name.values():
            if len(items) == 1 or items[0].name == "?" or items[0].name[-1:] == "*":
                certain.extend(items)
            else:
                opaque.append(_either(items))
        return certain, opaque

    def diagnostics(self) -> list[Diagnostic]:
        """Return one diagnostic a kind for objects that differ under one name."""
        by_kind: dict[str, list[_Key]] = defaultdict(list)
        for key in sorted(key for key, records in self.others.items() if records):
            by_kind[self.first[key].kind].append(key)
        return [self._told(kind, keys) for kind, keys in sorted(by_kind.items())]

    def _told(self, kind: str, keys: list[_Key]) -> Diagnostic:
        first = self.first[keys[0]]
        second = self.others[keys[0]][0]
        names = [
            f"`{space}/{name}`" if space else f"`{name}`" for _, space, name in keys
        ]
        listed = ", ".join(names[:_FEW])
        if len(names) > _FEW:
            listed += f" and {len(names) - _FEW} more"
        unknown = kind.endswith(_MAKES_UNKNOWN)
        stand = "stands" if len(names) == 1 else "stand"
        what = f"{kind} {listed} {stand} more than once, with different content"
        return Diagnostic(
            Level.ERROR if unknown else Level.WARNING,
            first.origin,
            f"{what}; the first also at {second.origin}",
            "a cluster holds one object of a name, and which one is not known"
            + ("" if unknown else "; each is shown" if makes_pods(first) else ""),
            "read one environment at a time, such as one rendered overlay",
            of_object=True,
        )


def _family(record: Record) -> str:
    """Return the API group, older groups of the same kinds folded in."""
    if record.group in ("extensions", "apps", "networking.k8s.io"):
        return ""
    return record.group


def _same(one: Record, other: Record) -> bool:
    if one.kind == "Namespace":
        return one.metadata.get("labels") == other.metadata.get("labels")
    says = all(one.body.get(key) == other.body.get(key) for key in _SAYING)
    return says and _kept(one) == _kept(other)


def _kept(record: Record) -> list[object]:
    return [record.metadata.get(key) or None for key in ("labels", "annotations")]


def _either(items: list[Policy]) -> OpaquePolicy:
    first = items[0]
    subjects = {item.subject for item in items}
    directions = frozenset(direction for item in items for direction in item.isolates)
    return OpaquePolicy(
        "NetworkPolicy",
        first.namespace,
        first.name,
        first.subject if len(subjects) == 1 else None,
        directions,
        None,
        f"{len(items)} policies have this name, and which is in force is not known",
        first.origin,
    )
