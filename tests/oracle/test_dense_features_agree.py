"""The engine beside its definition, one feature of the network at a time.

The whole networks of `test_path_engine_agrees` draw everything, and so each feature
seldom. Here a plain network carries one feature that is drawn in every example.
"""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import fabrics as fab
import strategies_fabric as fabric_strategies
from fabrics import HERE, IN, OUT, cidr, hidden, known
from seawall.engine.path.filters.admin import AdminRules
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.tags import Tags
from seawall.flowspace import Header
from seawall.model.address import Address, AddressRange
from seawall.model.admin import AdminCollection
from seawall.model.cluster import Addressing
from seawall.model.dataplane import PolicyEngine
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.end import (
    AddressEnd,
    End,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.endpoint import EndpointPolicy
from seawall.model.interface import NetworkInterface
from seawall.model.network import NetworkGateway, NextHop
from seawall.model.packet import Packet, PortRange
from seawall.model.policy import BlockPeer, PodPeer, Policy, PolicyRule
from seawall.model.private_link import PrivateLinkService
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.tag import KnownTag, TagList
from seawall.model.trace import Verdict
from seawall.model.translation import (
    ApplicationGateway,
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
)
from seawall.model.workload import Namespace
from seawall.query.case import Case
from seawall.reference.admin import Fate, fates
from seawall.reference.client import told as told_of
from seawall.reference.filter import Side
from seawall.reference.journey import Start
from seawall.reference.lookup import completed, lookup
from seawall.reference.match import agreed
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NODES, JUMP, OFFICE = NodeEnd("sys"), SubnetEnd("jump"), OnPremisesEnd()
NODE, MACHINE = ip_address("10.1.0.9"), ip_address("10.0.1.9")
seldom = settings(max_examples=settings().max_examples // 2)
switches = st.sampled_from((known(True), known(True), known(False), hidden()))


def header_of(packet: Packet) -> Header:
    return Header(
        packet.source.version,
        packet.protocol,
        int(packet.source),
        int(packet.destination),
        packet.source_port,
        packet.destination_port,
    )


def alike(
    asked: Snapshot,
    source: End,
    target: End,
    packet: Packet,
    *,
    name: str | None = None,
    choices_matter: bool = True,
) -> Verdict:
    """Hold the engine to the definition on one packet; return what the engine says."""
    case = Case(asked)
    answer = case.paths.partition(source, target, policy=case.policies)
    header = header_of(packet)
    parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    told = [verdict for verdict, part in parts.items() if header in part]
    assume(told)
    every, chosen = set(), False
    for start in case.paths.starts(source):
        if packet.source not in start.sources:
            continue
        here = Start(source, start.pool.name if start.pool else "", start.network or "")  # type: ignore[arg-type]
        for number in range(10):
            choice = fabric_strategies.Drawn(number)
            every |= defined(asked, here, packet, (target, name), choice)
            chosen = chosen or (choices_matter and choice.asked > 0)
        answers = told_of(asked, here, name).answer.kind if name else ""
        if answers == "unknown":  # policies may refuse whatever it is
            assert told != [A]
            return told[0]
    where = (str(source), str(target), str(packet), told, every)
    if told != [U]:
        assert every == set(told), where
    elif not chosen:
        assert U in every or len(every) > 1, where
    return told[0]


def defined(
    asked: Snapshot,
    here: Start,
    packet: Packet,
    meant: tuple[End, str | None],
    choice: fabric_strategies.Drawn,
) -> set[Verdict]:
    """Return what the definition says, the DNS question included."""
    target, name = meant
    heard = told_of(asked, here, name) if name else None
    found = heard.answer if heard else None
    if found is not None and found.kind in ("nothing", "unknown"):
        verdict = D if found.kind == "nothing" else U
    else:
        verdict = follow(
            asked, here, packet, name=name, target=target, choice=choice
        ).verdict
    if heard is None or found is None:
        return {verdict}
    whole = completed(asked)

    def ask(
        input_: Snapshot, frm: Start, question: Packet, end: PodEnd | None
    ) -> Verdict:
        other = fabric_strategies.Drawn(choice.number)
        return follow(input_, frm, question, target=end, choice=other).verdict

    # A choice of its own: one that does not matter to the packet is none.
    other = fabric_strategies.Drawn(choice.number)
    asks = heard.asks
    verdict = lookup(whole, here, packet.source, other, ask, asks).then(verdict)
    return {verdict, D} if found.kind == "perhaps" else {verdict}


def sent(frm: Address, to: str, port: int = 443) -> Packet:
    return Packet(frm, ip_address(to), 6, 40000, port)


def there(address: str) -> AddressEnd:
    return AddressEnd((cidr(f"{address}/32"),))


# Effective routes.

PREFIXES = (
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.1.0.0/16",
    "10.1.9.0/24",
    "10.1.9.4/32",
    "52.0.0.0/30",
)
PLACES = (
    "10.0.1.9",
    "10.0.1.8",
    "10.1.9.4",
    "10.1.9.7",
    "10.9.0.1",
    "52.0.0.2",
    "10.1.0.77",
)


TELLING = (
    EffectiveHop.ENDPOINT,
    EffectiveHop.GROUP,
    EffectiveHop.PEERING,
    EffectiveHop.APPLIANCE,
)


@st.composite
def reports(draw: DrawFn) -> EffectiveRoutes:
    """Return what the platform reports of the nodes' subnet."""
    routes = []
    for number in range(draw(st.integers(1, 4))):
        hop = draw(st.sampled_from((*EffectiveHop, *TELLING, *TELLING)))
        listed = draw(st.lists(st.sampled_from(PREFIXES), min_size=1, max_size=2))
        appliance = draw(st.sampled_from((ip_address("10.0.0.4"), None)))
        routes.append(
            EffectiveRoute(
                f"e{number}",
                tuple(cidr(each) for each in listed),
                hop,
                appliance if hop is EffectiveHop.APPLIANCE else None,
                HERE,
            )
        )
    return EffectiveRoutes("nodes", "nodes", tuple(routes), HERE)


@given(
    reports(),
    st.sampled_from(PLACES),
    switches,
    st.sampled_from(((), ("10.9.0.0/16",))),
)
def test_reported_routes_lead_alike(
    given_: EffectiveRoutes,
    to: str,
    joined: Setting[bool],
    office: tuple[str, ...],
) -> None:
    everything = fab.collection("all", 100, fab.ALLOW, fab.network_rule("r", "*", "*"))
    endpoint = fab.endpoint("endpoints", "10.1.9.4")
    gateway = NetworkGateway("gw", "gw", "spoke", tuple(map(cidr, office)), HERE)
    fabric = fab.hub_and_spoke(
        effective_routes=(given_,),
        peerings=fab.peered("spoke", "hub", connected=joined),
        firewalls=(fab.firewall(everything),),
        private_endpoints=(endpoint,),
        gateways=(gateway,) if office else (),
    )
    asked = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    alike(asked, NODES, there(to), sent(NODE, to))


# Service endpoints and their policies.

OFFERED = (
    *[("Microsoft.Storage",)] * 3,
    *[("Microsoft.Storage.Global",)] * 4,
    ("Microsoft.Storage", "Microsoft.Sql"),
    ("microsoft.sql",),
    ("Microsoft.KeyVault",),
    (),
)
STORE = "store.blob.core.windows.net"
LISTED = TagList(
    "Public",
    "1",
    (
        KnownTag("storage", (cidr("52.0.0.0/29"),)),
        KnownTag("storage.west", (cidr("52.0.0.0/30"),)),
        KnownTag("sql", (cidr("52.0.1.0/29"),)),
    ),
    HERE,
)


@st.composite
def served(draw: DrawFn) -> Snapshot:
    """Return nodes whose subnet has service endpoints, before three services."""
    limits = draw(st.sampled_from(((), ("sep-a",), ("sep-a", "sep-b"), ("gone",))))
    policies = tuple(
        EndpointPolicy(
            id_,
            id_,
            draw(st.sampled_from(((), (), ("store",), ("stor",)))),
            draw(st.sampled_from((known(True), known(True), hidden()))),
            HERE,
        )
        for id_ in ("sep-a", "sep-b")
    )
    members = draw(st.sampled_from(((), ("nodes",), ("jump",))))
    region = st.sampled_from(("west", "east", "west", "east", ""))
    shared = {"allowed_subnets": members, "default_access_allowed": known(not members)}
    store = fab.vault(
        id="store",
        kind="storage",
        name="store",
        host_names=(STORE,),
        private_suffix="privatelink.blob.core.windows.net",
        service_endpoint="Microsoft.Storage",
        region=draw(region),
        **shared,
    )
    sql = fab.vault(
        id="sql",
        kind="sql",
        name="sql",
        host_names=("db.database.windows.net",),
        private_suffix="privatelink.database.windows.net",
        service_endpoint="Microsoft.Sql",
        region=draw(region),
        **shared,
    )
    hop = draw(st.sampled_from((NextHop.NONE, NextHop.INTERNET, None)))
    routes = (fab.route("all", "0.0.0.0/0", hop),) if hop is not None else ()
    places = (
        fab.subnet(
            "nodes",
            "spoke",
            "10.1.0.0/24",
            route_table=known("rt"),
            service_endpoints=draw(st.sampled_from(OFFERED)),
            service_policies=known(limits) if draw(st.integers(0, 4)) else hidden(),
        ),
        fab.subnet("jump", "hub", "10.0.1.0/24"),
    )
    fabric = fab.hub_and_spoke(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            replace(fab.network("spoke", "10.1.0.0/16"), region=draw(region)),
        ),
        subnets=places,
        route_tables=(fab.table("rt", *routes),),
        resources=(store, sql, fab.vault(**shared)),
        endpoint_policies=policies,
        service_tags=draw(st.sampled_from((LISTED, None))),
    )
    return fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))


NAMES = (STORE, STORE, STORE, "db.database.windows.net", "kv.vault.azure.net")


@given(served(), st.sampled_from(NAMES))
def test_a_service_endpoint_leads_to_a_named_resource_alike(
    asked: Snapshot, name: str
) -> None:
    alike(asked, NODES, NameEnd(name), sent(NODE, "1.1.1.1"), name=name)


@given(
    served(),
    st.sampled_from(("52.0.0.1", "52.0.0.5", "52.0.1.1", "9.9.9.9")),
    st.sampled_from(("", "Storage", "Storage.West", "Sql.West", "AzureKeyVault")),
)
def test_a_service_endpoint_takes_addresses_alike(
    asked: Snapshot, to: str, tag: str
) -> None:
    alike(asked, NODES, TagEnd(tag) if tag else there(to), sent(NODE, to))


# Connected groups.


@st.composite
def grouped(draw: DrawFn) -> Snapshot:
    """Return a hub and a spoke that a network manager connects, or may."""
    lent = st.sampled_from((*[known(True)] * 5, known(False), hidden()))
    spoke, hub = (
        replace(
            each,
            group=draw(st.sampled_from(("mesh", ""))),
            deployed=draw(st.sampled_from((known(True), hidden(), hidden()))),
            allows_access=draw(switches),
            allows_forwarded=draw(st.sampled_from((known(True), known(False)))),
            connected=draw(
                st.sampled_from((hidden(), known(True), known(True), known(False)))
            ),
            allows_gateway_transit=draw(lent),
            uses_remote_gateways=draw(lent),
        )
        for each in fab.peered("spoke", "hub")
    )
    spoke = replace(spoke, deployed=known(True) if not spoke.group else spoke.deployed)
    hub = replace(hub, deployed=known(True) if not hub.group else hub.deployed)
    sides = draw(st.sampled_from((*[(spoke, hub)] * 5, (spoke,), (hub,))))
    direction = draw(st.sampled_from((IN, OUT)))
    vnet = "VirtualNetwork"
    terms = st.sampled_from((vnet, vnet, "*", "10.0.1.0/24"))
    rules = (
        fab.rule(
            "one",
            100,
            direction,
            draw(st.sampled_from((fab.ALLOW, fab.DENY))),
            source=draw(terms),
            to=draw(st.sampled_from((vnet, "*"))),
        ),
        fab.rule("rest", 200, direction, draw(st.sampled_from((fab.ALLOW, fab.DENY)))),
    )
    behind = draw(st.sampled_from((*[("10.9.0.0/16",)] * 3, ("10.0.1.128/25",), ())))
    gateways = (NetworkGateway("gw", "gw", "hub", tuple(map(cidr, behind)), HERE),)
    plain = fab.hub_and_spoke()
    where = draw(st.sampled_from(("nodes", "jump", "endpoints")))
    public = fab.subnet("pub", "hub", "20.0.0.0/24")
    everything = fab.collection("all", 100, fab.ALLOW, fab.network_rule("r", "*", "*"))
    fabric = replace(
        plain,
        networks=(
            fab.network("hub", "10.0.0.0/16", "20.0.0.0/24"),
            fab.network("spoke", "10.1.0.0/16"),
        ),
        peerings=sides,
        subnets=tuple(
            replace(each, security_group=known("g")) if each.name == where else each
            for each in (*plain.subnets, public)
        ),
        route_tables=(fab.to_firewall() if draw(st.booleans()) else fab.table("rt"),),
        security_groups=(fab.group("g", *rules),),
        firewalls=(fab.firewall(everything),),
        gateways=gateways if draw(st.integers(0, 3)) else (),
    )
    return fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))


@given(
    grouped(),
    st.sampled_from((NODES, NODES, NODES, JUMP)),
    st.sampled_from(("10.0.1.7", "10.1.9.7", "20.0.0.7", "8.8.8.8", "8.8.8.8")),
)
def test_a_connected_group_carries_alike(asked: Snapshot, source: End, to: str) -> None:
    alike(asked, source, there(to), sent(NODE if source == NODES else MACHINE, to))


@given(grouped(), st.sampled_from(("10.1.9.7", "10.1.0.7", "10.0.1.7")))
def test_what_comes_by_a_gateway_crosses_alike(asked: Snapshot, to: str) -> None:
    behind = (cidr("10.9.0.0/16"),)
    gateway = NetworkGateway("gw", "gw", "hub", behind, HERE)
    asked = replace(asked, fabric=replace(asked.fabric, gateways=(gateway,)))
    alike(asked, OFFICE, there(to), sent(ip_address("10.9.0.9"), to))


# Admin rules, at the subnet of an application gateway and at machines.


@st.composite
def managed(draw: DrawFn) -> Snapshot:
    """Return a gateway's subnet and a machine's under admin rules."""
    fronts = (FrontEnd("inside", None, ip_address("10.0.1.200"), "jump"),)
    device = ApplicationGateway(
        "agw",
        "agw",
        draw(st.sampled_from(("jump", "jump", "endpoints"))),
        fronts,
        (443,),
        (cidr("10.1.9.7/32"),),
        (),
        (443,),
        known(None),
        HERE,
    )
    collections: tuple[AdminCollection, ...] = draw(
        fabric_strategies.admin_collections(least=1)
    )
    plain = fab.hub_and_spoke(route_tables=(fab.table("rt"),))
    own = NetworkInterface(
        "nic",
        "nic",
        draw(st.sampled_from(("endpoints", "jump", None))),
        (ip_address("10.1.9.7"), MACHINE),
        known(False),
        draw(st.sampled_from((known(None), known("g"), known("gone"), hidden()))),
        HERE,
    )
    group = draw(fabric_strategies.security_groups("g"))
    fabric = replace(
        plain,
        subnets=tuple(
            replace(
                each,
                security_group=draw(st.sampled_from((known(None), known("g")))),
            )
            for each in plain.subnets
        ),
        application_gateways=(device,) if draw(st.booleans()) else (),
        admin_rules=collections,
        security_groups=(group,),
        interfaces=(own,),
    )
    return fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))


@given(
    managed(),
    st.sampled_from((NODES, JUMP)),
    st.sampled_from(("10.1.9.7", "10.1.9.8", "10.0.1.7", "10.0.1.9")),
)
def test_admin_rules_and_interfaces_decide_alike(
    asked: Snapshot, source: End, to: str
) -> None:
    from_ = NODE if source == NODES else MACHINE
    assume(to != str(from_))
    alike(asked, source, there(to), sent(from_, to))


@given(managed(), st.lists(fabric_strategies.packets(), min_size=8, max_size=16))
def test_admin_rules_at_every_subnet_decide_alike(
    asked: Snapshot, packets: list[Packet]
) -> None:
    atlas = Atlas(asked)
    rules = AdminRules(atlas, Tags(atlas))
    for home in asked.fabric.subnets:
        for direction in (IN, OUT):
            side = Side(asked, home, direction)
            found = rules.at(home, direction=direction, tag="")
            for packet in packets:
                fate = fates(side, packet)
                where = (home.name, direction, str(packet), fate)
                if found is None:
                    assert fate == {Fate.ONWARD}, where
                    continue
                header = header_of(packet)
                assert (header in found.ruling.denied) == (fate == {Fate.DENIED}), where
                assert (header in found.spared) == (fate == {Fate.SPARED}), where
                assert (header in found.perhaps_spared) == (Fate.SPARED in fate), where


@seldom
@given(managed())
def test_admin_rules_at_a_gateway_decide_alike(asked: Snapshot) -> None:
    assume(asked.fabric.application_gateways)
    (device,) = asked.fabric.application_gateways
    to = "10.0.1.200"
    answer = Case(asked).paths.partition(NODES, there(to))
    header = Header(4, 6, int(NODE), int(ip_address(to)), 40000, 443)
    parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    (ours,) = [verdict for verdict, part in parts.items() if header in part]
    inside = SubnetEnd(device.subnet or "")
    home = next(it for it in asked.fabric.subnets if it.id == device.subnet)
    choices = [fabric_strategies.Drawn(number) for number in range(10)]
    first = agreed(
        follow(asked, Start(NODES, "sys", "spoke"), sent(NODE, to), choice=it).verdict
        for it in choices
    )
    second = agreed(
        follow(
            asked,
            Start(inside, "", home.network),
            Packet(instance, ip_address("10.1.9.7"), 6, 40000, 443),
            choice=it,
        ).verdict
        for instance in (home.prefixes[0].lowest, home.prefixes[0].highest)
        for it in choices
    )
    if ours is not U:
        assert ours is first.then(second)
    else:
        assert first.then(second) is not A


# DNS questions under policies.

DNS = (("k8s-app", "kube-dns"),)
TO_DNS = PodPeer(
    EVERYTHING,
    Selector((Requirement("k8s-app", Operator.IN, frozenset({"kube-dns"})),)),
)
PEERS = (
    (TO_DNS,),
    (BlockPeer(cidr("10.244.0.0/24")),),
    (BlockPeer(cidr("0.0.0.0/0"), (cidr("168.63.129.16/32"),)),),
    (BlockPeer(cidr("168.63.129.16/32")),),
    (BlockPeer(cidr("169.254.10.10/31")),),
    (PodPeer(None, EVERYTHING),),
    None,
)


@st.composite
def policies(draw: DrawFn) -> tuple[Policy, ...]:
    out = []
    for number in range(draw(st.integers(0, 3))):
        direction = draw(st.sampled_from((IN, OUT, OUT)))
        rules = tuple(
            PolicyRule(draw(st.sampled_from(PEERS)), None, HERE)
            for _ in range(draw(st.integers(0, 2)))
        )
        space = draw(st.sampled_from(("ns", "ns", "kube-system")))
        out.append(
            Policy(
                space,
                f"p{number}",
                EVERYTHING,
                frozenset({direction}),
                rules if direction is IN else (),
                rules if direction is OUT else (),
                HERE,
            )
        )
    return tuple(sorted(out, key=lambda item: (item.namespace, item.name)))


@st.composite
def asking(draw: DrawFn) -> Snapshot:
    """Return a pod that looks up a vault, under policies."""
    web = fab.workload("web", pods=(fab.pod("web-1", "10.244.0.1"),))
    dns = replace(
        fab.workload("dns", pods=(fab.pod("dns-1", "10.244.0.2"),)),
        namespace="kube-system",
        labels=DNS,
    )
    asks = draw(st.sampled_from(((), (), ("10.0.0.4",), ("10.0.1.5",))))
    vault = fab.vault(public=known(False))
    shut = draw(st.sampled_from((fab.ALLOW, fab.DENY)))
    rules = (fab.rule("dns", 100, OUT, shut, port="53"),)
    plain = fab.hub_and_spoke(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            fab.network("spoke", "10.1.0.0/16", dns=asks),
        ),
        resources=(vault,),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(
            fab.zone("privatelink.vaultcore.azure.net", "hub", "spoke", kv="10.1.9.4"),
        ),
        security_groups=(fab.group("g", *rules),),
    )
    guard = draw(st.sampled_from((known(None), known("g"))))
    fabric = replace(
        plain,
        subnets=tuple(
            replace(each, security_group=guard) if each.name == "nodes" else each
            for each in plain.subnets
        ),
    )
    on = fab.cluster(
        fab.pool("sys", "nodes"),
        policy_engine=known(
            draw(st.sampled_from((PolicyEngine.CALICO, PolicyEngine.NONE)))
        ),
        addressing=known(Addressing.OVERLAY),
        pod_ranges=known((AddressRange.parse("10.244.0.0/24"),)),
        local_dns=draw(switches),
    )
    shot = fab.snapshot(fabric, on, workloads=(dns, web))
    namespaces = tuple(
        Namespace(name, (("kubernetes.io/metadata.name", name),), True, HERE)
        for name in ("kube-system", "ns")
    )
    objects = replace(shot.objects, policies=draw(policies()), namespaces=namespaces)
    return replace(shot, objects=objects)


@seldom
@given(asking(), st.sampled_from((0, 1)))
def test_dns_questions_under_policies_end_alike(asked: Snapshot, turn: int) -> None:
    pod = asked.objects.workloads[turn]
    from_ = pod.pods[0].addresses[0]
    name = "kv.vault.azure.net"
    packet = sent(from_, "10.1.9.4")
    end = NameEnd(name)
    alike(asked, PodEnd(pod), end, packet, name=name, choices_matter=False)


# The front end behind a Private Link service.


@st.composite
def linked(draw: DrawFn) -> Snapshot:
    names = ("a", "b", "c")
    balancers = tuple(
        LoadBalancer(
            id_,
            id_,
            tuple(
                FrontEnd(name, None, ip_address(f"10.1.0.{at + number}"), "nodes")
                for number, name in enumerate(names[: draw(st.integers(0, 3))])
            ),
            tuple(
                LoadBalancerRule(
                    f"r{name}",
                    name,
                    "pool",
                    6,
                    PortRange(port, port),
                    None,
                    floating=True,
                    source_nat=False,
                    origin=HERE,
                )
                for name, port in zip(names, (443, 80, 443), strict=True)
            ),
            (),
            HERE,
        )
        for id_, at in (("lb1", 100), ("lb2", 110))
    )
    link = PrivateLinkService(
        id="pls",
        name="pls",
        subnets=draw(st.sampled_from((("nodes",), ("gone",), ()))),
        addresses=draw(st.sampled_from(((), (ip_address("10.1.0.66"),)))),
        balancer=draw(st.sampled_from(("lb1", "lb2", "lb3", None))),
        front_end=draw(st.sampled_from(("a", "b", "c", "d", None))),
        visible_to=known(()),
        auto_approved=known(()),
        origin=HERE,
    )
    fabric: Fabric = fab.hub_and_spoke(
        load_balancers=balancers,
        private_link_services=(link,),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4", "pls"),),
        peerings=fab.peered("hub", "spoke", connected=known(True)),
    )
    return fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))


@given(linked(), st.sampled_from((80, 443)))
def test_a_private_link_service_chooses_its_front_end_alike(
    asked: Snapshot, port: int
) -> None:
    to = "10.1.9.4"
    alike(asked, JUMP, there(to), sent(MACHINE, to, port))
