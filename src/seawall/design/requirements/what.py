"""What pods reach and how they are kept apart: egress, services, pods, segments."""

import re
from dataclasses import replace

from seawall.design.requirements import names
from seawall.design.requirements.form import METHODS, NODES, PODS_PER_NODE
from seawall.design.requirements.needs import (
    Call,
    Egress,
    EgressName,
    PaasService,
    PodControl,
    Requirements,
    Scale,
    Segment,
    ServiceAccess,
    ServiceKind,
)
from seawall.design.requirements.part import Part
from seawall.design.requirements.who import known_segment, needed

_MANY = "AKS takes clusters of up to 5,000 nodes"
_PODS = "AKS takes 10 to 250 pods on a node"


def egress(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with what pods may reach in the internet."""
    if part is None:
        return out
    given = part.keys("egress", "`egress`")
    if "fixed-address" in given:
        out = replace(out, fixed_address=bool(given["fixed-address"].flag()))
    listed = given.get("names")
    if listed is not None:
        read = (_egress_name(item, out) for item in listed.items("`names`"))
        out = replace(out, names=tuple(it for it in read if it is not None))
    to = given.get("to")
    if to is None:
        return replace(out, egress=Egress.NAMES) if listed is not None else out
    word = to.word(Egress, "kind of egress")
    if word is Egress.NONE and listed is not None:
        listed.tell(
            f"names are listed, and nothing may be reached by `egress.to` at "
            f"{to.origin}",
            "both cannot hold",
            "write `to: names` under `egress`, or take the names out",
        )
    if word is Egress.OPEN and listed is not None:
        listed.warn(
            f"names are listed, and everything may be reached by `egress.to` at "
            f"{to.origin}",
            "the list narrows nothing",
            "write `to: names` under `egress` if nothing else may be reached",
        )
    return replace(out, egress=word)


def _egress_name(part: Part, out: Requirements) -> EgressName | None:
    if isinstance(part.value, str):
        name = names.dns_name(part, "the name", pattern=True)
        return EgressName(name) if name else None
    given = part.keys("egress-name", "a name of `egress`")
    needed(part, given, ("name",), "a name of `egress`")
    if "name" not in given:
        return None
    name = names.dns_name(given["name"], "the name", pattern=True)
    ports = _ports(given.get("ports")) or (443,)
    return EgressName(name, ports, _segments(given.get("segments"), out))


def _ports(part: Part | None, *, may_be_none: bool = False) -> tuple[int, ...]:
    if part is None:
        return ()
    found = [item.port() for item in part.items("`ports`")]
    if part.value == [] and not may_be_none:
        part.tell(
            "the list of ports is empty",
            "nothing could be reached",
            "name a port, or leave the key out",
        )
    return tuple(dict.fromkeys(port for port in found if port is not None))


def _segments(part: Part | None, out: Requirements) -> tuple[str, ...]:
    if part is None:
        return ()
    found = (known_segment(item, out) for item in part.items("`segments`"))
    return tuple(dict.fromkeys(name for name in found if name))


def services(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with services of the platform."""
    if part is None:
        return out
    read: list[PaasService] = []
    seen: dict[tuple[ServiceKind, str], Part] = {}
    for item in part.items("`services`"):
        given = item.keys("service", "a service")
        needed(item, given, ("kind", "name"), "a service")
        kind = (
            given["kind"].word(ServiceKind, "kind of service")
            if "kind" in given
            else None
        )
        access: ServiceAccess | None = ServiceAccess.ANY
        if "access" in given:
            access = given["access"].word(ServiceAccess, "access to a service")
        users = _segments(given.get("segments"), out)
        if kind is None or access is None or "name" not in given:
            continue
        if (kind, access) == (ServiceKind.REGISTRY, ServiceAccess.SERVICE_ENDPOINT):
            given["access"].tell(
                "registries have no service endpoint that a design may rest on",
                "it never left preview, and Microsoft recommends private endpoints "
                "(Azure docs, container-registry-vnet)",
                "write `access: private`, or `public`",
            )
        name = names.service_name(given["name"], kind)
        key = (kind, name.lower())
        if name and key in seen:
            item.tell(
                f"{kind.value} `{name}` stands at {seen[key].origin} already",
                "its name is unique in Azure",
                "keep one of the two",
            )
        seen.setdefault(key, item)
        read.append(PaasService(kind, name, access, users))
    return replace(out, services=tuple(read))


def pods(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with how pods are controlled."""
    if part is None:
        return out
    given = part.keys("pods", "`pods`")
    if "control" in given:
        out = replace(out, control=given["control"].word(PodControl, "control of pods"))
    if "default-deny" in given:
        out = replace(out, default_deny=given["default-deny"].flag())
    if "encrypted" in given:
        out = replace(out, encrypted=bool(given["encrypted"].flag()))
    if "network-sees-pods" in given:
        flag = given["network-sees-pods"].flag()
        out = replace(out, network_sees_pods=bool(flag))
    return out


def nodes(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with how large the cluster grows."""
    if part is None:
        return out
    given = part.keys("nodes", "`nodes`")
    scale = Scale()
    if "count" in given:
        count = given["count"].number(*NODES, "the count of nodes", _MANY)
        scale = replace(scale, nodes=count or scale.nodes)
    if "pods-per-node" in given:
        per = given["pods-per-node"].number(*PODS_PER_NODE, "pods on a node", _PODS)
        scale = replace(scale, pods_per_node=per or scale.pods_per_node)
    if "zones" in given:
        scale = replace(scale, zones=_zones(given["zones"]))
    if "windows" in given:
        out = replace(out, windows=bool(given["windows"].flag()))
    return replace(out, scale=scale)


def _zones(part: Part) -> tuple[int, ...]:
    why = "a region has up to three availability zones"
    read = part.items("`zones`")
    found = [item.number(1, 3, "an availability zone", why) for item in read]
    return tuple(sorted({each for each in found if each is not None}))


def segments(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with the segments and what they call."""
    if part is None:
        return out
    read: list[tuple[Segment, Part, dict[str, Part]]] = []
    for item in part.items("`segments`"):
        given = item.keys("segment", "a segment")
        needed(item, given, ("name",), "a segment")
        if "name" not in given:
            continue
        name = names.label(given["name"], "the name of a segment")
        namespace = name
        if "namespace" in given:
            namespace = names.label(given["namespace"], "the name of a namespace")
        tenant = names.label(given["tenant"], "the tenant") if "tenant" in given else ""
        segment = Segment(
            name, namespace, _ports(given.get("serves"), may_be_none=True), (), tenant
        )
        _check_alone(segment, item, read)
        read.append((segment, item, given))
    out = replace(out, segments=tuple(segment for segment, _, _ in read))
    full = [
        replace(segment, calls=_calls(segment, given.get("calls"), out))
        for segment, _, given in read
    ]
    return replace(out, segments=tuple(full))


def _check_alone(
    segment: Segment, part: Part, others: list[tuple[Segment, Part, dict[str, Part]]]
) -> None:
    if segment.namespace in names.SYSTEM_NAMESPACES:
        part.tell(
            f"namespace `{segment.namespace}` belongs to the cluster itself",
            "policies of a design never touch what AKS runs there",
            "run the segment in a namespace of its own",
        )
    for other, at, _ in others:
        if segment.name and other.name == segment.name:
            part.tell(
                f"segment `{segment.name}` stands at {at.origin} already",
                "nobody could tell which is meant",
                "give one another name",
            )
        elif segment.namespace and other.namespace == segment.namespace:
            part.tell(
                f"segment `{other.name}` at {at.origin} runs in namespace "
                f"`{segment.namespace}` too",
                "policies of a design tell segments apart by their namespaces",
                "give each a namespace, or make one segment of them",
            )


def _calls(segment: Segment, part: Part | None, out: Requirements) -> tuple[Call, ...]:
    if part is None:
        return ()
    read = (_call(segment, item, out) for item in part.items("`calls`"))
    return tuple(call for call in read if call is not None)


def _call(segment: Segment, part: Part, out: Requirements) -> Call | None:
    if isinstance(part.value, str):
        name = known_segment(part, out)
        ports: tuple[int, ...] = ()
        given: dict[str, Part] = {}
    else:
        given = part.keys("call", "a call")
        needed(part, given, ("to",), "a call")
        name = known_segment(given["to"], out) if "to" in given else ""
        ports = _ports(given.get("ports"))
    methods = tuple(_methods(given.get("methods")))
    paths = tuple(_paths(given.get("paths")))
    if not name:
        return None
    other = next(item for item in out.segments if item.name == name)
    if segment.tenant and other.tenant and segment.tenant != other.tenant:
        part.tell(
            f"`{segment.name}` of tenant `{segment.tenant}` calls `{name}` of tenant "
            f"`{other.tenant}`",
            "segments of two tenants never meet",
            "take the call out, or make both one tenant's",
        )
    _check_served(other, ports, given.get("ports", part))
    return Call(name, ports, methods, paths)


def _check_served(other: Segment, ports: tuple[int, ...], part: Part) -> None:
    served = ", ".join(map(str, other.serves)) or "nothing"
    for port in ports:
        if port not in other.serves:
            part.tell(
                f"segment `{other.name}` does not serve port {port}",
                f"it serves {served}: the call would reach nobody",
                f"add {port} to its `serves`, or call a port that it serves",
            )
    if not ports and not other.serves:
        part.tell(
            f"segment `{other.name}` serves nothing",
            "a call without ports is to all that it serves",
            "write `serves:` there, with the ports of its pods",
        )


def _methods(part: Part | None) -> list[str]:
    found = []
    for item in part.items("`methods`") if part is not None else ():
        method = item.text("the method").upper()
        if method and method not in METHODS:
            item.tell(
                f"`{method}` is no HTTP method that is known",
                "there are " + ", ".join(METHODS),
                "write one of these",
            )
        found.append(method)
    return found


def _paths(part: Part | None) -> list[str]:
    found = []
    for item in part.items("`paths`") if part is not None else ():
        path = item.text("the path")
        try:
            re.compile(path)
        except re.error as error:
            item.tell(
                f"`{path}` is no regular expression: {error.msg}",
                "policies match paths by expressions",
                r"write one such as `/orders/.*`, with `\` before signs that are meant",
            )
        if path and not path.startswith("/"):
            item.tell(
                f"the path `{path}` does not begin with `/`",
                "every HTTP path does, so it would match nothing",
                f"write `/{path}`",
            )
        found.append(path)
    return found
