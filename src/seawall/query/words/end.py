"""How people write the ends of a question, read against what is in the snapshot."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PlatformEnd,
    PodEnd,
    ServiceEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.words.label import matches, parse_selector
from seawall.query.words.port import EndError, PortText, parse_port, with_port

_NUMBERS = re.compile(r"[\d./-]*\d[\d./-]*")
_HOST = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+\.?", re.IGNORECASE)
_WORKLOAD = re.compile(
    r"(?P<namespace>[^/\[\]{}]+)/(?P<name>[^/\[\]{}]+)"
    r"(?:\[(?P<kind>[^\]]+)\])?(?:\{(?P<variant>[^}]*)\})?"
)

FORMS = (
    "payments/api, pod:payments/api-7d9-x2, ns:payments,app=api, 10.1.2.3, "
    "10.1.0.0/16, login.microsoftonline.com, internet, tag:Storage, api-server, imds, "
    "wireserver, node:POOL, subnet:VNET/SUBNET, onprem, service:payments/api"
)


def parse_target(text: str, snapshot: Snapshot) -> tuple[tuple[End, ...], PortText]:
    """Return the ends and the ports that `TO[:PORT]` means.

    Raises:
        EndError: It names nothing that is known.
    """
    head, written = split_port(text)
    port = parse_port(written) if written else PortText()
    ends = parse_end(head, snapshot)
    return (with_port(ends, port.name), port) if port.name else (ends, port)


def parse_source(text: str, snapshot: Snapshot) -> tuple[End, ...]:
    """Return the ends that *text* means, as those that open a connection.

    Raises:
        EndError: It names nothing that is known, or nothing that opens connections.
    """
    ends = parse_end(text, snapshot)
    for end in ends:
        if isinstance(end, NameEnd | ServiceEnd | TagEnd):
            raise EndError(
                f"`{text}` is what packets are meant for; none come from it",
                "name what opens the connection: a workload, addresses, a subnet, "
                "node:POOL, internet or onprem",
            )
        if isinstance(end, ApiServerEnd | PlatformEnd):
            raise EndError(
                f"connections that `{text}` opens are not modelled",
                "give its address as FROM, or ask the other way round",
            )
    return ends


def parse_end(text: str, snapshot: Snapshot) -> tuple[End, ...]:
    """Return the ends that *text* means, at least one, in stable order.

    Raises:
        EndError: It names nothing that is known.
    """
    simple: dict[str, End] = {
        "internet": InternetEnd(),
        "api-server": ApiServerEnd(),
        "imds": PlatformEnd("imds"),
        "wireserver": PlatformEnd("wireserver"),
        "onprem": OnPremisesEnd(),
    }
    if text in simple:
        return (simple[text],)
    prefix, colon, rest = text.partition(":")
    if colon and prefix in _PREFIXED:
        return _PREFIXED[prefix](rest, snapshot)
    address = _address(text)
    if address is not None:
        return (AddressEnd((_sendable(address),)),)
    if _NUMBERS.fullmatch(text):
        raise EndError(
            f"`{text}` is not an address or a range of addresses",
            "write 10.1.2.3, 10.1.0.0/16 or 10.1.0.4-10.1.0.9",
        )
    if "/" in text:
        return _workloads(text, snapshot)
    if _HOST.fullmatch(text):
        return (NameEnd(text.lower()),)  # a dot at the end counts: Q13
    if any(service.name == text for service in snapshot.objects.services):
        return (NameEnd(text),)
    near = difflib.get_close_matches(text.lower(), simple, n=1)
    meant = _of_other_kind(text, snapshot) or (near[0] if near else "")
    guess = f"did you mean `{meant}`? Or " if meant else ""
    raise EndError(
        f"`{text}` is not an end that Seawall knows", f"{guess}write one of {FORMS}"
    )


def _sendable(address: AddressRange) -> AddressRange:
    """Return a range that packets can travel to or from.

    Raises:
        EndError: They never leave the machine.
    """
    for text in ("127.0.0.0/8", "::1/128"):
        loop = AddressRange.parse(text)
        if (
            loop.version == address.version
            and loop.first <= address.first
            and address.last <= loop.last
        ):
            raise EndError(
                f"`{address}` is whoever sends to it; its packets cross no network",
                "name the workload or address that is meant",
            )
    return address


def split_port(text: str) -> tuple[str, str]:
    """Split off the port; colons inside prefixes, brackets and IPv6 are no ports."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if bracket:
            return host, rest.removeprefix(":")
    prefix, colon, rest = text.partition(":")
    if colon and prefix in _PREFIXED:
        head, _, port = rest.partition(":")
        return f"{prefix}:{head}", port
    if text.count(":") > 1:
        return text, ""
    return prefix, rest


def _address(text: str) -> AddressRange | None:
    try:
        return AddressRange.parse(text)
    except ValueError:
        return None


def _workloads(text: str, snapshot: Snapshot) -> tuple[End, ...]:
    match = _WORKLOAD.fullmatch(text)
    if match is None:
        raise EndError(f"`{text}` is not a workload", "write namespace/name[Kind]")
    everything = snapshot.objects.workloads
    found = [
        workload
        for workload in everything
        if workload.runs
        and workload.namespace == match["namespace"]
        and workload.name == match["name"]
        and match["kind"] in (None, workload.kind)
        and (match["variant"] is None or _variant(workload) == match["variant"])
    ]
    if found:
        return tuple(PodEnd(workload) for workload in found)
    siblings = sorted(
        workload.label
        for workload in everything
        if workload.runs
        and (workload.namespace, workload.name) == (match["namespace"], match["name"])
    )
    if siblings:
        raise EndError(
            f"there is no workload `{text}` in the input",
            "the input has " + ", ".join(f"`{label}`" for label in siblings[:5]),
        )
    for item in snapshot.objects.hidden:
        if (item.namespace, item.name) == (match["namespace"], match["name"]):
            raise EndError(
                f"what reaches `{text}` is not known: its pods are not shown",
                f"{item.kind} `{item.name}` ({item.origin}) stands for them; mend or "
                "render it, or read a dump of the live cluster",
            )
    meant = _of_other_kind(text, snapshot)
    if meant:
        raise EndError(
            f"there is no workload `{text}` in the input", f"did you mean `{meant}`?"
        )
    names = {f"{w.namespace}/{w.name}" for w in everything if w.runs}
    raise EndError(
        f"there is no workload `{text}` in the input",
        _nearest(
            f"{match['namespace']}/{match['name']}", names, "namespace/name[Kind]"
        ),
    )


def _of_other_kind(text: str, snapshot: Snapshot) -> str:
    """Return what has exactly this name and is written with a prefix, or nothing."""
    for prefix in ("service", "subnet", "pod", "node", "ns"):
        try:
            _PREFIXED[prefix](text, snapshot)
        except EndError:
            continue
        return f"{prefix}:{text}"
    return ""


def _variant(workload: Workload) -> str:
    return ",".join(f"{key}={value}" for key, value in workload.variant)


def _pod(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    namespace, _, name = rest.partition("/")
    for workload in snapshot.objects.workloads:
        if workload.namespace != namespace or not workload.runs:
            continue
        for pod in workload.pods:
            if pod.name == name:
                return (PodEnd(_only(workload, name)),)
    names = {
        f"{w.namespace}/{p.name}" for w in snapshot.objects.workloads for p in w.pods
    }
    raise EndError(
        f"there is no pod `{rest}` in the input", _nearest(rest, names, "pod:NS/NAME")
    )


def _only(workload: Workload, pod_name: str) -> Workload:
    """Return the workload reduced to one of its pods."""
    pods = tuple(pod for pod in workload.pods if pod.name == pod_name)
    return replace(workload, pods=pods)


def _namespace(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    name, _, selector_text = rest.partition(",")
    known = {namespace.name for namespace in snapshot.objects.namespaces}
    if name not in known:
        raise EndError(
            f"there is no namespace `{name}` in the input",
            _nearest(name, known, "ns:NAME"),
        )
    try:
        selector = parse_selector(selector_text)
    except ValueError as error:
        raise EndError(str(error), "write labels as kubectl's -l does") from error
    found = [
        workload
        for workload in snapshot.objects.workloads
        if workload.namespace == name
        and workload.runs
        and matches(selector, dict(workload.labels))
    ]
    if not found:
        raise EndError(
            f"no workload in the input is selected by `ns:{rest}`",
            "look at the labels with `seawall reach --layers policy`",
        )
    return tuple(PodEnd(workload) for workload in found)


_NOT_PUBLISHED = {
    "virtualnetwork": "the addresses or the subnet that are meant",
    "internet": "internet",
    "azureloadbalancer": "168.63.129.16",
}


def _tag(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    del snapshot
    if not rest:
        raise EndError("`tag:` names no service tag", "write tag:Storage, for example")
    if rest.lower() in _NOT_PUBLISHED:
        raise EndError(
            f"`{rest}` stands for other addresses at every subnet",
            f"write {_NOT_PUBLISHED[rest.lower()]}",
        )
    return (TagEnd(rest),)


def _node(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    pools = (
        {pool.name for pool in snapshot.cluster.pools} if snapshot.cluster else set()
    )
    if rest not in pools:
        raise EndError(
            f"there is no node pool `{rest}` in the input",
            _nearest(rest, pools, "node:POOL"),
        )
    return (NodeEnd(rest),)


def _subnet(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    """Return the subnet of that id, of `VNET/SUBNET`, or of a name that one has."""
    names = {network.id: network.name for network in snapshot.fabric.networks}
    subnets = snapshot.fabric.subnets
    texts = {each.id: f"{names.get(each.network, '?')}/{each.name}" for each in subnets}
    found = [each.id for each in subnets if each.id == rest.lower()]
    found = found or [id_ for id_, text in texts.items() if text == rest]
    found = found or [each.id for each in subnets if each.name == rest]
    if not found:
        raise EndError(
            f"there is no subnet `{rest}` in the input",
            _nearest(rest, set(texts.values()), "subnet:VNET/SUBNET"),
        )
    if len(found) > 1:
        same = len({texts[id_] for id_ in found}) < len(found)
        listed = ", ".join(f"`{id_ if same else texts[id_]}`" for id_ in sorted(found))
        raise EndError(
            f"{len(found)} subnets are called `{rest}`", f"say which: {listed}"
        )
    return (SubnetEnd(found[0]),)


def _service(rest: str, snapshot: Snapshot) -> tuple[End, ...]:
    for service in snapshot.objects.services:
        if service.label == rest:
            return (ServiceEnd(service),)
    labels = {service.label for service in snapshot.objects.services}
    raise EndError(
        f"there is no Service `{rest}` in the input",
        _nearest(rest, labels, "service:NS/NAME"),
    )


_PREFIXED = {
    "pod": _pod,
    "ns": _namespace,
    "tag": _tag,
    "node": _node,
    "subnet": _subnet,
    "service": _service,
}


def _nearest(given: str, known: Iterable[str], form: str) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    if not names:
        return f"the input holds none; `{form}` names one"
    shown = ", ".join(f"`{name}`" for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""  # noqa: PLR2004
    return f"the input has {shown}{more}"
