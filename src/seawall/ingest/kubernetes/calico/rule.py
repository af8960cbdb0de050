"""Reads one rule of a Calico policy."""

from collections.abc import Mapping

from seawall.ingest.kubernetes.calico.context import Context
from seawall.ingest.kubernetes.calico.entity import (
    Entity,
    mixed_families,
    read_entity,
)
from seawall.ingest.kubernetes.calico.http import check_http
from seawall.ingest.kubernetes.calico.service import (
    ICMP,
    read_icmp,
    read_ports,
    read_protocol,
)
from seawall.ingest.kubernetes.calico.text import Found
from seawall.ingest.kubernetes.terms.fault import Fault, near, no_such, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.ends import EVERYONE
from seawall.model.origin import Origin, Pointer
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.ranked import (
    Action,
    IcmpMessages,
    RankedRule,
    ServiceMatch,
    WholeProtocol,
)

_FIELDS = frozenset(
    {
        "action",
        "ipVersion",
        "protocol",
        "icmp",
        "notProtocol",
        "notICMP",
        "source",
        "destination",
        "http",
        "metadata",
    }
)
_LOG = "Log"
_ACTIONS = {
    "Allow": Action.ALLOW,
    "Deny": Action.DENY,
    "Pass": Action.PASS,
    _LOG: None,
}
_BOTH = frozenset({4, 6})
_ICMP_NAMES = ("ICMP", "ICMPv6")


def read_rule(
    value: object,
    pointer: Pointer,
    direction: Direction,
    context: Context,
    found: Found,
    origin: Origin,
) -> RankedRule | None:
    """Return what a rule says; None if it decides nothing, or after a fault.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3, Rule: `Log` writes a line
        and the next rule is asked; libcalico-go/lib/validator/v3, validateRule.
    """
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "rule", value, "a mapping"))
        return None
    before = len(found.unread)
    refuse_unknown_fields(value, _FIELDS, pointer, found.faults)
    if not isinstance(value.get("metadata"), dict | None):
        place, held = (*pointer, "metadata"), value["metadata"]
        found.faults.append(wrong_type(place, "metadata", held, "a mapping"))
    action = _action(value.get("action"), (*pointer, "action"), found)
    protocol = read_protocol(value.get("protocol"), (*pointer, "protocol"), found)
    source, destination = (
        read_entity(value.get(name), (*pointer, name), context, found)
        for name in ("source", "destination")
    )
    _refuse_services(source, destination, direction, pointer, found)
    services = _services(value, protocol, destination, pointer, found)
    excepted = _except_services(value, protocol, destination, pointer, found)
    versions = _versions(value, source, destination, pointer, found)
    doubt = _condition(value, action, direction, protocol, pointer, found)
    _check_source_ports(source, protocol, pointer, found)
    if action is None or len(found.unread) > before:
        return None
    inward = direction is Direction.INGRESS
    far, own = (source, destination) if inward else (destination, source)
    return RankedRule(
        action,
        far.ends,
        origin,
        own=None if own.ends == EVERYONE else own.ends,
        services=services,
        except_services=excepted,
        versions=versions,
        condition=doubt,
    )


def _action(value: object, pointer: Pointer, found: Found) -> Action | None:
    if isinstance(value, str) and value in _ACTIONS:
        return _ACTIONS[value]
    close = near(value, _ACTIONS)
    names = ", ".join(f"`{name}`" for name in _ACTIONS)
    found.faults.append(
        Fault(
            pointer,
            no_such("action", value),
            f"Calico knows {names}, written like this, and requires one",
            f"write `{close}`" if close else f"choose one of {names}",
        )
    )
    return None


def _services(
    fields: Mapping[object, object],
    protocol: int | None,
    destination: Entity,
    pointer: Pointer,
    found: Found,
) -> tuple[ServiceMatch, ...] | None:
    """Return what of the packet must match beside its ends; None is everything."""
    written = destination.fields or {}
    place = (*pointer, "destination", "ports")
    ports = read_ports(written.get("ports"), protocol, place, found)
    icmp = fields.get("icmp")
    if icmp is not None and fields.get("protocol") not in _ICMP_NAMES:
        found.faults.append(_without_icmp((*pointer, "icmp")))
    elif icmp is not None and protocol is not None:
        message = read_icmp(icmp, protocol, (*pointer, "icmp"), found)
        return None if message is None else (message,)
    backing = destination.backing
    if backing is not None and backing.ports is not None:
        return tuple(it for it in backing.ports if protocol in (None, it.protocol))
    if ports:
        return ports
    return None if protocol is None else (WholeProtocol(protocol),)


def _except_services(
    fields: Mapping[object, object],
    protocol: int | None,
    destination: Entity,
    pointer: Pointer,
    found: Found,
) -> tuple[ServiceMatch, ...]:
    """Return what of the packet must not match beside its ends."""
    written = destination.fields or {}
    place = (*pointer, "destination", "notPorts")
    out = list(read_ports(written.get("notPorts"), protocol, place, found))
    excepted = read_protocol(
        fields.get("notProtocol"), (*pointer, "notProtocol"), found
    )
    if excepted is not None:
        out.append(WholeProtocol(excepted))
    if fields.get("notICMP") is not None:
        place = (*pointer, "notICMP")
        number = protocol if protocol in ICMP else int(Protocol.ICMP)
        message = read_icmp(fields["notICMP"], number or 0, place, found)
        if isinstance(message, IcmpMessages) and protocol in ICMP:
            out.append(message)
    return tuple(out)


def _versions(
    fields: Mapping[object, object],
    source: Entity,
    destination: Entity,
    pointer: Pointer,
    found: Found,
) -> frozenset[int]:
    """Return the address families for which the rule is there at all.

    Source:
        projectcalico/calico felix/rules, FilterRuleToIPVersion; libcalico-go
        lib/validator/v3, validateRule.
    """
    written, place = fields.get("ipVersion"), (*pointer, "ipVersion")
    given = {item.version for item in (source, destination)} - {None}
    if len(given) > 1:
        found.faults.append(mixed_families(pointer))
    versions = frozenset(item for item in given if item is not None) or _BOTH
    if written is None:
        return versions
    if not isinstance(written, int) or written not in _BOTH:
        found.faults.append(wrong_type(place, "ipVersion", written, "4 or 6"))
        return versions
    chosen = frozenset({int(written)})
    named = [fields.get("protocol"), fields.get("notProtocol")]
    wanted = {4 if name == "ICMP" else 6 for name in named if name in _ICMP_NAMES}
    if not chosen & versions or not wanted <= chosen:
        found.faults.append(
            Fault(
                place,
                f"`ipVersion` is {shown(written)}, and the rule is about the other "
                "family",
                "its nets or its ICMP protocol are of that one, and the API server "
                "refuses the rule",
                "remove `ipVersion`, or correct it",
            )
        )
    return chosen & versions


def _condition(
    fields: Mapping[object, object],
    action: Action | None,
    direction: Direction,
    protocol: int | None,
    pointer: Pointer,
    found: Found,
) -> str | None:
    """Return what else must hold and no header shows, as a clause."""
    reasons = []
    source = fields.get("source")
    if isinstance(source, dict) and (source.get("ports") or source.get("notPorts")):
        reasons.append("it asks for the source port")
    if fields.get("notICMP") is not None and protocol not in ICMP:
        reasons.append("what `notICMP` means without an ICMP protocol is not settled")
    if fields.get("http") is not None:
        reasons.append("it asks for HTTP methods or paths, which need a proxy")
        check_http(fields["http"], (*pointer, "http"), found)
        if action is not Action.ALLOW or direction is Direction.EGRESS:
            found.faults.append(
                Fault(
                    (*pointer, "http"),
                    "`http` in a rule that is not an ingress `Allow`",
                    "the API server takes it there only",
                    "remove it, or move it to such a rule",
                )
            )
        if fields.get("protocol") not in (None, "TCP"):
            found.faults.append(
                Fault(
                    (*pointer, "protocol"),
                    f"`http` with protocol {shown(fields['protocol'])}",
                    "the API server takes it with `TCP` or without a protocol only",
                    "write `protocol: TCP`",
                )
            )
    return "; ".join(reasons) or None


def _check_source_ports(
    source: Entity, protocol: int | None, pointer: Pointer, found: Found
) -> None:
    written = source.fields or {}
    for name in ("ports", "notPorts"):
        place = (*pointer, "source", name)
        read_ports(written.get(name), protocol, place, found)


def _refuse_services(
    source: Entity,
    destination: Entity,
    direction: Direction,
    pointer: Pointer,
    found: Found,
) -> None:
    inward = direction is Direction.INGRESS
    name = "destination" if inward else "source"
    own = destination if inward else source
    if (own.fields or {}).get("services") is not None:
        found.faults.append(
            Fault(
                (*pointer, name, "services"),
                f"`services` in the {name} of an {direction.value} rule",
                "the API server takes it for the other end of the connection only",
                "name the Service in the "
                f"{'source' if inward else 'destination'}, or select pods",
            )
        )
    written = destination.fields or {}
    if written.get("services") is None:
        return
    for field in ("ports", "notPorts"):
        if written.get(field):
            found.faults.append(
                Fault(
                    (*pointer, "destination", field),
                    f"`{field}` beside `services`",
                    "the endpoints of the Service say which ports are meant, and the "
                    "API server refuses more",
                    "remove one of the two",
                )
            )


def _without_icmp(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        "`icmp` without an ICMP protocol",
        "the API server refuses it in a rule whose `protocol` is not `ICMP` or "
        "`ICMPv6`",
        "write `protocol: ICMP` beside `action`",
    )
