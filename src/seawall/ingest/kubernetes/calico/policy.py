"""Reads a NetworkPolicy or GlobalNetworkPolicy of Calico, with its validation.

A policy with a fault becomes an `OpaquePolicy`: it may be refused, or be in force with
another meaning, and nobody can tell from the file which.
"""

from dataclasses import dataclass

from seawall.ingest.kubernetes.calico.context import Context
from seawall.ingest.kubernetes.calico.narrow import at_most
from seawall.ingest.kubernetes.calico.rule import read_rule
from seawall.ingest.kubernetes.calico.selector import Scope
from seawall.ingest.kubernetes.calico.text import (
    Found,
    read_condition,
    read_flag,
    read_text,
    refuse_name,
)
from seawall.ingest.kubernetes.calico.tier import DEFAULT, TOP, Tiers, read_order
from seawall.ingest.kubernetes.network_policy.policy import (
    refuse_unknown_metadata,
    repeated_key,
)
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.condition import every
from seawall.ingest.kubernetes.terms.fault import Fault, may_state_more, near, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.dataplane import Language, PolicyEngine
from seawall.model.diagnostic import Diagnostic
from seawall.model.ends import Labels
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.ranked import RankedPolicy, RankedRule

_FIELDS = frozenset(
    {
        "tier",
        "order",
        "selector",
        "serviceAccountSelector",
        "types",
        "ingress",
        "egress",
        "performanceHints",
    }
)
_WIDE_FLAGS = ("applyOnForward", "preDNAT", "doNotTrack")
_WIDE_FIELDS = _FIELDS | {"namespaceSelector", *_WIDE_FLAGS}
_TYPES = {way.value.capitalize(): way for way in Direction}
_HINT = "AssumeNeededOnEveryNode"
_ENGINES = frozenset({PolicyEngine.CALICO})
_BOTH = frozenset(Direction)


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One policy object, and what is to be told about it.

    Attributes:
        policy: What it means for pods; None if it means nothing for them.
        diagnostics: What its author must be told.
        forwarded: Whether it also judges what host endpoints forward.
        name: Its name without the name of its tier before it.
        tier: The name of its tier.
    """

    policy: RankedPolicy | OpaquePolicy | None
    diagnostics: tuple[Diagnostic, ...]
    forwarded: bool
    name: str
    tier: str


def read_calico_policy(record: Record, context: Context, tiers: Tiers) -> ReadPolicy:
    """Return what a policy says, or that this is not known.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3 networkpolicy.go and
        globalnetworkpolicy.go; libcalico-go/lib/validator/v3.
    """
    return _Reader(record, context, tiers).read()


class _Reader:
    """Reads one object; collects faults and warnings on the way."""

    __slots__ = ("context", "fields", "found", "record", "tiers", "wide")

    def __init__(self, record: Record, context: Context, tiers: Tiers) -> None:
        self.record, self.context, self.tiers = record, context, tiers
        self.wide = record.kind == "GlobalNetworkPolicy"
        self.found = Found()
        spec = record.body.get("spec")
        self.fields: dict[object, object] = spec if isinstance(spec, dict) else {}

    def read(self) -> ReadPolicy:
        record, fields, faults = self.record, self.fields, self.found.faults
        faults.extend(version_faults(record))
        faults.extend(repeated_key(place) for place in record.repeated)
        refuse_unknown_fields(dict(record.body), TOP, (), faults)
        refuse_unknown_metadata(record, faults)
        spec = record.body.get("spec")
        if spec is not None and not isinstance(spec, dict):
            faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
        known = _WIDE_FIELDS if self.wide else _FIELDS
        before = len(faults)
        refuse_unknown_fields(fields, known, ("spec",), faults)
        unknown_fields = len(faults) > before
        tier = read_text(fields.get("tier"), ("spec", "tier"), self.found) or DEFAULT
        refuse_name(record.name, tier, self.found)
        subject = self._subject()
        order = read_order(fields.get("order"), ("spec", "order"), self.found)
        rules = {way: self._rules(way) for way in Direction}
        governs = self._governs()
        for_hosts = self._is_for_hosts(governs) and not record.repeated
        self._check_hints()
        forwarded = self.wide and fields.get("applyOnForward") is True
        name = record.name.removeprefix(f"{tier}.")
        policy: RankedPolicy | OpaquePolicy | None = None
        where = self.tiers.find(tier)
        doubt = self.tiers.doubt(tier)
        if not for_hosts and doubt is not None:
            self._doubt_tier(tier, doubt)
        if for_hosts:
            pass
        elif self.found.unread or doubt is not None or where is None:
            hidden = unknown_fields or may_state_more(faults)
            stated = governs if fields.get("types") or not hidden else _BOTH
            policy = self._opaque(subject, stated or _BOTH)
        else:
            policy = RankedPolicy(
                f"Calico {record.kind}",
                Language.CALICO,
                self.context.namespace,
                record.name,
                subject,
                where.tier,
                order,
                None,
                governs,
                governs if where.denies else frozenset(),
                rules[Direction.INGRESS],
                rules[Direction.EGRESS],
                record.origin,
            )
        told = self.found.told(record.origin)
        return ReadPolicy(policy, told, forwarded, name, tier)

    def _opaque(
        self, subject: Labels, directions: frozenset[Direction]
    ) -> OpaquePolicy:
        first, *more = self.found.unread or self.found.warnings
        why = first.what + (f" (and {len(more)} more)" if more else "")
        return OpaquePolicy(
            f"Calico {self.record.kind}",
            self.context.namespace,
            self.record.name,
            None if self.record.repeated else at_most(subject),
            _BOTH if self.record.repeated else directions,
            _ENGINES,
            why,
            self.record.origin.at(*first.pointer),
        )

    def _doubt_tier(self, tier: str, doubt: str) -> None:
        self.found.faults.append(
            Fault(
                ("spec", "tier"),
                doubt,
                f"where the policy stands among others depends on tier `{tier}`",
                "read the Tier too, or mend its name",
            )
        )

    def _check_hints(self) -> None:
        value, place = self.fields.get("performanceHints"), ("spec", "performanceHints")
        if value not in (None, [], [_HINT]):
            fault = wrong_type(place, "performanceHints", value, f"a list of `{_HINT}`")
            self.found.faults.append(fault)

    def _subject(self) -> Labels:
        """Return which pods it governs.

        Source:
            projectcalico/calico libcalico-go/lib/backend/syncersv1/updateprocessors,
            networkpolicyprocessor.go and globalnetworkpolicyprocessor.go: an empty
            selector is `all()`, and the conditions are ANDed.
        """
        own = self.context.own_namespace()
        asked: list[Labels] = [] if own is None else [own]
        for name, scope in (
            ("selector", Scope.ENDPOINTS),
            ("namespaceSelector", Scope.NAMESPACES),
            ("serviceAccountSelector", Scope.ACCOUNTS),
        ):
            if name == "namespaceSelector" and not self.wide:
                continue
            place = ("spec", name)
            read = read_condition(self.fields.get(name), place, scope, self.found)
            if read is not None:
                asked.append(read)
        return every(*asked)

    def _rules(self, way: Direction) -> tuple[RankedRule, ...]:
        value = self.fields.get(way.value)
        place = ("spec", way.value)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.found.faults.append(wrong_type(place, way.value, value, "a list"))
            return ()
        read = (
            read_rule(
                item,
                (*place, at),
                way,
                self.context,
                self.found,
                self.record.origin.at(*place, at),
            )
            for at, item in enumerate(value)
        )
        return tuple(rule for rule in read if rule is not None)

    def _governs(self) -> frozenset[Direction]:
        """Return the directions in which it takes part; none after a fault.

        Source:
            projectcalico/calico api/pkg/apis/projectcalico/v3, `types`: the server
            fills it in by the rules that there are; felix/calc: a stored policy
            without types governs both directions.
        """
        value, place = self.fields.get("types"), ("spec", "types")
        present = {
            way for way in Direction if self.fields.get(way.value) not in (None, [])
        }
        if value is None or value == []:
            if self.context.raw:
                return _BOTH
            return frozenset(present or {Direction.INGRESS})
        if not isinstance(value, list):
            self.found.faults.append(wrong_type(place, "types", value, "a list"))
            return frozenset()
        out: list[Direction] = []
        for at, item in enumerate(value):
            way = _TYPES.get(item) if isinstance(item, str) else None
            if way is None or way in out:
                self.found.faults.append(_type_fault(item, (*place, at)))
            else:
                out.append(way)
        if len(out) < len(value):
            return frozenset()
        for way in sorted(present - {*out}, key=lambda item: item.value):
            self.found.warnings.append(_without_effect(way))
        return frozenset(out)

    def _is_for_hosts(self, governs: frozenset[Direction]) -> bool:
        """Whether it touches host endpoints alone, and no pod.

        Source:
            projectcalico/calico libcalico-go/lib/validator/v3,
            validateGlobalNetworkPolicySpec; felix/calc: only host endpoints have
            policies before translation and without tracking.
        """
        if not self.wide:
            return False
        faults = self.found.faults
        forward, pre, untracked = (
            read_flag(self.fields.get(name), ("spec", name), self.found)
            for name in _WIDE_FLAGS
        )
        if pre and untracked:
            faults.append(_flags(("preDNAT", "doNotTrack"), "both are true"))
        if (pre or untracked) and not forward:
            name = "preDNAT" if pre else "doNotTrack"
            faults.append(_flags((name, "applyOnForward"), "only the first is true"))
        outward = Direction.EGRESS in governs and not self.context.raw
        if pre and (outward or self.fields.get("egress")):
            faults.append(_flags(("preDNAT", "egress"), "both are given"))
        return pre or untracked


def _type_fault(value: object, pointer: tuple[str | int, ...]) -> Fault:
    known = isinstance(value, str) and value in _TYPES
    close = "" if known else near(value, _TYPES)
    return Fault(
        pointer,
        f"type {shown(value)} is repeated"
        if known
        else f"type {shown(value)} does not exist",
        "Calico knows `Ingress` and `Egress`, each once",
        f"write `{close}`" if close else "write each direction once at most",
    )


def _without_effect(way: Direction) -> Fault:
    return Fault(
        ("spec", way.value),
        f"`{way.value}` rules have no effect",
        f"`types` does not name `{way.value.capitalize()}`",
        f"add `{way.value.capitalize()}` to `types`, or remove the rules",
    )


def _flags(names: tuple[str, str], what: str) -> Fault:
    return Fault(
        ("spec", names[0]),
        f"`{names[0]}` and `{names[1]}`: {what}",
        "`preDNAT` and `doNotTrack` exclude each other and need `applyOnForward`; "
        "`preDNAT` has no egress; the API server refuses anything else",
        "decide for one of them",
    )
