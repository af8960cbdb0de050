"""Reads one cluster-wide policy, with the API server's validation.

A policy with a fault may be refused, or pruned to something else, and nobody can tell
from the file which: it may allow and deny what the pods of its subject exchange. Where
the subject cannot be read either, it becomes an `OpaquePolicy` for all pods.
"""

from dataclasses import dataclass

from seawall.ingest.kubernetes.cluster_policy.dialect import DIALECTS, Dialect
from seawall.ingest.kubernetes.cluster_policy.peers import (
    BEYOND,
    read_namespaces,
    read_peer,
    read_pods,
)
from seawall.ingest.kubernetes.cluster_policy.services import read_port, read_protocol
from seawall.ingest.kubernetes.network_policy.policy import (
    refuse_unknown_metadata,
    repeated_key,
)
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.fault import (
    Fault,
    Findings,
    may_state_more,
    near,
    no_such,
    shown,
)
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.dataplane import Language, PolicyEngine
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import EVERYONE, NO_ONE, AnyOf, Ends, Labels
from seawall.model.origin import Origin, Pointer
from seawall.model.policy import Direction, NamedPort, OpaquePolicy
from seawall.model.ranked import (
    ADMIN_TIER,
    BASELINE_TIER,
    Action,
    RankedPolicy,
    RankedRule,
    ServiceMatch,
    Tier,
)

_TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_SUBJECT = frozenset({"namespaces", "pods"})
_PEERS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_TIERS = {"Admin": ADMIN_TIER, "Baseline": BASELINE_TIER}
_ENGINES = frozenset({PolicyEngine.CALICO})
MOST_PRIORITY = 1000
DOUBT_ORDER = -1.0
"""Where a policy with a fault stands: whatever its priority was meant to be."""
BASELINE_NAME = "default"


@dataclass(frozen=True, slots=True)
class ReadClusterPolicy:
    """One policy object, and what is to be told about it."""

    policy: RankedPolicy | OpaquePolicy
    diagnostics: tuple[Diagnostic, ...] = ()


def read_cluster_policy(record: Record) -> ReadClusterPolicy:
    """Return what a cluster-wide policy says, or that this is not known.

    Source:
        kubernetes-sigs/network-policy-api, apis/v1alpha1 and apis/v1alpha2, types and
        CRD schemas.
    """
    return _Reader(record).read()


class _Reader:
    """Reads one object; collects faults and warnings on the way."""

    __slots__ = ("dialect", "found", "origin", "record")

    def __init__(self, record: Record) -> None:
        self.record, self.origin = record, record.origin
        self.dialect: Dialect = DIALECTS[record.kind]
        self.found = Findings()

    def read(self) -> ReadClusterPolicy:
        record, faults = self.record, self.found.faults
        faults.extend(version_faults(record))
        faults.extend(repeated_key(place) for place in record.repeated)
        self._name()
        refuse_unknown_fields(dict(record.body), _TOP, (), faults)
        refuse_unknown_metadata(record, faults)
        spec = record.body.get("spec")
        if not isinstance(spec, dict):
            faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
            return self._opaque(frozenset(Direction))
        known = len(faults)
        refuse_unknown_fields(spec, self.dialect.fields, ("spec",), faults)
        hides_rules = len(faults) > known or bool(record.repeated)
        known = len(faults)
        subject = self._subject(spec.get("subject"))
        governed = None if len(faults) > known or record.repeated else subject
        tier, order = self._tier(spec), self._priority(spec)
        rules = {way: self._rules(spec.get(way.value), way) for way in Direction}
        governs = frozenset(way for way in Direction if spec.get(way.value))
        hides_rules |= may_state_more(faults)
        touched = frozenset(Direction) if hides_rules or not governs else governs
        if faults and governed is not None:
            return self._doubtful(governed, tier, touched)
        if faults or subject is None:
            return self._opaque(touched)
        if not governs:
            self.found.warnings.append(_without_rules())
        policy = RankedPolicy(
            record.kind,
            self.dialect.language,
            None,
            record.name,
            subject,
            tier,
            order,
            None,
            governs,
            frozenset(),
            rules[Direction.INGRESS],
            rules[Direction.EGRESS],
            self.origin,
        )
        return ReadClusterPolicy(policy, self._told())

    def _told(self) -> tuple[Diagnostic, ...]:
        found = self.found
        return (
            *(fault.diagnostic(self.origin) for fault in found.faults),
            *(fault.diagnostic(self.origin, Level.WARNING) for fault in found.warnings),
        )

    def _doubtful(
        self, subject: Labels, tier: Tier, directions: frozenset[Direction]
    ) -> ReadClusterPolicy:
        """Return a policy that may allow and may deny whatever its pods exchange."""
        origin = self.origin.at(*self.found.faults[0].pointer)
        why = f"it cannot be read: {self._why()}"
        rules = tuple(
            RankedRule(action, EVERYONE, origin, condition=why)
            for action in (Action.ALLOW, Action.DENY)
        )
        policy = RankedPolicy(
            self.record.kind,
            self.dialect.language,
            None,
            self.record.name,
            subject,
            tier,
            DOUBT_ORDER,
            None,
            directions,
            frozenset(),
            rules,
            rules,
            origin,
        )
        return ReadClusterPolicy(policy, self._told())

    def _why(self) -> str:
        first, *more = self.found.faults
        return first.what + (f" (and {len(more)} more)" if more else "")

    def _opaque(self, directions: frozenset[Direction]) -> ReadClusterPolicy:
        first, why = self.found.faults[0], self._why()
        opaque = OpaquePolicy(
            self.record.kind,
            None,
            self.record.name,
            None,
            directions,
            _ENGINES,
            why,
            self.origin.at(*first.pointer),
        )
        return ReadClusterPolicy(opaque, self._told())

    def _name(self) -> None:
        name, place = self.record.name, ("metadata", "name")
        if name == "?":
            self.found.faults.append(
                Fault(
                    ("metadata",),
                    "policy has no name",
                    "the API server refuses an object without `metadata.name`",
                    "give it a name",
                )
            )
        elif not self.dialect.has_priority and name != BASELINE_NAME:
            self.found.faults.append(
                Fault(
                    place,
                    f"{self.record.kind} is named {shown(name)}",
                    "there is one in a cluster, and the API server refuses any name "
                    f"but `{BASELINE_NAME}`",
                    f"name it `{BASELINE_NAME}`",
                )
            )

    def _subject(self, value: object) -> Labels | None:
        place: Pointer = ("spec", "subject")
        faults = self.found.faults
        if not isinstance(value, dict):
            faults.append(wrong_type(place, "subject", value, "a mapping"))
            return None
        refuse_unknown_fields(value, _SUBJECT, place, faults)
        given = [name for name in ("namespaces", "pods") if value.get(name) is not None]
        if len(given) != 1:
            what = "both `namespaces` and `pods`" if given else "neither of them"
            faults.append(
                Fault(
                    place,
                    f"`subject` has {what}",
                    "the API server takes exactly one of `namespaces` and `pods`",
                    "write `namespaces: {}` if every pod is meant",
                )
            )
            return None
        place = (*place, given[0])
        if given[0] == "namespaces":
            return read_namespaces(value["namespaces"], place, faults)
        return read_pods(value["pods"], place, self.dialect.language, faults)

    def _tier(self, spec: dict[object, object]) -> Tier:
        if self.dialect.language is Language.ADMIN:
            return ADMIN_TIER if self.dialect.has_priority else BASELINE_TIER
        written = spec.get("tier")
        tier = _TIERS.get(written) if isinstance(written, str) else None
        if tier is None:
            close = near(written, _TIERS)
            self.found.faults.append(
                Fault(
                    ("spec", "tier"),
                    no_such("tier", written),
                    "the API knows `Admin` and `Baseline`, and requires one",
                    f"write `{close}`" if close else "write `Admin` or `Baseline`",
                )
            )
        return tier or ADMIN_TIER

    def _priority(self, spec: dict[object, object]) -> float:
        value = spec.get("priority")
        if not self.dialect.has_priority:
            return 0.0
        number = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, int) and number and 0 <= value <= MOST_PRIORITY:
            return float(value)
        self.found.faults.append(
            Fault(
                ("spec", "priority"),
                "`priority` is "
                + ("missing" if "priority" not in spec else shown(value)),
                f"the API takes a number from 0 to {MOST_PRIORITY} and requires it; "
                "the lowest goes first",
                f"give a number from 0 to {MOST_PRIORITY}",
            )
        )
        return 0.0

    def _rules(self, value: object, way: Direction) -> tuple[RankedRule, ...]:
        if value is None or value == []:
            return ()
        place = ("spec", way.value)
        if not isinstance(value, list):
            self.found.faults.append(wrong_type(place, way.value, value, "a list"))
            return ()
        self._count(value, self.dialect.rules, place)
        return tuple(
            self._rule(item, (*place, at), way) for at, item in enumerate(value)
        )

    def _rule(self, value: object, pointer: Pointer, way: Direction) -> RankedRule:
        origin = Origin(
            self.origin.path,
            self.origin.document,
            self.origin.pointer + pointer,
            self.origin.finder,
        )
        if not isinstance(value, dict):
            self.found.faults.append(wrong_type(pointer, "rule", value, "a mapping"))
            return RankedRule(Action.DENY, NO_ONE, origin)
        key, services = _PEERS[way], self.dialect.services
        known = frozenset({"name", "action", key, services})
        refuse_unknown_fields(value, known, pointer, self.found.faults)
        action = self._action(value.get("action"), (*pointer, "action"))
        far, names = self._far(value.get(key), (*pointer, key), way)
        matches = self._services(value.get(services), (*pointer, services))
        named = matches is not None and any(isinstance(m, NamedPort) for m in matches)
        beyond = sorted(BEYOND & names)
        if named and beyond:
            self.found.faults.append(
                Fault(
                    (*pointer, services),
                    f"a port name beside `{beyond[0]}`",
                    "a name is looked up on a pod, which those are not; the API server "
                    "refuses it",
                    "give the number of the port",
                )
            )
        return RankedRule(action, far, origin, services=matches)

    def _action(self, value: object, pointer: Pointer) -> Action:
        actions = self.dialect.actions
        action = actions.get(value) if isinstance(value, str) else None
        if action is None:
            close = near(value, actions)
            names = ", ".join(f"`{name}`" for name in actions)
            self.found.faults.append(
                Fault(
                    pointer,
                    no_such("action", value),
                    f"{self.record.kind} knows {names}, and requires one",
                    f"write `{close}`" if close else f"choose one of {names}",
                )
            )
        return action or Action.DENY

    def _far(
        self, value: object, pointer: Pointer, way: Direction
    ) -> tuple[Ends, set[str]]:
        found = self.found
        if not isinstance(value, list) or not value:
            wanted = "a list with a peer"
            found.faults.append(wrong_type(pointer, str(pointer[-1]), value, wanted))
            return NO_ONE, set()
        self._count(value, self.dialect.peers, pointer)
        language = self.dialect.language
        read = [
            read_peer(item, (*pointer, at), way, language, found)
            for at, item in enumerate(value)
        ]
        ends = tuple(each for each, _ in read)
        return ends[0] if len(ends) == 1 else AnyOf(ends), {name for _, name in read}

    def _services(
        self, value: object, pointer: Pointer
    ) -> tuple[ServiceMatch, ...] | None:
        """Return what is matched; None for all traffic.

        Source:
            kubernetes-sigs/network-policy-api: where the list is left out, all traffic
            is matched; an empty `protocols` is refused.
        """
        is_ports = self.dialect.services == "ports"
        if value is None or (value == [] and is_ports):
            return None
        if not isinstance(value, list) or not value:
            name = self.dialect.services
            wanted = "a list with an entry"
            self.found.faults.append(wrong_type(pointer, name, value, wanted))
            return ()
        self._count(value, self.dialect.peers, pointer)
        read = read_port if is_ports else read_protocol
        return tuple(
            match
            for at, item in enumerate(value)
            for match in read(item, (*pointer, at), self.found.faults)
        )

    def _count(self, value: list[object], most: int, pointer: Pointer) -> None:
        if len(value) > most:
            self.found.faults.append(
                Fault(
                    pointer,
                    f"`{pointer[-1]}` has {len(value)} entries",
                    f"the API server takes at most {most}",
                    "spread them over several policies or rules",
                )
            )


def _without_rules() -> Fault:
    return Fault(
        ("spec",),
        "policy has no rules",
        "without rules in a direction it has no bearing there, and isolates nobody",
        "write `ingress` or `egress` rules, or remove the policy",
    )
