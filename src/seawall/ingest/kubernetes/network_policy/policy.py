"""Reads `networking.k8s.io/v1` NetworkPolicy, with the API server's validation.

A policy with a fault becomes an `OpaquePolicy`: it may be refused, or pruned to
something wider, and nobody can tell from the file which.
"""

from dataclasses import dataclass

from seawall.ingest.kubernetes.network_policy.faults import (
    TYPES,
    inert_rules,
    mended_type,
    name_fault,
    names_beside_blocks,
    not_a_rule,
    of_old_version,
    without_spec,
    without_subject,
)
from seawall.ingest.kubernetes.network_policy.peer import read_peer
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.fault import (
    Fault,
    Findings,
    may_state_more,
    shown,
)
from seawall.ingest.kubernetes.terms.label import (
    read_selector,
    refuse_unknown_fields,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.port import read_port
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin, Pointer
from seawall.model.policy import (
    Direction,
    OpaquePolicy,
    Policy,
    PolicyRule,
)
from seawall.model.selector import Selector

BOTH = frozenset(Direction)
INTO = frozenset({Direction.INGRESS})
_TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_METADATA = frozenset(
    {
        "name", "generateName", "namespace", "labels", "annotations", "uid",
        "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
        "selfLink", "clusterName", "initializers",
    }
)  # fmt: skip
"""Source: Kubernetes, apimachinery meta/v1 types.go, ObjectMeta, and older ones."""
_SPEC = frozenset({"podSelector", "policyTypes", "ingress", "egress"})
_RULE = {
    Direction.INGRESS: frozenset({"from", "ports"}),
    Direction.EGRESS: frozenset({"to", "ports"}),
}
_PEERS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One policy object, and what is to be told about it."""

    policy: Policy | OpaquePolicy
    diagnostics: tuple[Diagnostic, ...] = ()


def read_policy(record: Record, namespace: str) -> ReadPolicy:
    """Return what a NetworkPolicy says, or that this is not known.

    Args:
        record: The object.
        namespace: Its namespace, a default applied.

    Source:
        Kubernetes, networking/v1 types.go and defaults.go, and
        pkg/apis/networking/validation/validation.go.
    """
    reader = _Reader(record)
    return reader.read(namespace)


class _Reader:
    """Reads one object; collects faults and warnings on the way."""

    __slots__ = ("found", "origin", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.origin = record.origin
        self.found = Findings()

    def read(self, namespace: str) -> ReadPolicy:
        record = self.record
        body = record.body
        self.found.faults.extend(version_faults(record))
        name = name_fault(record)
        if name is not None:
            self.found.faults.append(name)
        for place in record.repeated:
            self.found.faults.append(repeated_key(place))
        refuse_unknown_fields(dict(body), _TOP, (), self.found.faults)
        refuse_unknown_metadata(record, self.found.faults)
        if record.group == "extensions":
            self.found.faults.append(of_old_version(record.api_version))
        spec = body.get("spec")
        if spec is None:
            self.found.warnings.append(without_spec())
            spec = {}
        if not isinstance(spec, dict):
            self.found.faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
            return self._opaque(namespace, None, BOTH)
        known = len(self.found.faults)
        refuse_unknown_fields(spec, _SPEC, ("spec",), self.found.faults)
        unknown_fields = len(self.found.faults) > known
        subject = read_selector(
            spec.get("podSelector"), ("spec", "podSelector"), self.found.faults
        )
        stated = self._types(spec.get("policyTypes"))
        rules = {
            direction: self._rules(spec.get(direction.value), direction)
            for direction in Direction
        }
        isolates = stated or _default_types(rules[Direction.EGRESS])
        if self.found.faults or subject is None:
            unknown_fields |= may_state_more(self.found.faults)
            hidden = unknown_fields and "podSelector" not in spec
            told = (spec.get("policyTypes"), spec.get("egress"))
            may_send = any(it is not None and it != [] for it in told)
            unsure = may_send or unknown_fields or record.repeated
            types = stated or (BOTH if unsure else INTO)
            return self._opaque(namespace, None if hidden else subject, types)
        if body.get("spec") is not None and spec.get("podSelector") is None:
            self.found.warnings.append(without_subject(spec))
        for direction in Direction:
            if rules[direction] and direction not in isolates:
                self.found.warnings.append(inert_rules(direction))
        self.found.warnings.extend(names_beside_blocks(rules[Direction.EGRESS]))
        policy = Policy(
            namespace,
            record.name,
            subject,
            isolates,
            rules[Direction.INGRESS],
            rules[Direction.EGRESS],
            self.origin,
        )
        return ReadPolicy(policy, self._told())

    def _told(self) -> tuple[Diagnostic, ...]:
        return tuple(
            fault.diagnostic(self.origin) for fault in self.found.faults
        ) + tuple(
            fault.diagnostic(self.origin, Level.WARNING)
            for fault in self.found.warnings
        )

    def _opaque(
        self,
        namespace: str,
        subject: Selector | None,
        directions: frozenset[Direction],
    ) -> ReadPolicy:
        first = self.found.faults[0]
        more = len(self.found.faults) - 1
        why = first.what + (f" (and {more} more)" if more else "")
        opaque = OpaquePolicy(
            "NetworkPolicy",
            namespace,
            self.record.name,
            subject,
            directions,
            None,
            why,
            self.origin.at(*first.pointer),
        )
        return ReadPolicy(opaque, self._told())

    def _types(self, value: object) -> frozenset[Direction] | None:
        if value is None or value == []:
            return None
        place = ("spec", "policyTypes")
        if not isinstance(value, list):
            self.found.faults.append(wrong_type(place, "policyTypes", value, "a list"))
            return None
        if len(value) > len(TYPES):
            self.found.faults.append(
                Fault(
                    place,
                    f"`policyTypes` has {len(value)} entries",
                    "the API server takes at most two",
                    "keep `Ingress`, `Egress` or both",
                )
            )
        out: set[Direction] = set()
        for index, item in enumerate(value):
            direction = TYPES.get(item) if isinstance(item, str) else None
            if direction is not None:
                out.add(direction)
                continue
            self.found.faults.append(
                Fault(
                    (*place, index),
                    f"policy type {shown(item)} does not exist",
                    "the API knows `Ingress` and `Egress`",
                    mended_type(item),
                )
            )
            out.update(Direction)
        return frozenset(out)

    def _rules(self, value: object, direction: Direction) -> tuple[PolicyRule, ...]:
        if not value and (value is None or isinstance(value, list)):
            return ()
        place = ("spec", direction.value)
        if not isinstance(value, list):
            self.found.faults.append(
                wrong_type(place, direction.value, value, "a list")
            )
            return ()
        return tuple(
            self._rule(item, (*place, index), direction)
            for index, item in enumerate(value)
        )

    def _rule(
        self, value: object, pointer: Pointer, direction: Direction
    ) -> PolicyRule:
        origin = Origin(
            self.origin.path,
            self.origin.document,
            self.origin.pointer + pointer,
            self.origin.finder,
        )
        if not isinstance(value, dict):
            self.found.faults.append(not_a_rule(value, pointer))
            return PolicyRule(None, None, origin)
        refuse_unknown_fields(value, _RULE[direction], pointer, self.found.faults)
        key = _PEERS[direction]
        peers = self._list(value.get(key), (*pointer, key))
        ports = self._list(value.get("ports"), (*pointer, "ports"))
        return PolicyRule(
            tuple(
                read_peer(item, (*pointer, key, index), self.found)
                for index, item in enumerate(peers)
            )
            if peers
            else None,
            tuple(
                read_port(item, (*pointer, "ports", index), self.found.faults)
                for index, item in enumerate(ports)
            )
            if ports
            else None,
            origin,
        )

    def _list(self, value: object, pointer: Pointer) -> list[object]:
        if value is None or isinstance(value, list):
            return value or []
        name = str(pointer[-1])
        self.found.faults.append(wrong_type(pointer, name, value, "a list"))
        return []


def _default_types(egress: tuple[PolicyRule, ...]) -> frozenset[Direction]:
    """Return the directions of a policy that states no types.

    Source:
        Kubernetes, networking/v1 defaults.go: Ingress always, Egress if it has at
        least one egress rule.
    """
    return BOTH if egress else INTO


def refuse_unknown_metadata(record: Record, faults: list[Fault]) -> None:
    """Add a fault for each field of the metadata that no object has."""
    refuse_unknown_fields(dict(record.metadata), _METADATA, ("metadata",), faults)


def repeated_key(place: Pointer) -> Fault:
    """Return the fault of a key that stands twice in one mapping."""
    return Fault(
        place,
        f"key `{place[-1]}` stands twice",
        "strict readers refuse it, others keep only the last",
        "join the two, or remove one",
    )
