"""Generators of requirements of designs, as a reader would make them.

`requirements` draws anything, consistent or not, most of it not. `agreeing` draws the
same and takes back the lines that a conflict says to give up, most of the time.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from seawall.design.choose import choose
from seawall.design.choose.answer import Conflict
from seawall.design.requirements.form import KEYS
from seawall.design.requirements.needs import (
    Access,
    AddressPlan,
    Call,
    Desk,
    Egress,
    EgressName,
    Entry,
    ExistingNetwork,
    Limits,
    Operator,
    PaasService,
    PodControl,
    Requirements,
    Scale,
    Segment,
    ServiceAccess,
    ServiceKind,
    WayIn,
)
from seawall.model.address import AddressRange
from seawall.model.origin import Origin

FILE = Origin("requirements.yaml")
SPOKE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-spoke"
    "/providers/Microsoft.Network/virtualNetworks/vnet-spoke"
)
PEER = SPOKE.replace("spoke", "peer")
SPACES = ((), (), ("10.9.7.0/24",), ("10.9.4.0/22",), ("10.32.0.0/16",))
NAMES = ("web", "api", "data", "batch")
FARAWAY = ("172.20.0.0/24", "192.168.10.0/24")
OFFICES = ("203.0.113.0/24", "198.51.100.17")
SERVICES = (
    (ServiceKind.KEY_VAULT, "kv-drawn-one"),
    (ServiceKind.STORAGE, "stdrawnone"),
    (ServiceKind.REGISTRY, "crdrawnone"),
    (ServiceKind.SQL, "sql-drawn-one"),
)


def ranges(*texts: str) -> tuple[AddressRange, ...]:
    """Return ranges as values."""
    return tuple(AddressRange.parse(text) for text in texts)


@st.composite
def segments(draw: DrawFn) -> tuple[Segment, ...]:
    """Return up to four segments that call one another, sometimes of two tenants."""
    count = draw(st.sampled_from((0, 1, 1, 2, 2, 3, 4)))
    names = NAMES[:count]
    tenanted = draw(st.sampled_from((False, False, False, True)))
    found = []
    for place, name in enumerate(names):
        tenant = ("red", "blue")[place % 2] if tenanted else ""
        mates = [
            each
            for number, each in enumerate(names)
            if each != name and (not tenanted or number % 2 == place % 2)
        ]
        called = draw(st.lists(st.sampled_from(mates), unique=True)) if mates else []
        calls = tuple(_call(draw, each) for each in called)
        found.append(Segment(name, name, (8080,), calls, tenant))
    return tuple(found)


def _call(draw: DrawFn, name: str) -> Call:
    ports = draw(st.sampled_from(((), (8080,))))
    if draw(st.integers(0, 9)):
        return Call(name, ports)
    return Call(name, (8080,), ("GET",), ("/prices/.*",))


@st.composite
def operators(draw: DrawFn) -> tuple[Operator, ...]:
    """Return up to two operators."""
    found = []
    for place in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
        desk = draw(st.sampled_from(Desk))
        known = OFFICES if desk is Desk.INTERNET else FARAWAY
        stated = desk in (Desk.INTERNET, Desk.VPN, Desk.EXPRESSROUTE, Desk.PEERING)
        where = ranges(known[place]) if stated else ()
        network = PEER if desk is Desk.PEERING else ""
        found.append(Operator(("admins", "builds")[place], desk, where, network))
    return tuple(found)


@st.composite
def entries(draw: DrawFn, names: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return up to three ways in, to segments of these names."""
    if not names:
        return ()
    found: dict[tuple[WayIn, int, str], Entry] = {}
    for place in range(draw(st.sampled_from((0, 0, 1, 1, 2, 2, 3)))):
        way = draw(st.sampled_from(WayIn))
        host = draw(st.sampled_from(("", "shop.example.com", "api.example.com")))
        listen = draw(mostly(443 + place, 443, 8443))
        outside = way in (WayIn.PUBLIC, WayIn.PUBLIC_WAF)
        known = OFFICES[:1] if outside else FARAWAY[:1]
        where = ranges(*draw(mostly((), known)))
        to = draw(st.sampled_from(names))
        # The reader refuses the same door twice.
        found.setdefault((way, listen, host), Entry(way, to, 8080, listen, host, where))
    return tuple(found.values())


@st.composite
def services(draw: DrawFn, names: tuple[str, ...]) -> tuple[PaasService, ...]:
    """Return up to two services of the platform."""
    drawn = draw(st.lists(st.sampled_from(SERVICES), unique=True, max_size=2))
    return tuple(
        PaasService(kind, name, _access(draw, kind), _some(draw, names))
        for kind, name in drawn
    )


def _access(draw: DrawFn, kind: ServiceKind) -> ServiceAccess:
    """Return how a service is reached; the reader refuses endpoints of registries."""
    found = draw(st.sampled_from(ServiceAccess))
    refused = (kind, found) == (ServiceKind.REGISTRY, ServiceAccess.SERVICE_ENDPOINT)
    return ServiceAccess.PUBLIC if refused else found


@st.composite
def names_out(draw: DrawFn, names: tuple[str, ...]) -> tuple[EgressName, ...]:
    """Return one or two names that pods reach."""
    known = ("api.example.com", "*.example.org")
    count = draw(st.integers(1, 2))
    return tuple(EgressName(each, (443,), _some(draw, names)) for each in known[:count])


def _some(draw: DrawFn, names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or draw(st.integers(0, 2)):
        return ()
    return (draw(st.sampled_from(names)),)


@st.composite
def networks(draw: DrawFn) -> ExistingNetwork | None:
    """Return a network to fit into, seldom."""
    if draw(st.integers(0, 5)):
        return None
    pods = draw(st.sampled_from((False, False, True)))
    return ExistingNetwork(
        f"{SPOKE}/subnets/snet-nodes",
        AddressRange.parse(draw(st.sampled_from(("10.1.0.0/24", "10.1.0.0/20")))),
        f"{SPOKE}/subnets/snet-pods" if pods else "",
        AddressRange.parse("10.1.16.0/20") if pods else None,
        draw(st.sampled_from(("", "10.0.1.4"))),
    )


def mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    """Return a strategy whose answer is *usual* two times in three."""
    return st.sampled_from((usual,) * 2 * len(others) + others)


@st.composite
def requirements(draw: DrawFn) -> Requirements:
    """Return requirements that a file could state, with the place of each."""
    parts = draw(segments())
    names = tuple(each.name for each in parts)
    access = draw(st.sampled_from((None, *Access)))
    egress = draw(st.sampled_from((None, *Egress)))
    existing = draw(networks())
    return placed(
        Requirements(
            name="drawn",
            region=draw(mostly("westeurope", "qatarcentral")),
            stated={},
            preset=draw(mostly("", "learning")),
            kubernetes=draw(mostly("", "1.28", "1.34")),
            access=access,
            access_ranges=ranges(*OFFICES) if access is Access.RANGES else (),
            run_command=draw(mostly(None, True, False)),
            operators=draw(operators()),
            egress=egress,
            names=draw(names_out(names)) if egress is Egress.NAMES else (),
            fixed_address=draw(mostly(False, True)),
            entries=draw(entries(names)),
            services=draw(services(names)),
            control=draw(st.sampled_from((None, *PodControl))),
            default_deny=draw(mostly(None, True, False)),
            segments=parts,
            network_sees_pods=draw(mostly(False, True)),
            encrypted=draw(mostly(False, True)),
            windows=draw(mostly(False, True)),
            scale=draw(
                mostly(Scale(), Scale(20, 30), Scale(300, 110), Scale(900, 200))
            ),
            addresses=AddressPlan(
                ranges(*draw(st.sampled_from(SPACES))),
                ranges(*draw(mostly((), ("10.244.0.0/16",), ("100.64.0.0/10",)))),
                on_premises=ranges(*FARAWAY),
            ),
            existing=existing,
            compliance=draw(mostly((), ("pci-dss",))),
            limits=Limits(
                draw(st.sampled_from((None, True, False))),
                draw(st.sampled_from((None, True, False))),
                draw(mostly(None, False)),
                draw(mostly(None, False)),
                draw(mostly(None, False)),
            ),
        )
    )


def placed(needs: Requirements) -> Requirements:
    """Return needs of which each has a place, by its path."""
    paths = [
        "api-server.access",
        "api-server.run-command",
        "egress.to",
        "egress.fixed-address",
        *(f"limits.{key}" for key in KEYS["limits"]),
        "nodes.windows",
        "pods.control",
        "pods.default-deny",
        "pods.encrypted",
        "pods.network-sees-pods",
        "preset",
        *(f"operators[{each}]" for each in range(len(needs.operators))),
        *(f"ingress[{each}]" for each in range(len(needs.entries))),
        *(f"services[{each}]" for each in range(len(needs.services))),
        *(f"segments[{each}]" for each in range(len(needs.segments))),
    ]
    values = {name: getattr(needs, name) for name in needs.__dataclass_fields__}
    values["stated"] = {path: FILE.at(path) for path in paths}
    return Requirements(**values)


@st.composite
def agreeing(draw: DrawFn, day: date) -> Requirements:
    """Return requirements that mostly hold together: what does not is left out."""
    needs = draw(requirements())
    if not draw(st.integers(0, 9)):
        return needs
    found = choose(needs, day)
    if isinstance(found, Conflict):
        needs = without(needs, (it.path for it in found.nearest.give_up))
    return needs


_UNSTATED = {
    "api-server.access": {"access": None, "access_ranges": ()},
    "api-server.run-command": {"run_command": None},
    "egress.to": {"egress": None, "names": ()},
    "egress.fixed-address": {"fixed_address": False},
    "pods.control": {"control": None},
    "pods.default-deny": {"default_deny": None},
    "pods.encrypted": {"encrypted": False},
    "pods.network-sees-pods": {"network_sees_pods": False},
    "nodes.windows": {"windows": False},
    "nodes.count": {"scale": Scale()},
    "nodes.pods-per-node": {"scale": Scale()},
    "kubernetes": {"kubernetes": ""},
    "preset": {"preset": ""},
    "compliance": {"compliance": ()},
}
"""What needs are where the line of one is taken out."""
_Named = TypeVar("_Named", PaasService, EgressName)
_LISTS = {"operators": "operators", "ingress": "entries", "services": "services"}


def without(needs: Requirements, paths: Iterable[str]) -> Requirements:
    """Return needs as they are once the lines of some are taken out of the file."""
    gone = set(paths)
    for path in gone & set(_UNSTATED):
        needs = replace(needs, **_UNSTATED[path])
    for name, field in _LISTS.items():
        held = getattr(needs, field)
        kept = tuple(it for at, it in enumerate(held) if f"{name}[{at}]" not in gone)
        needs = replace(needs, **{field: kept})
    plan, limits = needs.addresses, needs.limits
    for path in sorted(gone - set(_UNSTATED), reverse=True):
        head, _, key = path.partition(".")
        if head == "addresses":
            plan = replace(plan, **{key: ()})
        elif head == "limits":
            limits = replace(limits, **{key.replace("-", "_"): None})
        elif head.startswith("compliance"):
            needs = replace(needs, compliance=())
        elif head == "network":
            needs = replace(needs, existing=None)
        elif head.startswith("segments["):
            needs = _less_apart(needs, _index(head), key)
        elif head == "egress":
            needs = _for_all(needs, _index(key))
        else:
            assert head.partition("[")[0] in _LISTS, path
    return placed(replace(needs, addresses=plan, limits=limits))


def _index(text: str) -> int:
    return int(text.partition("[")[2].partition("]")[0])


def _for_all(needs: Requirements, at: int) -> Requirements:
    """Return needs with a name that every segment may reach."""
    names = list(needs.names)
    names[at] = replace(names[at], segments=())
    return replace(needs, names=tuple(names))


def _less_apart(needs: Requirements, at: int, key: str) -> Requirements:
    """Return needs without a segment, its tenant, or the requests of its calls."""
    changed = needs.segments[at]
    if key:
        calls = tuple(Call(it.segment, it.ports) for it in changed.calls)
        tenant = "" if key == "tenant" else changed.tenant
        kept = list(needs.segments)
        kept[at] = replace(changed, calls=calls, tenant=tenant)
        return replace(needs, segments=tuple(kept))
    left = [it for it in needs.segments if it is not changed]
    return replace(
        needs,
        segments=tuple(
            replace(it, calls=tuple(c for c in it.calls if c.segment != changed.name))
            for it in left
        ),
        entries=tuple(it for it in needs.entries if it.segment != changed.name),
        services=tuple(_spared(it, changed.name) for it in needs.services),
        names=tuple(_spared(it, changed.name) for it in needs.names),
    )


def _spared(item: _Named, name: str) -> _Named:
    return replace(item, segments=tuple(it for it in item.segments if it != name))
