"""Reads one policy object of Cilium, with the validation of its schema and of Cilium.

An object with a fault becomes opaque policies: the API server may refuse it, or prune
it to something else, and Cilium may keep an older form of it in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.cilium.peers import Around
from seawall.ingest.kubernetes.cilium.rule import Section, read_section
from seawall.ingest.kubernetes.cilium.selector import (
    NAMESPACE_KEY,
    EndpointSelector,
    in_namespace,
    pod_selector,
    pods_of,
    read_endpoint_selector,
)
from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.network_policy.policy import (
    refuse_unknown_metadata,
    repeated_key,
)
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.condition import every
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, may_state_more, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.dataplane import Feature, PolicyEngine
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import Labels
from seawall.model.origin import Origin, Pointer
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.selector import Operator, Selector

_TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "specs", "status"})
_SECTIONS = {
    (direction, denies): direction.value + ("Deny" if denies else "")
    for direction in Direction
    for denies in (False, True)
}
_FIELDS = frozenset(
    {
        "endpointSelector",
        "nodeSelector",
        "enableDefaultDeny",
        "labels",
        "description",
        "log",
        *_SECTIONS.values(),
    }
)
_ENGINES = frozenset({PolicyEngine.CILIUM})
_WIDE_REQUESTS = "AKS does not support requests in cluster-wide policies"
_REQUIRES = (
    "`fromRequires` and `toRequires` narrow the rules of every other policy of the "
    "same pods"
)


@dataclass(frozen=True, slots=True)
class Specification:
    """One `spec`, or one entry of `specs`.

    Attributes:
        pointer: Its place in the object.
        subject: Which pods it governs; None after a fault.
        selector: What it asks of their labels at most; None if that is not readable.
        governs_nodes: Whether it governs nodes, and so no pods.
        sections: What its lists of rules say, by direction and whether they deny.
        default_deny: What it asks of default deny, where it does.
    """

    pointer: Pointer
    subject: Labels | None
    selector: Selector | None
    governs_nodes: bool
    sections: dict[tuple[Direction, bool], Section]
    default_deny: dict[Direction, bool]

    @property
    def directions(self) -> frozenset[Direction]:
        """The directions in which it has rules."""
        return frozenset(way for (way, _), it in self.sections.items() if it.count)


@dataclass(slots=True)
class Written:
    """One policy object as written.

    Attributes:
        record: The object.
        namespace: Its namespace; None for a cluster-wide one.
        specifications: What it says.
        is_repeated: Whether another of its name says something else.
        found: What is wrong with it.
        hides_rules: Whether a field that is none may be meant for rules.
    """

    record: Record
    namespace: str | None
    specifications: list[Specification] = field(default_factory=list)
    is_repeated: bool = False
    found: Findings = field(default_factory=Findings)
    hides_rules: bool = False

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.record.origin

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.found.faults

    @property
    def label(self) -> str:
        """`namespace/name`, or the name of a cluster-wide one."""
        name = self.record.name
        return name if self.namespace is None else f"{self.namespace}/{name}"

    @property
    def sections(self) -> Iterator[Section]:
        """All its lists of rules."""
        for each in self.specifications:
            yield from each.sections.values()

    @property
    def needs(self) -> frozenset[Feature]:
        """What a dataplane must have to enforce it."""
        return frozenset(need for section in self.sections for need in section.needs)

    @property
    def means_cluster(self) -> bool:
        """Whether a rule means the entity `cluster`."""
        return any(section.means_cluster for section in self.sections)

    @property
    def doubt(self) -> str | None:
        """Why Cilium may refuse all of it, although nothing is wrong; or None."""
        if self.is_repeated:
            return "it stands more than once, with different content"
        if self.namespace is None and Feature.REQUESTS in self.needs:
            return _WIDE_REQUESTS
        doubts = (section.doubt for section in self.sections)
        return next((doubt for doubt in doubts if doubt is not None), None)

    def told(self) -> Iterator[Diagnostic]:
        """Yield what its author must be told."""
        for fault in self.found.faults:
            yield fault.diagnostic(self.origin)
        for fault in self.found.warnings:
            yield fault.diagnostic(self.origin, Level.WARNING)

    def opaque(self) -> Iterator[OpaquePolicy]:
        """Yield what is certain about it in spite of its faults."""
        first, *more = self.found.faults
        why = first.what + (f" (and {len(more)} more)" if more else "")
        wide = self.hides_rules or may_state_more(self.found.faults)
        for each in self.specifications or [_anything()]:
            if not each.governs_nodes:
                yield OpaquePolicy(
                    self.record.kind,
                    self.namespace,
                    self.record.name,
                    each.selector,
                    (not wide and each.directions) or frozenset(Direction),
                    _ENGINES,
                    why,
                    self.origin.at(*first.pointer),
                )


def read_policy(item: Placed, around: Around) -> Written:
    """Return what a policy object says, and what is wrong with it.

    Source:
        cilium pkg/k8s/apis/cilium.io/v2 cnp_types.go and ccnp_types.go: `spec`,
        `specs` or both.
    """
    record = item.record
    written = Written(record, around.namespace)
    faults = written.found.faults
    faults.extend(version_faults(record))
    faults.extend(repeated_key(place) for place in record.repeated)
    if record.name == "?":
        faults.append(_nameless())
    refuse_unknown_fields(dict(record.body), _TOP, (), faults)
    refuse_unknown_metadata(record, faults)
    places: list[tuple[Pointer, object]] = []
    if record.body.get("spec") is not None:
        places.append((("spec",), record.body["spec"]))
    several = record.body.get("specs")
    if isinstance(several, list):
        places.extend((("specs", at), each) for at, each in enumerate(several))
    elif several is not None:
        faults.append(wrong_type(("specs",), "specs", several, "a list"))
    if not places and several in (None, []):
        faults.append(_empty())
    reader = _Reader(written, around)
    written.specifications.extend(reader.read(place, value) for place, value in places)
    return written


class _Reader:
    """Reads the specifications of one object."""

    __slots__ = ("around", "found", "written")

    def __init__(self, written: Written, around: Around) -> None:
        self.written, self.around = written, around
        self.found = written.found

    def read(self, pointer: Pointer, value: object) -> Specification:
        faults = self.found.faults
        if not isinstance(value, dict):
            faults.append(wrong_type(pointer, str(pointer[0]), value, "a mapping"))
            return _anything(pointer)
        refuse_unknown_fields(value, _FIELDS, pointer, faults)
        self.written.hides_rules |= not value.keys() <= _FIELDS
        endpoints, nodes = value.get("endpointSelector"), value.get("nodeSelector")
        if (endpoints is None) == (nodes is None):
            faults.append(_not_one(pointer, given=nodes is not None))
        selector = None
        place = (*pointer, "endpointSelector")
        if endpoints is not None:
            selector = read_endpoint_selector(endpoints, place, faults)
        elif nodes is not None:
            self._nodes(nodes, (*pointer, "nodeSelector"))
        sections = {
            key: read_section(
                value.get(name),
                (*pointer, name),
                key[0],
                self.written.origin,
                self.around,
                self.found,
            )
            for key, name in _SECTIONS.items()
        }
        if all(value.get(name) is None for name in _SECTIONS.values()):
            faults.append(_without_rules(pointer))
        for section in sections.values():
            if section.requires is not None:
                faults.append(_requires(section.requires))
        return Specification(
            pointer,
            None if selector is None else self._subject(selector, place),
            None if selector is None else pod_selector(selector),
            nodes is not None and endpoints is None,
            sections,
            self._default_deny(value.get("enableDefaultDeny"), pointer),
        )

    def _subject(self, selector: EndpointSelector, pointer: Pointer) -> Labels:
        """Return which pods a selector governs.

        Source:
            cilium pkg/k8s/apis/cilium.io/utils utils.go, ParseToCiliumRule: in a
            namespaced policy, always those of its own namespace, in place of another
            that `matchLabels` names with source `k8s`.
        """
        namespace = self.around.namespace
        if namespace is None:
            return pods_of(selector)
        kept = []
        for term in selector.terms:
            values = term.requirement.values
            foreign = (
                term.key == NAMESPACE_KEY
                and term.requirement.operator is Operator.IN
                and namespace not in values
            )
            if foreign:
                self.found.warnings.append(_foreign(values, namespace, pointer))
            if not (foreign and term.source == "k8s"):
                kept.append(term)
        own = EndpointSelector(tuple(kept))
        return every(in_namespace(namespace), pods_of(own))

    def _nodes(self, value: object, pointer: Pointer) -> None:
        """Read a selector of nodes.

        Source:
            cilium pkg/k8s/apis/cilium.io/v2 cnp_types.go: in cluster-wide policies
            alone; AKS docs, azure-cni-powered-by-cilium: the host firewall is not
            offered.
        """
        read_endpoint_selector(value, pointer, self.found.faults)
        if self.around.namespace is not None:
            self.found.faults.append(
                Fault(
                    pointer,
                    "`nodeSelector` in a namespaced policy",
                    "Cilium refuses it, and the schema asks for `endpointSelector`",
                    "make it a CiliumClusterwideNetworkPolicy, or select pods",
                )
            )
            return
        self.found.warnings.append(
            Fault(
                pointer,
                "policy governs nodes",
                "AKS does not offer the host firewall that enforces it; it has no "
                "bearing on pods",
                "use network security groups for nodes",
            )
        )

    def _default_deny(self, value: object, pointer: Pointer) -> dict[Direction, bool]:
        place = (*pointer, "enableDefaultDeny")
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.found.faults.append(
                wrong_type(place, "enableDefaultDeny", value, "a mapping")
            )
            return {}
        known = frozenset(direction.value for direction in Direction)
        refuse_unknown_fields(value, known, place, self.found.faults)
        out = {}
        for direction in Direction:
            asked = value.get(direction.value)
            if isinstance(asked, bool):
                out[direction] = asked
            elif asked is not None:
                name = direction.value
                self.found.faults.append(
                    wrong_type((*place, name), name, asked, "true or false")
                )
        return out


def _anything(pointer: Pointer = ("spec",)) -> Specification:
    """Return a specification of which nothing is known."""
    return Specification(
        pointer, None, None, governs_nodes=False, sections={}, default_deny={}
    )


def _nameless() -> Fault:
    return Fault(
        ("metadata",),
        "policy has no name",
        "the API server refuses an object without `metadata.name`",
        "give it a name",
    )


def _empty() -> Fault:
    return Fault(
        (),
        "policy has neither `spec` nor `specs`",
        "Cilium reports it as empty and enforces nothing",
        "write `spec`",
    )


def _not_one(pointer: Pointer, *, given: bool) -> Fault:
    return Fault(
        pointer,
        "both `endpointSelector` and `nodeSelector` are given"
        if given
        else "neither `endpointSelector` nor `nodeSelector` is given",
        "the schema takes exactly one of the two",
        "make a policy of each"
        if given
        else "write `endpointSelector: {}` for all pods",
    )


def _without_rules(pointer: Pointer) -> Fault:
    names = ", ".join(f"`{name}`" for name in _SECTIONS.values())
    return Fault(
        pointer,
        "policy has no list of rules",
        f"the schema asks for one of {names}",
        "write `ingress: [{}]` to deny everything that comes",
    )


def _requires(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        f"`{pointer[-1]}` is not modelled",
        f"{_REQUIRES}; Cilium 1.19 removes them",
        "put the labels into `fromEndpoints` or `toEndpoints`",
    )


def _foreign(values: frozenset[str], namespace: str, pointer: Pointer) -> Fault:
    names = ", ".join(sorted(values))
    return Fault(
        pointer,
        f"`endpointSelector` names the namespace {shown(names)}",
        f"a CiliumNetworkPolicy governs pods of its own namespace, `{namespace}`",
        "move the policy there, or make it a CiliumClusterwideNetworkPolicy",
    )
