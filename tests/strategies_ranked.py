"""Generators of ranked policies, for the small clusters of `strategies`."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seawall.model.address import AddressRange
from seawall.model.dataplane import Feature, Language
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    Addresses,
    AllOf,
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
from seawall.model.packet import LAST_PORT, PortRange, Protocol
from seawall.model.policy import Direction, NamedPort, NumberedPorts
from seawall.model.ranked import (
    ADMIN_TIER,
    BASELINE_TIER,
    DEFAULT_TIER,
    NETWORK_POLICY_ORDER,
    Action,
    IcmpMessages,
    NetworkSet,
    Node,
    RankedPolicy,
    RankedRule,
    ServiceAccount,
    ServiceMatch,
    Tier,
    WholeProtocol,
)
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import MeshRole
from strategies import (
    BLOCKS,
    KEYS,
    NAME_LABEL,
    NAMESPACES,
    NODES,
    NUMBERS,
    ORIGIN,
    PORT_NAMES,
    PROTOCOLS,
    VALUES,
    blocks,
    clusters,
    labels,
)

ACCOUNTS = ("default", "robot")
TIERS = (ADMIN_TIER, Tier(5_000.0, "between"), DEFAULT_TIER, BASELINE_TIER)
ORDERS = (1.0, 2.0, NETWORK_POLICY_ORDER)
WHY = "it is a test"


@st.composite
def label_tests(draw: DrawFn) -> LabelTest:
    """One condition on one endpoint."""
    facet = draw(st.sampled_from((*Facet, Facet.LABELS, Facet.LABELS)))
    key, values = draw(st.sampled_from(KEYS)), VALUES
    if facet is Facet.NAMESPACE_NAME:
        key, values = "", NAMESPACES
    elif facet is Facet.ACCOUNT_NAME:
        key, values = "", ACCOUNTS
    elif facet is Facet.MESH:
        key, values = "", tuple(role.value for role in MeshRole)
    elif facet is Facet.NAMESPACE_LABELS and draw(st.booleans()):
        key, values = NAME_LABEL, NAMESPACES
    comparison = draw(st.sampled_from((*Comparison, Comparison.IN, Comparison.IN)))
    if comparison is Comparison.EXISTS:
        return LabelTest(facet, key, comparison)
    chosen = draw(st.frozensets(st.sampled_from(values), min_size=1, max_size=2))
    return LabelTest(facet, key, comparison, chosen)


def conditions() -> SearchStrategy[Labels]:
    """Conditions on endpoints, nested a little."""
    return st.recursive(
        st.just(ANYTHING) | label_tests(),
        lambda inner: st.one_of(
            st.builds(AllOf, st.lists(inner, max_size=2).map(tuple)),
            st.builds(AnyOf, st.lists(inner, max_size=2).map(tuple)),
            st.builds(Not, inner),
            st.builds(Perhaps, inner, st.just(WHY)),
        ),
        max_leaves=3,
    )


def some_ends(*, exact: bool, version6: bool) -> SearchStrategy[Ends]:
    """Predicates over ends.

    Args:
        exact: Whether to leave out what the engine may tell less exactly than the
            definition: which node is meant.
        version6: Whether blocks of IPv6 occur.
    """
    addresses = blocks(4) | blocks(6) if version6 else blocks(4)
    nodes = st.just(Nodes())
    if not exact:
        nodes = st.builds(
            Nodes, st.sampled_from(NodeScope), st.just(ANYTHING) | conditions()
        )
    leaves: SearchStrategy[Ends] = st.one_of(
        st.builds(Endpoints, conditions(), st.booleans()),
        st.builds(Endpoints, conditions(), st.booleans()),
        st.builds(Addresses, addresses),
        nodes,
        st.builds(World, st.sampled_from((None, 4, 6))),
        st.just(EVERYONE),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(AllOf, st.lists(inner, max_size=2).map(tuple)),
            st.builds(AnyOf, st.lists(inner, max_size=2).map(tuple)),
            st.builds(Not, inner),
            st.builds(Perhaps, inner, st.just(WHY)),
        ),
        max_leaves=3,
    )


@st.composite
def services(draw: DrawFn) -> ServiceMatch:
    """What a rule may match beside ends."""
    form = draw(st.sampled_from(("number", "range", "name", "whole", "icmp")))
    if form == "whole":
        return WholeProtocol(draw(st.sampled_from((1, 6, 17, 50, 58, 132))))
    if form == "icmp":
        return IcmpMessages(
            draw(st.sampled_from((Protocol.ICMP, Protocol.ICMPV6))),
            draw(st.sampled_from((0, 3, 8))),
            draw(st.sampled_from((None, 0, 4))),
        )
    protocol = draw(st.sampled_from(PROTOCOLS))
    if form == "name":
        return NamedPort(protocol, draw(st.sampled_from(PORT_NAMES)))
    first = draw(st.sampled_from(NUMBERS))
    last = first
    if form == "range":
        last = draw(st.sampled_from([item for item in NUMBERS if item >= first]))
    return NumberedPorts(
        protocol, PortRange(first, min(last, LAST_PORT)), is_range=form == "range"
    )


def needs() -> SearchStrategy[frozenset[Feature]]:
    """What a dataplane must have to follow a policy or a rule."""
    return st.frozensets(st.sampled_from(Feature), max_size=1)


@st.composite
def ranked_rules(draw: DrawFn, *, exact: bool, version6: bool) -> RankedRule:
    """A rule in any of its forms."""
    ends = some_ends(exact=exact, version6=version6)
    some_services = st.lists(services(), max_size=2).map(tuple)
    few = draw(st.integers(0, 3)) == 0
    return RankedRule(
        draw(st.sampled_from((*Action, Action.ALLOW))),
        draw(ends),
        ORIGIN,
        own=draw(ends) if draw(st.integers(0, 5)) == 0 else None,
        services=draw(some_services) if draw(st.booleans()) else None,
        except_services=draw(some_services) if few else (),
        versions=draw(
            st.sampled_from((*[frozenset({4, 6})] * 4, frozenset({4}), frozenset({6})))
        ),
        condition=WHY if draw(st.integers(0, 7)) == 0 else None,
        needs=draw(needs()) if draw(st.integers(0, 2)) == 0 else frozenset(),
    )


@st.composite
def ranked_policies(draw: DrawFn, *, exact: bool, version6: bool) -> RankedPolicy:
    """A policy of ordered rules."""
    language = draw(st.sampled_from(Language))
    lists = st.lists(ranked_rules(exact=exact, version6=version6), max_size=3).map(
        tuple
    )
    governs = draw(st.frozensets(st.sampled_from(Direction), min_size=1))
    isolates = draw(st.sampled_from((frozenset[Direction](), governs)))
    tier = draw(st.sampled_from(TIERS))
    if language.of_mesh:
        tier = DEFAULT_TIER
    return RankedPolicy(
        language.value,
        language,
        None,
        f"r{draw(st.integers(0, 9))}",
        draw(st.just(ANYTHING) | st.just(ANYTHING) | conditions()),
        tier,
        draw(st.sampled_from(ORDERS)),
        draw(st.sampled_from((None, "a", "b"))),
        governs,
        isolates,
        draw(lists),
        draw(lists),
        ORIGIN,
        needs=draw(needs()),
        doubt=WHY if draw(st.integers(0, 9)) == 0 else None,
    )


@st.composite
def ranked_clusters(draw: DrawFn, *, exact: bool) -> KubernetesObjects:
    """A small cluster in which ranked policies stand beside NetworkPolicies."""
    objects = draw(clusters())
    version6 = any(
        address.version == 6
        for workload in objects.workloads
        for each in workload.pods
        for address in each.addresses
    )
    ranked = st.lists(
        ranked_policies(exact=exact, version6=version6), min_size=1, max_size=4
    )
    spaces = st.sampled_from((None, *(item.name for item in objects.namespaces)))
    ranges = st.lists(
        st.sampled_from([AddressRange.parse(text) for text in BLOCKS[4]]),
        min_size=1,
        max_size=2,
    ).map(tuple)
    sets = st.lists(
        st.builds(
            NetworkSet, spaces, st.just("set"), labels(), ranges, st.just(ORIGIN)
        ),
        max_size=2,
    )
    return replace(
        objects,
        workloads=tuple(
            replace(
                item,
                service_account=draw(st.sampled_from(ACCOUNTS)),
                mesh=draw(st.sampled_from((None, *MeshRole))),
            )
            for item in objects.workloads
        ),
        ranked_policies=tuple(draw(ranked)),
        network_sets=tuple(draw(sets)),
        accounts=tuple(
            ServiceAccount(item.name, ACCOUNTS[1], draw(labels()), ORIGIN)
            for item in objects.namespaces
            if draw(st.booleans())
        ),
        nodes=tuple(
            Node(name, draw(labels()), known, ORIGIN)
            for name, known in NODES.items()
            if draw(st.booleans())
        ),
    )
