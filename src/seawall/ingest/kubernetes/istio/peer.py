"""Reads PeerAuthentications: which pods take connections without mutual TLS."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.istio.doubtful import (
    INGRESS,
    MESH_TIER,
    PEER_ORDER,
    ROOTS,
    doubtful,
    first_fault,
    in_namespace,
    with_role,
)
from seawall.ingest.kubernetes.istio.matching import Operation, port_number
from seawall.ingest.kubernetes.istio.rule import Proxy, ranked
from seawall.ingest.kubernetes.istio.target import read_workload_selector
from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.network_policy.policy import repeated_key
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.condition import condition
from seawall.ingest.kubernetes.terms.fault import (
    Fault,
    Findings,
    near,
    number_of,
    shown,
)
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.dataplane import Language
from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Endpoints,
    Facet,
    Labels,
    Not,
    Perhaps,
)
from seawall.model.origin import Origin
from seawall.model.packet import LAST_PORT
from seawall.model.ranked import Action, RankedPolicy, RankedRule
from seawall.model.selector import Selector
from seawall.model.workload import MeshRole

KIND = "Istio PeerAuthentication"
_FIELDS = frozenset({"selector", "mtls", "portLevelMtls"})
_MODES = ("UNSET", "DISABLE", "PERMISSIVE", "STRICT")
_SEVERAL = "which of several PeerAuthentications counts depends on their age"
_ROOT = "whether a selector in the root namespace reaches others is not certain"
_PORTS = "the mode of a port counts only if a Service names the port"


@dataclass(frozen=True, slots=True)
class PeerAuthentication:
    """One object as read; *mode* and those of *ports* are None if not set."""

    namespace: str
    name: str
    selector: Selector
    mode: str | None
    ports: tuple[tuple[int, str | None], ...]
    origin: Origin

    @property
    def is_wide(self) -> bool:
        """Whether it is for all pods of its scope."""
        return not self.selector.requirements

    @property
    def is_mesh(self) -> bool:
        """Whether it is for the whole mesh."""
        return self.is_wide and self.namespace in ROOTS

    @property
    def subject(self) -> Labels:
        """The pods that it is for."""
        chosen = condition(self.selector, Facet.LABELS)
        found: Labels = AllOf((*in_namespace(self.namespace), chosen))
        wide = self.namespace in ROOTS and not self.is_wide
        return Perhaps(found, _ROOT) if wide else found

    @property
    def disables(self) -> bool:
        """Whether it turns mutual TLS off somewhere."""
        return "DISABLE" in {self.mode, *(mode for _, mode in self.ports)}


def read_peer_authentication(
    item: Placed, found: Findings
) -> PeerAuthentication | RankedPolicy:
    """Return one object; a doubtful policy after a fault.

    Source:
        istio.io, reference, PeerAuthentication; istio/istio
        pkg/config/validation/validation.go, ValidatePeerAuthentication.
    """
    record, namespace = item.record, item.namespace or ""
    spec = record.body.get("spec")
    found.faults.extend(version_faults(record))
    found.faults.extend(repeated_key(each) for each in record.repeated)
    if spec is not None and not isinstance(spec, dict):
        found.faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
    spec = spec if isinstance(spec, dict) else {}
    refuse_unknown_fields(spec, _FIELDS, ("spec",), found.faults)
    before = number_of(found.faults)
    selector = read_workload_selector(spec.get("selector"), found)
    certain = number_of(found.faults) == before and not record.repeated
    mode = _mode(spec.get("mtls"), ("spec", "mtls"), found)
    ports = tuple(_ports(spec.get("portLevelMtls"), found))
    if ports and not selector.requirements:
        found.faults.append(
            Fault(
                ("spec", "portLevelMtls"),
                "`portLevelMtls` without a selector",
                "Istio takes modes of single ports for chosen pods only",
                "write a `selector` with labels",
            )
        )
    if found.faults:
        why = f"it cannot be read: {first_fault(found)}"
        wanted = condition(selector, Facet.LABELS) if certain else ANYTHING
        return doubtful(KIND, namespace, record.name, why, record.origin, wanted)
    return PeerAuthentication(
        namespace, record.name, selector, mode, ports, record.origin
    )


def _mode(value: object, pointer: tuple[str, ...], found: Findings) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, pointer[-1], value, "a mapping"))
        return None
    refuse_unknown_fields(value, frozenset({"mode"}), pointer, found.faults)
    mode = value.get("mode")
    if mode is None or mode == "UNSET":
        return None
    if mode not in _MODES:
        close = near(mode, _MODES)
        found.faults.append(
            Fault(
                (*pointer, "mode"),
                f"mode {shown(mode)} does not exist",
                "Istio knows `STRICT`, `PERMISSIVE`, `DISABLE` and `UNSET`",
                f"write `{close}`" if close else "choose one of them",
            )
        )
        return None
    return str(mode)


def _ports(value: object, found: Findings) -> Iterator[tuple[int, str | None]]:
    pointer = ("spec", "portLevelMtls")
    if value is None:
        return
    if not isinstance(value, dict) or not value:
        wanted = "a mapping of ports to modes"
        found.faults.append(wrong_type(pointer, "portLevelMtls", value, wanted))
        return
    for key, item in value.items():
        text = str(key)
        number = port_number(text)
        if number is None:
            found.faults.append(
                Fault(
                    (*pointer, text),
                    f"port {shown(key)} does not exist",
                    f"Istio takes ports from 1 to {LAST_PORT}",
                    "give the number of the port on the pod",
                )
            )
            continue
        yield number, _mode(item, (*pointer, text), found)


def refusals(
    objects: Sequence[PeerAuthentication], proxies: Iterable[Proxy]
) -> Iterator[RankedPolicy]:
    """Yield what keeps senders without an identity out, as policies.

    Source:
        istio.io, reference, PeerAuthentication: the narrowest object with a mode set
        counts, and PERMISSIVE where none is; of several alike, the oldest. The servers
        of gateways follow their Gateway instead.
    """
    for proxy in proxies:
        if proxy.role is MeshRole.GATEWAY:
            continue
        for item in objects:
            if item.mode == "STRICT":
                yield _refusal(item, _counts(item, objects), proxy)
            if item.ports:
                yield _at_ports(item, objects, proxy)


def _counts(item: PeerAuthentication, objects: Sequence[PeerAuthentication]) -> Labels:
    """Return the pods for which the mode of an object, which is set, counts."""
    parts: list[Labels] = [item.subject]
    for other in objects:
        if _level(other) > _level(item) and (other.mode is not None or other.ports):
            # Where it has ports, its own policy says what holds at all of them.
            parts.append(Not(_overrides(other, objects)))
        elif _is_rival(item, other):
            parts.append(Not(Perhaps(other.subject, _SEVERAL)))
    if item.ports:
        parts.append(Not(item.subject))
    return AllOf(tuple(parts))


def _overrides(
    item: PeerAuthentication, objects: Sequence[PeerAuthentication]
) -> Labels:
    """Return the pods for which an object goes before wider ones."""
    idle = tuple(
        other.subject
        for other in objects
        if _is_rival(item, other) and other.mode is None and not other.ports
    )
    if not idle:
        return item.subject
    alone = AllOf((item.subject, Not(AnyOf(idle))))
    return AnyOf((alone, Perhaps(item.subject, _SEVERAL)))


def _is_rival(item: PeerAuthentication, other: PeerAuthentication) -> bool:
    """Whether two objects say different things about as wide a scope."""
    same = (other.mode, other.ports) == (item.mode, item.ports)
    return _level(other) == _level(item) and not same


def _level(item: PeerAuthentication) -> int:
    if not item.is_wide:
        return 2
    return 0 if item.is_mesh else 1


def _at_ports(
    item: PeerAuthentication, objects: Sequence[PeerAuthentication], proxy: Proxy
) -> RankedPolicy:
    """Return what an object with modes of single ports keeps out."""
    others: list[Labels] = [
        Not(Perhaps(other.subject, _SEVERAL))
        for other in objects
        if _is_rival(item, other)
    ]
    strict: Labels = ANYTHING
    if item.mode is None:
        wider = [other for other in objects if other.is_wide]
        strict = AnyOf(
            tuple(_counts(other, wider) for other in wider if other.mode == "STRICT")
        )
    elif item.mode != "STRICT":
        strict = AnyOf(())
    far = Not(proxy.identified(ANYTHING))
    numbers = frozenset(number for number, _ in item.ports)
    rest = ranked(
        Action.DENY, far, Operation(not_ports=numbers), item.origin, proxy, None
    )
    kept = RankedRule(
        rest.action,
        far,
        rest.origin,
        Endpoints(strict),
        rest.services,
        rest.except_services,
    )
    single = ranked(Action.DENY, far, Operation((numbers,)), item.origin, proxy, _PORTS)
    subject = AllOf((with_role(proxy.role), item.subject, *others))
    return _policy(item, subject, (single, kept))


def _refusal(item: PeerAuthentication, where: Labels, proxy: Proxy) -> RankedPolicy:
    far = Not(proxy.identified(ANYTHING))
    rule = ranked(Action.DENY, far, Operation(), item.origin, proxy, None)
    return _policy(item, AllOf((with_role(proxy.role), where)), (rule,))


def _policy(
    item: PeerAuthentication, subject: Labels, rules: tuple[RankedRule, ...]
) -> RankedPolicy:
    return RankedPolicy(
        KIND,
        Language.ISTIO,
        item.namespace,
        item.name,
        subject,
        MESH_TIER,
        PEER_ORDER,
        None,
        INGRESS,
        frozenset(),
        rules,
        (),
        item.origin,
    )
