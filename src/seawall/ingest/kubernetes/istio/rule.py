"""Reads one rule of an AuthorizationPolicy, and turns it into nouns for one proxy."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.ingest.kubernetes.istio.doubtful import TCP, with_role
from seawall.ingest.kubernetes.istio.matching import (
    Operation,
    Source,
    blocks,
    condition_on_source,
    ports,
    read_operation,
    read_source,
    strings,
)
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, near, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.ends import (
    EVERYONE,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Labels,
    Not,
    Perhaps,
)
from seawall.model.origin import Origin, Pointer
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import NumberedPorts
from seawall.model.ranked import Action, RankedRule
from seawall.model.workload import MeshRole

_FIELDS = frozenset({"from", "to", "when"})
_CONDITION = frozenset({"key", "values", "notValues"})
_OF_SOURCE = {
    "source.ip": "ipBlocks",
    "source.namespace": "namespaces",
    "source.principal": "principals",
    "source.serviceAccount": "serviceAccounts",
    "remote.ip": "remoteIpBlocks",
}
_OF_REQUEST = frozenset(
    {
        "request.auth.principal",
        "request.auth.audiences",
        "request.auth.presenter",
        "connection.sni",
    }
)
_NAMED = ("request.headers[", "request.auth.claims[", "experimental.envoy.filters.")
_KEYS = (*_OF_SOURCE, "destination.ip", "destination.port", *_OF_REQUEST, *_NAMED)
PROXY_PORTS = frozenset({15020, 15021, 15090})
"""Ports at which the proxy itself answers, past all policies.

Source: istio.io, ops, deployment, "Application Requirements", ports used by Istio;
istio/istio tools/istio-iptables: not redirected inbound.
"""


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule as read: one source, one operation and all of *both* must match."""

    sources: tuple[Source, ...]
    operations: tuple[Operation, ...]
    origin: Origin


def read_rule(
    value: object, pointer: Pointer, namespace: str, origin: Origin, found: Findings
) -> ReadRule:
    """Return what a rule matches; after a fault, anything.

    Source:
        istio.io, reference, Authorization Policy, Rule: at least one source, one
        operation and every condition.
    """
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "rule", value, "a mapping"))
        return ReadRule((), (), origin)
    refuse_unknown_fields(value, _FIELDS, pointer, found.faults)
    from_all, to_all = Source(), Operation()
    conditions = value.get("when")
    if conditions is not None and not isinstance(conditions, list):
        found.faults.append(
            wrong_type((*pointer, "when"), "when", conditions, "a list")
        )
        conditions = []
    for at, item in enumerate(conditions or ()):
        source, operation = _condition(item, (*pointer, "when", at), namespace, found)
        from_all += source
        to_all += operation
    sources = [
        read_source(item, place, namespace, found)
        for item, place in _entries(value, "from", pointer, found)
    ]
    operations = [
        read_operation(item, place, found)
        for item, place in _entries(value, "to", pointer, found)
    ]
    return ReadRule(
        tuple(item + from_all for item in sources or [Source()]),
        tuple(item + to_all for item in operations or [Operation()]),
        origin,
    )


def _entries(
    rule: dict[object, object], name: str, pointer: Pointer, found: Findings
) -> Iterator[tuple[object, Pointer]]:
    value = rule.get(name)
    if value is None:
        return
    if not isinstance(value, list) or not value:
        wanted = "a list with an entry"
        found.faults.append(wrong_type((*pointer, name), name, value, wanted))
        return
    for at, item in enumerate(value):
        yield item, (*pointer, name, at)


def _condition(
    value: object, pointer: Pointer, namespace: str, found: Findings
) -> tuple[Source, Operation]:
    """Return what an entry of `when` asks of the source and of the rest.

    Source:
        istio.io, reference, "Authorization Policy Conditions".
    """
    nothing = Source(), Operation()
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "when", value, "a mapping"))
        return nothing
    refuse_unknown_fields(value, _CONDITION, pointer, found.faults)
    key = value.get("key")
    if not isinstance(key, str) or not _is_key(key):
        found.faults.append(_unknown_key(key, (*pointer, "key")))
        return nothing
    given = [name for name in ("values", "notValues") if value.get(name)]
    if not given:
        found.faults.append(
            Fault(
                pointer,
                f"condition on `{key}` has no values",
                "Istio refuses a condition without `values` and `notValues`",
                "say which values it may have",
            )
        )
    source, operation = nothing
    for name in given:
        place = (*pointer, name)
        texts, is_not = strings(value[name], place, found), name == "notValues"
        if not texts:
            continue
        if key in {"destination.ip", "destination.port"} or key not in _OF_SOURCE:
            operation += _on_operation(key, texts, place, found, is_not=is_not)
        elif key == "remote.ip":
            source += Source(request=(f"`{key}`",))
        else:
            source += condition_on_source(
                _OF_SOURCE[key], texts, place, namespace, found, is_not=is_not
            )
    return source, operation


def _on_operation(
    key: str, texts: list[str], place: Pointer, found: Findings, *, is_not: bool
) -> Operation:
    if key == "destination.port":
        numbers = ports(texts, place, found)
        return Operation(not_ports=numbers) if is_not else Operation((numbers,))
    if key == "destination.ip":
        return Operation(own=((is_not, blocks(texts, place, found)),))
    return Operation(request=(f"`{key}`",))


def _is_key(key: str) -> bool:
    return (
        key in _OF_SOURCE
        or key in {"destination.ip", "destination.port"}
        or key in _OF_REQUEST
        or (key.startswith(_NAMED) and key.endswith("]"))
    )


def _unknown_key(key: object, pointer: Pointer) -> Fault:
    close = near(key, _KEYS)
    return Fault(
        pointer,
        f"condition on {shown(key)}, which Istio does not know",
        "Istio refuses a condition on an attribute that it does not know",
        f"write `{close}`" if close else "use an attribute of the list in its docs",
    )


@dataclass(frozen=True, slots=True)
class Proxy:
    """By which proxy a policy is enforced, and how far it knows who sends.

    Attributes:
        role: The part of the pods that it governs.
        sure: The parts in the mesh of those whose identity it surely gets.
        unsure: Those of whom it may.
        doubt: Why even *sure* may not hold, as a clause; None if nothing says so.
        detour: Why it may see another than the sender; None if it does not.
    """

    role: MeshRole
    sure: frozenset[MeshRole]
    unsure: frozenset[MeshRole]
    doubt: str | None = None
    detour: str | None = None

    @property
    def sees_requests(self) -> bool:
        """Whether it reads HTTP. Source: istio.io, ambient, "Use Layer 4 security"."""
        return self.role is not MeshRole.NODE

    def identified(self, labels: Labels) -> Ends:
        """Return the senders that have an identity which fulfils a condition."""
        sure: Ends = Endpoints(AllOf((with_role(*self.sure), labels)))
        if self.doubt is not None:
            sure = Perhaps(sure, self.doubt)
        if not self.unsure:
            return sure
        unsure = Endpoints(AllOf((with_role(*self.unsure), labels)))
        why = "it is not certain that these two proxies use mutual TLS with each other"
        return AnyOf((sure, Perhaps(unsure, why)))


def lowered(rule: ReadRule, action: Action, proxy: Proxy) -> Iterator[RankedRule]:
    """Yield what a rule means to one proxy.

    Source:
        HTTP fields on connections that are no HTTP: istio.io, reference, Authorization
        Policy: a rule to allow never matches, in one to deny they are left out; which
        ports carry HTTP is not in a packet. In ambient mode the proxy of the node
        treats every connection so: istio/istio
        pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go.
    """
    blind, allows = not proxy.sees_requests, action is Action.ALLOW
    if blind and allows and any(_requests(rule)):
        return
    sources = [_ends(item, proxy) for item in rule.sources]
    far = sources[0] if len(sources) == 1 else AnyOf(tuple(sources))
    for operation in rule.operations:
        condition = proxy.detour
        if operation.request and not blind:
            condition = f"the rule looks at {_words(operation.request)} of the request"
        yield ranked(action, far, operation, rule.origin, proxy, condition)


def ranked(
    action: Action,
    far: Ends,
    operation: Operation,
    origin: Origin,
    proxy: Proxy,
    condition: str | None,
) -> RankedRule:
    """Return a rule on some ports of TCP, without those of the proxy itself."""
    services: tuple[NumberedPorts, ...] | None = None
    if operation.ports:
        numbers = frozenset.intersection(*operation.ports)
        services = tuple(map(port, sorted(numbers)))
    excepted = operation.not_ports
    if proxy.sees_requests:
        excepted |= PROXY_PORTS
    own: Ends | None = None
    if operation.own:
        own = AllOf(tuple(Not(it) if is_not else it for is_not, it in operation.own))
    return RankedRule(
        action,
        far,
        origin,
        own,
        (TCP,) if services is None else services,
        tuple(map(port, sorted(excepted))),
        condition=condition,
    )


def port(number: int) -> NumberedPorts:
    """Return one port of TCP."""
    return NumberedPorts(Protocol.TCP, PortRange(number, number))


def _requests(rule: ReadRule) -> Iterator[str]:
    for source in rule.sources:
        yield from source.request
    for operation in rule.operations:
        yield from operation.request


def _ends(source: Source, proxy: Proxy) -> Ends:
    parts: list[Ends] = []
    for is_not, labels in source.identities:
        known = proxy.identified(labels)
        parts.append(Not(known) if is_not else known)
    for is_not, block in source.blocks:
        parts.append(Not(block) if is_not else block)
    ends: Ends = EVERYONE if not parts else AllOf(tuple(parts))
    if source.request and proxy.sees_requests:
        words = _words(source.request)
        return Perhaps(ends, f"the rule looks at {words} of the request")
    return ends


def _words(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
