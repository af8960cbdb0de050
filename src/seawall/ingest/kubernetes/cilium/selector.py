"""Reads endpoint selectors: labels that say where they come from.

A key may carry its source: `k8s:app`, `any:app`, `reserved:host`; without one it is of
any. Cilium judges by identities, which are sets of such labels. Those of pods hold
their labels, their namespace with its labels, and their account; those of all else hold
reserved labels. So one selector may mean pods, nodes and the world outside at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.ingest.kubernetes.terms.condition import every
from seawall.ingest.kubernetes.terms.fault import Fault, shown
from seawall.ingest.kubernetes.terms.label import read_sourced_selector, wrong_type
from seawall.model.dataplane import Tri
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    NO_ONE,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.identity_label import (
    KEPT_START,
    OVERLOOKED_STARTS,
    OVERLOOKED_WITHIN,
)
from seawall.model.origin import Pointer
from seawall.model.selector import Operator, Requirement, Selector

NAMESPACE_KEY = "io.kubernetes.pod.namespace"
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_ACCOUNT_KEY = "io.cilium.k8s.policy.serviceaccount"
_CLUSTER_KEY = "io.cilium.k8s.policy.cluster"
_FROM_KUBERNETES = frozenset({"any", "k8s"})
_OF_ADDRESSES = frozenset({"cidr", "cidrgroup", "fqdn"})
_NEVER: Labels = AnyOf(())
_SHARED = "in a cluster with both families, `reserved:world` is on neither's identity"
_BY_ABSENCE = (
    "whether a selector that asks for no label of a pod also means {} depends on the "
    "version of Cilium (issue 46949)"
)
_NAMED = "Cilium's name for the cluster is not known"
_LEARNT = "identities of addresses come and go as policies name them"
API_SERVER: Ends = Perhaps(World(), "the address of the API server is not known")
"""Outside on AKS; its address has a reserved label of its own beside that of the world.

Source: AKS docs, azure-cni-powered-by-cilium; docs.cilium.io, security/policy/language.
"""
RESERVED: dict[str, Ends] = {
    "host": Nodes(NodeScope.OWN),
    "remote-node": Nodes(NodeScope.OTHER),
    "world": World(),
    "world-ipv4": World(4),
    "world-ipv6": World(6),
    "kube-apiserver": API_SERVER,
    "health": NO_ONE,
    "init": NO_ONE,
    "ingress": NO_ONE,
    "none": NO_ONE,
    "unmanaged": NO_ONE,
}
"""What carries each reserved label. Health endpoints, those without labels yet, Envoy's
own address and pods that Cilium does not manage are neither pods nor nodes here.

Source: docs.cilium.io, security/policy/language, "Entities based".
"""


@dataclass(frozen=True, slots=True)
class Term:
    """One requirement on the labels of an identity.

    Attributes:
        source: Where the label comes from, such as `k8s`; `any` for no matter.
        requirement: What is asked of it; its key has no source.
    """

    source: str
    requirement: Requirement

    @property
    def key(self) -> str:
        """The key without its source."""
        return self.requirement.key

    @property
    def is_positive(self) -> bool:
        """Whether it holds only where the label is there."""
        return self.requirement.operator in {Operator.IN, Operator.EXISTS}


@dataclass(frozen=True, slots=True)
class EndpointSelector:
    """A selector of identities: all terms must hold."""

    terms: tuple[Term, ...]

    @property
    def is_reserved(self) -> bool:
        """Whether any key is of the source `reserved`."""
        return any(term.source == "reserved" for term in self.terms)

    @property
    def names_namespace(self) -> bool:
        """Whether any key is that of the namespace."""
        return any(
            term.source in _FROM_KUBERNETES and term.key == NAMESPACE_KEY
            for term in self.terms
        )

    @property
    def names_namespace_labels(self) -> bool:
        """Whether any key is a label of the namespace."""
        return any(
            term.source in _FROM_KUBERNETES and term.key.startswith(_NAMESPACE_LABELS)
            for term in self.terms
        )


def read_endpoint_selector(
    value: object, pointer: Pointer, faults: list[Fault]
) -> EndpointSelector | None:
    """Return an endpoint selector; None, with faults, if it is not one.

    Source:
        cilium pkg/policy/api selector.go and pkg/labels: the source stands before the
        first colon; the rest must be a label selector of Kubernetes.
    """
    if not isinstance(value, dict):
        name = next(key for key in reversed(pointer) if isinstance(key, str))
        faults.append(wrong_type(pointer, name, value, "a mapping"))
        return None
    before = len(faults)
    labels = value.get("matchLabels")
    for key, item in labels.items() if isinstance(labels, dict) else ():
        if item is None:
            faults.append(
                Fault(
                    (*pointer, "matchLabels", str(key)),
                    f"label {shown(key)} has no value",
                    "the schema takes a string here and refuses null",
                    'write `""` for the empty value',
                )
            )
    selector = read_sourced_selector(value, pointer, faults)
    if selector is None or len(faults) > before:
        return None
    return EndpointSelector(tuple(_term(item) for item in selector.requirements))


def pods_of(selector: EndpointSelector) -> Labels:
    """Return which pods a selector means, of all namespaces.

    Source:
        docs.cilium.io, security/policy/kubernetes and operations/performance,
        "Limiting Identity-Relevant Labels".
    """
    return every(*(_of_pod(term) for term in selector.terms))


def pod_selector(selector: EndpointSelector) -> Selector:
    """Return what it asks of the labels of pods alone: it means no other pods."""
    return Selector(
        tuple(
            term.requirement
            for term in selector.terms
            if term.source in _FROM_KUBERNETES
            and _is_own_label(term.key)
            and not is_left_out(term.key)
        )
    )


def in_namespace(namespace: str) -> LabelTest:
    """Return the condition that a pod is in a namespace."""
    return LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, frozenset((namespace,)))


def peers_of(selector: EndpointSelector, namespace: str | None) -> Ends:
    """Return whom a selector of a rule means.

    Args:
        selector: The selector.
        namespace: The policy's namespace; None for a cluster-wide one.

    Source:
        cilium pkg/k8s/apis/cilium.io/utils utils.go, getEndpointSelector: without a key
        that names a namespace or its labels, a selector is confined to the policy's
        own, and in a cluster-wide policy to what has one; with a reserved key it is
        left alone.
    """
    pods = pods_of(selector)
    if selector.is_reserved or selector.names_namespace:
        return _joined(Endpoints(pods), _beyond(selector))
    if namespace is None:
        return Endpoints(pods)
    if selector.names_namespace_labels:
        return _joined(Endpoints(pods), _beyond(selector))
    return Endpoints(every(in_namespace(namespace), pods))


def _joined(pods: Ends, beyond: Ends) -> Ends:
    return pods if beyond == NO_ONE else AnyOf((pods, beyond))


def _term(requirement: Requirement) -> Term:
    source, colon, key = requirement.key.partition(":")
    if not colon:
        source, key = "any", requirement.key
    return Term(
        source or "any",
        Requirement(key, requirement.operator, requirement.values),
    )


def _is_own_label(key: str) -> bool:
    special = (NAMESPACE_KEY, _NAMESPACE_LABELS, _ACCOUNT_KEY, _CLUSTER_KEY)
    return not key.startswith(special)


def _of_pod(term: Term) -> Labels:
    """Return what a term asks of a pod."""
    if term.source not in _FROM_KUBERNETES:
        return _NEVER if term.is_positive else ANYTHING
    key, values = term.key, term.requirement.values
    facet = Facet.LABELS
    if key == NAMESPACE_KEY:
        facet, key = Facet.NAMESPACE_NAME, ""
    elif key.startswith(_NAMESPACE_LABELS):
        facet, key = Facet.NAMESPACE_LABELS, key.removeprefix(_NAMESPACE_LABELS)
    elif key == _ACCOUNT_KEY:
        facet, key = Facet.ACCOUNT_NAME, ""
    elif key == _CLUSTER_KEY:
        return _of_cluster(term)
    elif is_left_out(key):
        return _NEVER if term.is_positive else ANYTHING
    if facet is Facet.NAMESPACE_LABELS and OVERLOOKED_WITHIN in key:
        return _NEVER if term.is_positive else ANYTHING
    test: Labels = LabelTest(facet, key, Comparison.EXISTS)
    if term.requirement.operator in {Operator.IN, Operator.NOT_IN}:
        test = LabelTest(facet, key, Comparison.IN, values)
    return test if term.is_positive else Not(test)


def is_left_out(key: str) -> bool:
    """Whether Cilium leaves a label of pods out of their identities."""
    if key.startswith(KEPT_START):
        return False
    return key.startswith(OVERLOOKED_STARTS) or OVERLOOKED_WITHIN in key


def _of_cluster(term: Term) -> Labels:
    if term.requirement.operator is Operator.EXISTS:
        return ANYTHING
    if term.requirement.operator is Operator.DOES_NOT_EXIST:
        return _NEVER
    return Perhaps(ANYTHING, _NAMED)


def _beyond(selector: EndpointSelector) -> Ends:
    """Return what a selector means beside pods."""
    found = tuple(_reserved(selector))
    return found[0] if len(found) == 1 else AnyOf(found)


def _reserved(selector: EndpointSelector) -> Iterator[Ends]:
    if any(term.source == "reserved" and term.key == "all" for term in selector.terms):
        yield EVERYONE
        return
    asked = any(
        term.source == "reserved" and term.is_positive for term in selector.terms
    )
    for name, ends in RESERVED.items():
        truth = _holds(selector, name)
        if truth is Tri.NO or ends == NO_ONE:
            continue
        if name == "world" and asked:
            yield Perhaps(ends, _SHARED)
        elif not asked:
            yield Perhaps(ends, _BY_ABSENCE.format(f"`{name}`"))
        else:
            yield ends if truth is Tri.YES else Perhaps(ends, _LEARNT)


def _holds(selector: EndpointSelector, name: str) -> Tri:
    """Return whether a selector means the identity of one reserved label."""
    truth = Tri.YES
    for term in selector.terms:
        if term.source in _OF_ADDRESSES and name.startswith("world"):
            truth = Tri.UNDEFINED if truth is Tri.YES else truth
            continue
        there = term.source in {"any", "reserved"} and term.key == name
        values = term.requirement.values
        holds = {
            Operator.EXISTS: there,
            Operator.IN: there and "" in values,
            Operator.DOES_NOT_EXIST: not there,
            Operator.NOT_IN: not (there and "" in values),
        }[term.requirement.operator]
        if not holds:
            return Tri.NO
    return truth
