"""Clusters whose policies meet: many pairs that both ends open for some ports only."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import (
    Direction,
    NamedPort,
    NumberedPorts,
    PodPeer,
    Policy,
    PolicyRule,
)
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import ContainerPort, Namespace, Pod, Workload

HERE = Origin("dense.yaml", 0, ())
COLOURS = ("red", "green", "blue")
SPACES = ("x", "y")
NUMBERS = (80, 443, 8080)
STACKS = (
    (IPv4Address("10.0.0.1"),),
    (IPv6Address("fd00::1"),),
    (IPv4Address("10.0.0.2"), IPv6Address("fd00::2")),
    (),
)


def _selectors() -> st.SearchStrategy[Selector]:
    one = st.sets(st.sampled_from(COLOURS), min_size=1, max_size=2).map(
        lambda values: Selector(
            (Requirement("colour", Operator.IN, frozenset(values)),)
        )
    )
    return st.one_of(st.just(Selector()), one)


@st.composite
def _rules(draw: DrawFn) -> PolicyRule:
    spaces = draw(st.sampled_from([None, Selector()]))
    number = st.sampled_from(NUMBERS)
    ports = draw(
        st.one_of(
            st.none(),
            st.lists(
                st.one_of(
                    number.map(
                        lambda at: NumberedPorts(Protocol.TCP, PortRange(at, at))
                    ),
                    st.just(NamedPort(Protocol.TCP, "web")),
                ),
                min_size=1,
                max_size=2,
            ).map(tuple),
        )
    )
    return PolicyRule((PodPeer(spaces, draw(_selectors())),), ports, HERE)


@st.composite
def dense_clusters(draw: DrawFn) -> KubernetesObjects:
    """Draw some twenty workloads under policies that isolate most of them both ways."""
    spaces = tuple(
        Namespace(name, (("kubernetes.io/metadata.name", name),), True, HERE)
        for name in SPACES
    )
    has_pods = draw(st.booleans())
    workloads = tuple(
        Workload(
            space,
            f"w{at}",
            "Deployment",
            (("colour", COLOURS[at % 3]), ("n", str(at // 3))),
            HERE,
            ports=(ContainerPort("web", NUMBERS[at % 2]),),
            pods=(Pod("p", STACKS[at % 4]),) if has_pods else (),
        )
        for space in SPACES
        for at in range(10)
    )
    policies = []
    for space in SPACES:
        for at in range(draw(st.integers(2, 5))):
            directions = draw(st.sets(st.sampled_from(Direction), min_size=1))
            rules = [
                tuple(draw(st.lists(_rules(), min_size=1, max_size=3)))
                if direction in directions
                else ()
                for direction in (Direction.INGRESS, Direction.EGRESS)
            ]
            policies.append(
                Policy(
                    space,
                    f"p{at}",
                    draw(_selectors()),
                    frozenset(directions),
                    *rules,
                    HERE,
                )
            )
    return KubernetesObjects(
        namespaces=spaces, workloads=workloads, policies=tuple(policies)
    )
