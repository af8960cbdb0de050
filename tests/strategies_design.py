"""Generators of requirements of designs, as a reader would make them.

`requirements` draws anything, consistent or not; whoever needs those that a design
exists for filters by `choose`.
"""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

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
        "limits.firewall",
        "limits.acns",
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
