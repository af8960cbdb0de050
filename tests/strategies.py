"""Generators of small clusters with network policies.

Valid clusters first; then perhaps one thing is broken. The spaces are small on purpose,
so that labels, ports and addresses collide: that is where policies differ.
"""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.origin import Origin
from seawall.model.packet import LAST_PORT, PortRange, Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    NumberedPorts,
    OpaquePolicy,
    Peer,
    PodPeer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.system import ALL_LINUX, NodeSystems
from seawall.model.workload import ContainerPort, Namespace, Pod, Workload

ORIGIN = Origin("cluster.yaml")
NAMESPACES = ("x", "y", "z")
HIDDEN_KEY = "pod-template-hash"
HIDDEN_IN_BOTH = "beta.kubernetes.io/os"
KEYS = ("app", "team")
SELECTABLE = (*KEYS, *KEYS, HIDDEN_KEY, HIDDEN_IN_BOTH)
VALUES = ("", "a", "b")
PORT_NAMES = ("dns", "web")
NUMBERS = (1, 53, 79, 80, 81, 8080, LAST_PORT)
PROTOCOLS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)
NAME_LABEL = "kubernetes.io/metadata.name"
SOME_WINDOWS = NodeSystems(
    frozenset({"one"}),
    frozenset({"two"}),
    frozenset({"n1"}),
    frozenset({"n2"}),
    Tri.UNDEFINED,
)

POD_ADDRESSES = tuple(ip_address(f"10.0.0.{last}") for last in range(1, 7))
POD_ADDRESSES_6 = tuple(ip_address(f"fd00::{last}") for last in range(1, 7))
NODES = {
    "n1": (ip_address("10.0.0.9"), ip_address("fd00::9")),
    "n2": (ip_address("10.0.0.10"), ip_address("fd00::a")),
}
BLOCKS = {
    4: (
        "10.0.0.0/29",
        "10.0.0.0/30",
        "10.0.0.2/31",
        "10.0.0.4/32",
        "10.0.0.8/30",
        "10.0.0.0/28",
        "10.0.0.0/8",
        "10.0.0.0/7",
        "96.0.0.0/3",
        "8.8.8.8/32",
        "0.0.0.0/0",
    ),
    6: ("fd00::/125", "fd00::2/127", "fd00::4/128", "fd00::8/126", "fd00::/64", "::/0"),
}


def selectors(keys: tuple[str, ...] = SELECTABLE) -> SearchStrategy[Selector]:
    """Selectors of at most two requirements."""
    return st.one_of(
        st.just(EVERYTHING),
        st.lists(_requirements(keys), max_size=2).map(
            lambda items: Selector(tuple(items))
        ),
    )


@st.composite
def _requirements(draw: DrawFn, keys: tuple[str, ...]) -> Requirement:
    operator = draw(st.sampled_from(Operator))
    key = draw(st.sampled_from(keys))
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST):
        return Requirement(key, operator)
    values = NAMESPACES if key == NAME_LABEL else VALUES
    chosen = draw(st.frozensets(st.sampled_from(values), min_size=1, max_size=2))
    return Requirement(key, operator, chosen)


def labels() -> SearchStrategy[tuple[tuple[str, str], ...]]:
    """Labels in which a key may be missing, or have an empty value."""
    return st.dictionaries(
        st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=2
    ).map(lambda items: tuple(sorted(items.items())))


@st.composite
def namespaces(draw: DrawFn) -> tuple[Namespace, ...]:
    """One to three namespaces."""
    count = draw(st.integers(1, len(NAMESPACES)))
    return tuple(
        Namespace(
            name,
            tuple(sorted((*draw(labels()), (NAME_LABEL, name)))),
            declared=True,
            origin=ORIGIN,
        )
        for name in NAMESPACES[:count]
    )


@st.composite
def blocks(draw: DrawFn, version: int) -> BlockPeer:
    """Blocks, some with exceptions strictly inside them."""
    known = [AddressRange.parse(text) for text in BLOCKS[version]]
    block = draw(st.sampled_from(known))
    inside = [item for item in known if item != block and block.covers(item)]
    if not inside or draw(st.booleans()):
        return BlockPeer(block)
    holes = st.lists(st.sampled_from(inside), min_size=1, max_size=2, unique=True)
    return BlockPeer(block, tuple(draw(holes)))


def peers(version6: bool) -> SearchStrategy[Peer]:  # noqa: FBT001
    """Peers of every form."""
    by_label = st.builds(
        PodPeer, st.none() | selectors((*SELECTABLE, NAME_LABEL)), selectors()
    )
    by_address: SearchStrategy[Peer] = blocks(4)
    if version6:
        by_address = by_address | blocks(6)
    return st.one_of(by_label, by_address)


@st.composite
def port_matches(draw: DrawFn) -> PortMatch:
    """A port by name, by number, a range, or all of a protocol."""
    protocol = draw(st.sampled_from(PROTOCOLS))
    form = draw(st.sampled_from(("number", "range", "name", "all")))
    if form == "name":
        return NamedPort(protocol, draw(st.sampled_from(PORT_NAMES)))
    if form == "all":
        return NumberedPorts(protocol, PortRange(0, LAST_PORT))
    first = draw(st.sampled_from(NUMBERS))
    if form == "number":
        return NumberedPorts(protocol, PortRange(first, first))
    last = draw(st.sampled_from([number for number in NUMBERS if number >= first]))
    return NumberedPorts(protocol, PortRange(first, last), is_range=True)


@st.composite
def rules(draw: DrawFn, *, version6: bool) -> PolicyRule:
    """Rules, the empty one among them."""
    some_peers = st.lists(peers(version6), min_size=1, max_size=2).map(tuple)
    some_ports = st.lists(port_matches(), min_size=1, max_size=2).map(tuple)
    return PolicyRule(
        draw(some_peers) if draw(st.integers(0, 3)) > 0 else None,
        draw(some_ports) if draw(st.booleans()) else None,
        ORIGIN,
    )


@st.composite
def policies(draw: DrawFn, names: list[str], *, version6: bool) -> Policy:
    """A policy in one of the namespaces *names*."""
    lists = st.lists(rules(version6=version6), max_size=2).map(tuple)
    return Policy(
        draw(st.sampled_from(names)),
        f"p{draw(st.integers(0, 99))}",
        draw(selectors()),
        draw(st.sampled_from(ISOLATIONS)),
        draw(lists),
        draw(lists),
        ORIGIN,
    )


ISOLATIONS = (
    frozenset({Direction.INGRESS}),
    frozenset({Direction.EGRESS}),
    frozenset(Direction),
)

_OPAQUE_KINDS: tuple[tuple[str, frozenset[PolicyEngine] | None], ...] = (
    ("NetworkPolicy", None),
    ("AuthorizationPolicy.security.istio.io", None),
    ("GlobalNetworkPolicy.projectcalico.org", frozenset({PolicyEngine.CALICO})),
    ("CiliumNetworkPolicy.cilium.io", frozenset({PolicyEngine.CILIUM})),
)


@st.composite
def opaque_policies(draw: DrawFn, names: list[str]) -> OpaquePolicy:
    """A policy that cannot be read."""
    kind, engines = draw(st.sampled_from(_OPAQUE_KINDS))
    only = draw(st.sampled_from(("", "", "frees", "closes", "removes")))
    return OpaquePolicy(
        kind,
        draw(st.none() | st.sampled_from(names)),
        "?",
        draw(st.none() | selectors()),
        draw(st.sampled_from(ISOLATIONS)),
        engines,
        "it is a test",
        ORIGIN,
        only_frees=only == "frees",
        only_closes=only == "closes",
        only_removes=only == "removes",
        by_gateway=only == "frees" and draw(st.booleans()),
    )


def _ports() -> SearchStrategy[tuple[ContainerPort, ...]]:
    return st.lists(
        st.builds(
            ContainerPort,
            st.sampled_from(PORT_NAMES),
            st.sampled_from((53, 80, 8080)),
            st.sampled_from(PROTOCOLS),
        ),
        max_size=2,
    ).map(tuple)


@st.composite
def _pods(
    draw: DrawFn, free: list[Address], free6: list[Address], *, host: bool
) -> tuple[Pod, ...]:
    out = []
    for number in range(draw(st.integers(0, 2))):
        node = draw(st.sampled_from((None, *NODES)))
        at = NODES[node][: draw(st.integers(0, 2))] if node else ()
        if at and draw(st.integers(0, 3)) == 0:
            node = None
        own: tuple[Address, ...] = ()
        if host:
            own = at[: draw(st.integers(0, 1))]
        elif free and draw(st.integers(0, 2)) > 0:
            own = (free.pop(),)
            if free6 and draw(st.integers(0, 1)) > 0:
                own = (*own, free6.pop())
        out.append(Pod(f"pod-{number}", own, node, at))
    return tuple(out)


def overlooked_clusters() -> SearchStrategy[KubernetesObjects]:
    """Clusters whose policies look at labels that some engines overlook."""
    hidden = {"app": HIDDEN_KEY}
    names = st.sampled_from((hidden, hidden | {"team": HIDDEN_IN_BOTH}))
    return st.builds(_with_keys, clusters(), names)


def _with_keys(objects: KubernetesObjects, names: dict[str, str]) -> KubernetesObjects:
    """Call some keys of labels otherwise, wherever they stand."""

    def labels(of: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((names.get(key, key), value) for key, value in of))

    def selector(of: Selector) -> Selector:
        return Selector(
            tuple(
                replace(each, key=names.get(each.key, each.key))
                for each in of.requirements
            )
        )

    def peer(of: Peer) -> Peer:
        if isinstance(of, BlockPeer):
            return of
        spaces = of.namespaces
        return PodPeer(spaces and selector(spaces), selector(of.pods))

    def rules(of: tuple[PolicyRule, ...]) -> tuple[PolicyRule, ...]:
        return tuple(
            replace(each, peers=each.peers and tuple(map(peer, each.peers)))
            for each in of
        )

    return replace(
        objects,
        namespaces=tuple(
            replace(each, labels=labels(each.labels)) for each in objects.namespaces
        ),
        workloads=tuple(
            replace(each, labels=labels(each.labels)) for each in objects.workloads
        ),
        policies=tuple(
            replace(
                each,
                subject=selector(each.subject),
                ingress=rules(each.ingress),
                egress=rules(each.egress),
            )
            for each in objects.policies
        ),
        opaque_policies=tuple(
            replace(each, subject=each.subject and selector(each.subject))
            for each in objects.opaque_policies
        ),
    )


@st.composite
def clusters(draw: DrawFn) -> KubernetesObjects:
    """A small cluster; in about a third of them one thing is broken."""
    spaces = draw(namespaces())
    names = [space.name for space in spaces]
    version6 = draw(st.sampled_from((False, False, True)))
    free = list(draw(st.permutations(POD_ADDRESSES)))
    free6 = list(POD_ADDRESSES_6) if version6 else []
    workloads = []
    for number in range(draw(st.integers(1, 4))):
        host = draw(st.sampled_from((False, False, False, True)))
        workloads.append(
            Workload(
                draw(st.sampled_from(names)),
                f"w{number}",
                "Deployment",
                draw(labels()),
                ORIGIN,
                ports=draw(_ports()),
                host_network=host,
                node_pool=draw(st.sampled_from((None, None, "one", "two"))),
                windows=draw(st.sampled_from((None, None, None, False, True))),
                pods=draw(_pods(free, free6, host=host)),
            )
        )
    objects = KubernetesObjects(
        systems=draw(st.sampled_from((ALL_LINUX, ALL_LINUX, SOME_WINDOWS))),
        namespaces=spaces,
        workloads=tuple(workloads),
        policies=tuple(
            draw(
                st.lists(policies(names, version6=version6), min_size=1, max_size=3)
                if draw(st.integers(0, 9)) > 0
                else st.just([])
            )
        ),
    )
    breakage = draw(st.sampled_from((*[""] * 5, "opaque", "finished", "undeclared")))
    if breakage == "opaque":
        unread = draw(opaque_policies(names))
        return replace(objects, opaque_policies=(unread,))
    if breakage == "finished":
        gone = replace(workloads[0], runs=False)
        return replace(objects, workloads=(gone, *workloads[1:]))
    if breakage == "undeclared":
        bare = Namespace(
            names[0], ((NAME_LABEL, names[0]),), declared=False, origin=ORIGIN
        )
        return replace(objects, namespaces=(bare, *spaces[1:]))
    return objects
