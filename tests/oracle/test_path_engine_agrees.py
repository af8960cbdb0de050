"""The engine's way of a packet beside its definition: they never differ.

First each kind of stage on its own, where every verdict must be equal, then whole ways.
"""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import assume, given
from hypothesis import strategies as st

import fabrics as fab
import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel, Space, Start
from seawall.engine.path.access import paths_of
from seawall.engine.path.dns.resolution import Answers, Whom
from seawall.engine.path.dns.resolve import Resolver
from seawall.engine.path.filters.admin import AdminRules
from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.firewalls.firewall import Firewalls
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Question
from seawall.engine.path.ground.lanes import Toward
from seawall.engine.path.ground.tags import Tags
from seawall.engine.path.routes.route import Routes
from seawall.flowspace import Header
from seawall.model.address import Address, AddressRange
from seawall.model.admin import AdminCollection
from seawall.model.cluster import Addressing
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.network import NextHop
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import AccessPath, Verdict
from seawall.reference.access import access
from seawall.reference.admin import Fate, fates
from seawall.reference.client import told
from seawall.reference.filter import Side, decide
from seawall.reference.firewall import Passage, public_ranges, rulings
from seawall.reference.journey import Start as ReferenceStart
from seawall.reference.lookup import Ask, completed, lookup
from seawall.reference.name import resolve
from seawall.reference.place import subnet_of, within
from seawall.reference.reply import reply
from seawall.reference.route import ways
from seawall.reference.told import Told
from seawall.reference.walk import follow
from seawall.reference.way import Way
from seawall.reference.zone import UNKNOWN

snapshots = fabric_strategies.snapshots(with_dns=True)
firewalled = fabric_strategies.snapshots(only_firewall=True)
named = fabric_strategies.snapshots(only_names=True)
many_packets = st.lists(fabric_strategies.packets(), min_size=8, max_size=16)


def header_of(packet: Packet) -> Header:
    return Header(
        packet.source.version,
        packet.protocol,
        int(packet.source),
        int(packet.destination),
        packet.source_port,
        packet.destination_port,
    )


def from_sets(header: Header, *, denied: object, unknown: object) -> Verdict:
    if header in denied:  # type: ignore[operator]
        return Verdict.DENIED
    return Verdict.UNKNOWN if header in unknown else Verdict.ALLOWED  # type: ignore[operator]


MEANT = ("", "", "storage", "storage.west", "azurefrontdoor.backend")


@given(snapshots, many_packets, st.integers(0, 15), st.sampled_from(MEANT))
def test_a_security_group_decides_alike(
    snapshot: Snapshot, packets: list[Packet], turn: int, tag: str
) -> None:
    atlas = Atlas(snapshot)
    filters = Filters(atlas, Tags(atlas))
    group = snapshot.fabric.security_groups[turn % 2]
    subnet = snapshot.fabric.subnets[turn // 2]
    for direction in Direction:
        ruling = filters.compiled(group, subnet, direction=direction, tag=tag).ruling
        side = Side(snapshot, subnet, direction, tag=tag)
        for packet in packets:
            ours = from_sets(
                header_of(packet), denied=ruling.denied, unknown=ruling.unknown
            )
            found = decide(side, group, packet)
            where = (group.name, subnet.name, direction, str(packet), found, ours)
            assert ours is found.verdict, where


@given(
    snapshots,
    fabric_strategies.admin_collections(least=1),
    many_packets,
    st.sampled_from(MEANT),
    st.sampled_from((None, "nodes", "shared", "remote")),
)
def test_admin_rules_decide_alike(
    snapshot: Snapshot,
    collections: tuple[AdminCollection, ...],
    packets: list[Packet],
    tag: str,
    gated: str | None,
) -> None:
    """Where an application gateway stands they may be left out."""
    fabric = replace(snapshot.fabric, admin_rules=collections)
    if gated is not None:
        fabric = replace(fabric, application_gateways=(fab.gateway(gated),))
    snapshot = replace(snapshot, fabric=fabric)
    atlas = Atlas(snapshot)
    rules = AdminRules(atlas, Tags(atlas))
    for subnet in fabric.subnets:
        for direction in Direction:
            side = Side(snapshot, subnet, direction, tag=tag)
            found = rules.at(subnet, direction=direction, tag=tag)
            for packet in packets:
                fate = fates(side, packet)
                where = (subnet.name, direction, str(packet), fate)
                if found is None:
                    assert fate == {Fate.ONWARD}, where
                    continue
                header = header_of(packet)
                doubtful = Fate.DENIED in fate and len(fate) > 1
                assert (header in found.ruling.denied) == (fate == {Fate.DENIED}), where
                assert (header in found.ruling.unknown) == doubtful, where
                assert (header in found.spared) == (fate == {Fate.SPARED}), where
                assert (header in found.perhaps_spared) == (Fate.SPARED in fate), where


TOWARD = {
    NextHop.NONE: Toward.NONE,
    NextHop.INTERNET: Toward.INTERNET,
    NextHop.VIRTUAL_APPLIANCE: Toward.APPLIANCE,
    NextHop.VIRTUAL_NETWORK_GATEWAY: Toward.GATEWAY,
    NextHop.UNKNOWN: Toward.UNKNOWN,
}


def toward(found: list[Way]) -> tuple[Toward, object]:
    if len(found) > 1:
        return Toward.UNKNOWN, None
    way = found[0]
    if way.straight:
        return Toward.SERVICE, None
    if way.hop is NextHop.VNET_LOCAL:
        if way.peer is not None:
            return Toward.PEERING, way.peer
        return Toward.LOCAL, None
    return TOWARD[way.hop], way.appliance


@given(snapshots, st.integers(0, 7))
def test_routes_lead_to_one_place(snapshot: Snapshot, turn: int) -> None:
    routes = Routes(Atlas(snapshot))
    subnet = snapshot.fabric.subnets[turn]
    lanes = routes.lanes(subnet)
    for edge in fabric_strategies.EDGES:
        address = fabric_strategies.as_address(*edge)
        holding = [lane for lane in lanes if address in lane.destinations]
        assert len(holding) == 1, (subnet.name, str(address))
        hop = holding[0].hop
        detail = hop.peering.remote if hop.peering is not None else hop.appliance
        found = ways(snapshot.fabric, subnet, address)
        where = (subnet.name, str(address), hop, found)
        assert (hop.toward, detail) == toward(found), where


@given(
    firewalled,
    many_packets,
    st.sampled_from((None, *fabric_strategies.NAMES)),
    st.sampled_from(MEANT),
)
def test_a_firewall_rules_alike(
    snapshot: Snapshot, packets: list[Packet], name: str | None, tag: str
) -> None:
    atlas = Atlas(snapshot)
    firewalls = Firewalls(atlas, Tags(atlas))
    for firewall in snapshot.fabric.firewalls:
        compiled = firewalls.compiled(firewall, Question(name=name or "", tag=tag))
        for packet in packets:
            if within(packet.destination, public_ranges(snapshot.fabric, firewall)):
                continue
            header = header_of(packet)
            found = rulings(snapshot.fabric, firewall, packet, name, tag)
            passages = {item.passage for item in found}
            refused = Passage.REFUSED in passages
            verdict = Verdict.UNKNOWN if refused else Verdict.ALLOWED
            verdict = Verdict.DENIED if passages == {Passage.REFUSED} else verdict
            ruling = compiled.ruling
            ours = from_sets(header, denied=ruling.denied, unknown=ruling.unknown)
            incomplete = not firewall.complete.is_surely(value=True)
            assert ours is (Verdict.UNKNOWN if incomplete else verdict), (
                str(packet),
                found,
                ours,
            )
            if not incomplete:
                network = header in compiled.by_network
                application = header in compiled.by_application
                assert network == (Passage.NETWORK in passages), (str(packet), found)
                assert application == (Passage.APPLICATION in passages), (
                    str(packet),
                    found,
                )


ANSWERS = {
    "addresses": Answers.PRIVATE,
    "endpoints": Answers.PRIVATE,
    "public": Answers.PUBLIC,
    "perhaps": Answers.PUBLIC,
    "nothing": Answers.NOTHING,
    "unknown": Answers.UNKNOWN,
    "cluster": Answers.CLUSTER,
}


WHOM = {Whom.CLUSTER: "cluster", Whom.NETWORK: "network", Whom.SERVER: "server"}


@given(named, st.data())
def test_names_lead_each_client_alike(snapshot: Snapshot, data: st.DataObject) -> None:
    """Pods by their own settings, nodes and machines by those of their network."""
    model = PathModel.build(snapshot)
    assert snapshot.cluster is not None
    ends: list[PodEnd | NodeEnd | SubnetEnd] = [
        PodEnd(each) for each in snapshot.objects.workloads
    ]
    ends += [NodeEnd(pool.name) for pool in snapshot.cluster.pools]
    ends += [SubnetEnd("shared")]
    some = (*fabric_strategies.NAMES, *fabric_strategies.CLUSTER_NAMES)
    names = data.draw(st.lists(st.sampled_from(some), min_size=4, max_size=8))
    for end in ends:
        for start in model.starts(end):
            here = reference_start(end, start)
            for name in names:
                ours = model.asking.clients.resolve(start, name)
                found = told(snapshot, here, name)
                where = (str(end), name, ours, found)
                assert ours.answer is ANSWERS[found.answer.kind], where
                assert bool(ours.doubt) is (found.answer.kind == "perhaps"), where
                assert ours.canonical == found.answer.canonical, where
                assert ours.end == found.answer.end, where
                for address in found.answer.addresses:
                    assert address in ours.addresses, where
                assert [
                    (
                        WHOM[each.whom],
                        each.address,
                        each.upstream is not None,
                        each.upstream or (),
                    )
                    for each in ours.servers
                ] == [
                    (it.whom, it.address, it.onward, it.upstream) for it in found.asks
                ], where


def reference_start(end: End, start: Start) -> ReferenceStart:
    return ReferenceStart(
        end, start.pool.name if start.pool else "", start.network or ""
    )


@given(named)
def test_names_resolve_alike(snapshot: Snapshot) -> None:
    resolver = Resolver(Atlas(snapshot))
    for network in snapshot.fabric.networks:
        for name in fabric_strategies.NAMES:
            ours = resolver.resolve(name, network.id)
            found = resolve(snapshot, network.id, name)
            assert ours.answer is ANSWERS[found.kind], (network.id, name, ours, found)
            assert bool(ours.doubt) is (found.kind == "perhaps"), (network.id, name)
            assert ours.canonical == found.canonical, (network.id, name, ours, found)
            for address in found.addresses:
                assert address in ours.addresses, (network.id, name, ours, found)


PUBLIC = tuple(
    ip_address(text) for text in ("1.1.1.1", "52.0.0.0", "52.0.0.1", "52.0.0.9")
)
"""What a name with a public address may stand for."""


def targets_of(snapshot: Snapshot, addresses: list[Address]) -> list[End]:
    cluster = snapshot.cluster
    assert cluster is not None
    ends: list[End] = [PodEnd(item) for item in snapshot.objects.workloads]
    ends += [NodeEnd(pool.name) for pool in cluster.pools]
    ends += [NameEnd(name) for name in fabric_strategies.NAMES]
    ends += [TagEnd("Storage.West"), TagEnd("AzureFrontDoor.Backend")]
    ends += [AddressEnd((AddressRange.of(item),)) for item in addresses]
    return ends


def sources_of(snapshot: Snapshot) -> list[End]:
    cluster = snapshot.cluster
    assert cluster is not None
    ends: list[End] = [PodEnd(item) for item in snapshot.objects.workloads] * 4
    ends += [NodeEnd(pool.name) for pool in cluster.pools]
    ends += [SubnetEnd(name) for name in ("shared", "pods", "remote", "nodes")]
    return [*ends, OnPremisesEnd(), InternetEnd()]


def one_of(draw: st.DrawFn, space: Space, version: int) -> Address | None:
    """Return an edge of some range of *space*."""
    found = [item for item in space.ranges if item.version == version]
    if not found:
        return None
    item = draw(st.sampled_from(found))
    return draw(st.sampled_from((item.lowest, item.highest)))


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    """Draw a network, two ends and one packet between them."""
    snapshot = draw(snapshots)
    edges = [n for v, n in fabric_strategies.EDGES if v == 4]
    addresses = [
        fabric_strategies.as_address(4, number)
        for number in draw(st.lists(st.sampled_from(edges), min_size=4, max_size=4))
    ]
    source = draw(st.sampled_from(sources_of(snapshot)))
    target = draw(st.sampled_from(targets_of(snapshot, addresses)))
    model = PathModel.build(snapshot)
    start = draw(st.sampled_from(model.starts(source) or (None,)))
    sender = one_of(draw, start.sources, 4) if start is not None else None
    receiver: Address | None = addresses[0]
    if isinstance(target, AddressEnd):
        receiver = target.ranges[0].lowest
    elif isinstance(target, PodEnd):
        receiver = target.workload.addresses[0]
    elif isinstance(target, NodeEnd):
        pool = snapshot.cluster.pool(target.pool) if snapshot.cluster else None
        home = subnet_of(snapshot.fabric, pool.subnet.value if pool else None)
        receiver = home.prefixes[0].highest if home else None
    elif isinstance(target, TagEnd):
        receiver = one_of(draw, model.asking.addresses(target), 4)
    elif isinstance(target, NameEnd) and start is not None:
        found = told(snapshot, reference_start(source, start), target.name).answer
        is_public = found.kind in ("public", "perhaps")
        public = draw(st.sampled_from(PUBLIC)) if is_public else receiver
        receiver = found.addresses[0] if found.addresses else public
    assume(start is not None and sender is not None and receiver is not None)
    assume(sender != receiver)
    packet = fabric_strategies.packet_between(draw, sender, receiver)
    assume(packet.protocol != Protocol.SCTP)  # which policy engines carry it is theirs
    return snapshot, source, target, start, packet


def asking(choice: fabric_strategies.Drawn) -> Ask:
    """Return what follows one packet of a DNS question."""

    def ask(
        snapshot: Snapshot, frm: ReferenceStart, packet: Packet, end: PodEnd | None
    ) -> Verdict:
        return follow(snapshot, frm, packet, target=end, choice=choice).verdict

    return ask


def verdicts_of(
    snapshot: Snapshot, ends: tuple[End, End], start: Start, packet: Packet
) -> tuple[set[Verdict], bool]:
    """Return what the reference says for many choices, and whether there were any."""
    source, target = ends
    name = target.name if isinstance(target, NameEnd) else None
    here = reference_start(source, start)
    heard = told(snapshot, here, name) if name is not None else Told(UNKNOWN)
    found = heard.answer if name is not None else None
    if found is not None and isinstance(source, OnPremisesEnd):
        return {Verdict.UNKNOWN}, False
    verdicts, chosen = set(), False
    whole = completed(snapshot)
    for number in range(10):
        choice = fabric_strategies.Drawn(number)
        if found is not None and found.kind in ("nothing", "unknown", "endpoints"):
            sure = found.kind == "nothing"
            verdict = Verdict.DENIED if sure else Verdict.UNKNOWN
        else:
            verdict = follow(
                snapshot, here, packet, name=name, target=target, choice=choice
            ).verdict
        if found is not None and not isinstance(source, InternetEnd):
            ask = asking(choice)
            asks = heard.asks
            verdict = lookup(whole, here, packet.source, choice, ask, asks).then(
                verdict
            )
        # A name that may not resolve at all is a denial that may be.
        doubtful = found is not None and found.kind == "perhaps"
        verdicts |= {verdict, Verdict.DENIED} if doubtful else {verdict}
        chosen = chosen or choice.asked > 0
    return verdicts, chosen


def pods_are_unplaced(snapshot: Snapshot) -> bool:
    """Whether it is not known how pods are reached, so that more may be unknown."""
    cluster = snapshot.cluster
    assert cluster is not None
    return cluster.addressing.value in (None, Addressing.OWN_CNI)


@given(journeys())
def test_whole_ways_and_their_replies_end_alike(
    journey: tuple[Snapshot, End, End, Start, Packet],
) -> None:
    snapshot, source, target, start, packet = journey
    model = PathModel.build(snapshot)
    answer = model.partition(source, target)
    header = header_of(packet)
    parts = (answer.allowed, answer.denied, answer.unknown)
    assume(any(header in part for part in parts))
    ours = from_sets(header, denied=answer.denied, unknown=answer.unknown)
    found: list[set[Verdict]] = []
    chosen = False
    for each in model.starts(source):
        if packet.source in each.sources:
            verdicts, some = verdicts_of(snapshot, (source, target), each, packet)
            found.append(verdicts)
            chosen = chosen or some
    every = set().union(*found)
    where = (str(source), str(target), str(packet), ours, every)
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not chosen and not pods_are_unplaced(snapshot):
        assert Verdict.UNKNOWN in every or len(every) > 1, where
    if every == {Verdict.ALLOWED} and not chosen and len(answer.ways(header)) == 1:
        here = reference_start(source, start)
        name = target.name if isinstance(target, NameEnd) else None
        outcome = follow(
            snapshot,
            here,
            packet,
            name=name,
            target=target,
            choice=fabric_strategies.Drawn(0),
        )
        returns, _ = model.replies(answer, header)
        assert returns is reply(snapshot.fabric, outcome), (*where, outcome)


@st.composite
def linked(draw: st.DrawFn) -> tuple[Snapshot, End, Start, Packet]:
    """Draw a network with a Private Link service, and a packet to its endpoint."""
    snapshot = draw(snapshots)
    (service,) = draw(fabric_strategies.private_links().filter(bool))
    balancers = draw(fabric_strategies.load_balancers().filter(bool))
    endpoint = PrivateEndpoint(
        "pe",
        "pe",
        "endpoints",
        fabric_strategies.ENDPOINT_ADDRESS,
        "pls",
        (),
        draw(fabric_strategies.switches),
        (),
        fabric_strategies.ORIGIN,
    )
    fabric = replace(
        snapshot.fabric,
        private_link_services=(service,),
        load_balancers=balancers,
        private_endpoints=(endpoint,),
    )
    asked = replace(snapshot, fabric=fabric)
    source = draw(st.sampled_from(sources_of(asked)))
    start = draw(st.sampled_from(PathModel.build(asked).starts(source) or (None,)))
    sender = one_of(draw, start.sources, 4) if start is not None else None
    assume(start is not None and sender is not None)
    to = fabric_strategies.ENDPOINT_ADDRESS
    assume(sender != to)
    packet = fabric_strategies.packet_between(draw, sender, to)
    assume(packet.protocol != Protocol.SCTP)
    return asked, source, start, packet


@given(linked())
def test_a_private_link_service_hands_on_alike(
    journey: tuple[Snapshot, End, Start, Packet],
) -> None:
    snapshot, source, start, packet = journey
    target = AddressEnd((AddressRange.of(packet.destination),))
    answer = PathModel.build(snapshot).partition(source, target)
    header = header_of(packet)
    parts = (answer.allowed, answer.denied, answer.unknown)
    assume(any(header in part for part in parts))
    ours = from_sets(header, denied=answer.denied, unknown=answer.unknown)
    every, chosen = verdicts_of(snapshot, (source, target), start, packet)
    where = (str(source), str(packet), ours, every)
    if len(PathModel.build(snapshot).starts(source)) > 1:
        return
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not chosen and not pods_are_unplaced(snapshot):
        assert Verdict.UNKNOWN in every or len(every) > 1, where


@given(snapshots, st.integers(0, 5), st.sampled_from(PUBLIC))
def test_a_name_is_reached_by_one_path(
    snapshot: Snapshot, turn: int, public: Address
) -> None:
    model = PathModel.build(snapshot)
    name = fabric_strategies.NAMES[turn]
    for source in (SubnetEnd("nodes"), SubnetEnd("shared"), NodeEnd("sys")):
        start = model.starts(source)[0]
        answer = model.partition(source, NameEnd(name))
        here = reference_start(source, start)
        heard = told(snapshot, here, name)
        found = heard.answer
        packet = Packet(start.sources.ranges[0].lowest, public, 6, 1024, 443)
        outcome = follow(
            snapshot, here, packet, name=name, choice=fabric_strategies.Drawn(0)
        )
        path = access(snapshot.fabric, found, outcome)
        whole = completed(snapshot)
        for number in range(4):
            choice = fabric_strategies.Drawn(number)
            ask = asking(choice)
            # Whoever cannot ask reaches no door; test_traps_of_names looks at that.
            answered = lookup(whole, here, packet.source, choice, ask, heard.asks)
            assume(answered is not Verdict.DENIED)
        ways = answer.ways(header_of(packet))
        if not ways:
            assume(
                found.kind not in ("public", "perhaps")
            )  # an address that nobody's name stands for
            ways = answer.branches
        taken = paths_of(ways)
        where = (str(source), name, found, taken, outcome.steps)
        # The definition ends at a refusal, perhaps before it comes to an endpoint.
        if path is not AccessPath.PUBLIC or outcome.verdict is not Verdict.DENIED:
            assert path in taken, where
            assert taken == (path,) or len(ways) > 1, where
