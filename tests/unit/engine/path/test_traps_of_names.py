"""What analysers get wrong about names, one test for each trap.

Traps are numbered as in the list of Azure's own documentation that they come from; each
test names what is true, and its source.
"""

from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from fabrics import known
from seawall.engine.path import Answer, Answers, PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import AddressEnd, End, NameEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.resolver import (
    ForwardingRule,
    ForwardingRuleset,
    InboundEndpoint,
    PrivateResolver,
)
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import AccessPath, Verdict

WEB = fab.workload("web")
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
SYSTEM = fab.pool("sys", "nodes")
ZONE = "privatelink.vaultcore.azure.net"
VAULT = NameEnd("kv.vault.azure.net")


def shot(fabric: Fabric) -> Snapshot:
    return fab.snapshot(fabric, fab.cluster(SYSTEM), workloads=(WEB,))


def ask(snapshot: Snapshot, source: End, target: End) -> Answer:
    return PathModel.build(snapshot).partition(source, target, services=HTTPS)


def flat(**changed: object) -> Fabric:
    """Return one network, with nodes that may go out and a vault with an endpoint."""
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("endpoints", "net", "10.1.9.0/24"),
        ),
        resources=(fab.vault(),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone(ZONE, "net", kv="10.1.9.4"),),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def resolver(network: str, address: str) -> PrivateResolver:
    door = InboundEndpoint("in", ip_address(address), fab.HERE)
    return PrivateResolver("resolver", "resolver", network, (door,), fab.HERE)


def ruleset(
    *rules: tuple[str, str], enabled: bool = True, networks: tuple[str, ...] = ("net",)
) -> ForwardingRuleset:
    held = tuple(
        ForwardingRule(domain, domain, known(enabled), (ip_address(server),), fab.HERE)
        for domain, server in rules
    )
    return ForwardingRuleset("rs", "rs", networks, held, known(True), fab.HERE)


def test_a_private_endpoint_without_a_linked_zone_is_passed_by() -> None:
    """Trap 20: allowed, but by the public path.

    Source: Azure docs, private-endpoint-dns.
    """
    answer = ask(shot(flat(zones=(fab.zone(ZONE, kv="10.1.9.4"),))), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.PUBLIC,)
    assert answer.partition.verdict() is Verdict.ALLOWED


def test_with_a_linked_zone_the_same_name_is_reached_privately() -> None:
    """Trap 20. Source: Azure docs, private-endpoint-dns."""
    answer = ask(shot(flat()), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.PRIVATE,)
    assert answer.partition.verdict() is Verdict.ALLOWED


def test_an_endpoint_without_a_record_is_an_outage_and_not_the_public_path() -> None:
    """Trap 20. Source: Azure docs, private-dns-fallback."""
    answer = ask(shot(flat(zones=(fab.zone(ZONE, "net"),))), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.UNRESOLVED,)
    assert answer.partition.verdict() is Verdict.DENIED


def test_a_link_that_falls_back_leads_to_the_public_path() -> None:
    """Trap 20, NxDomainRedirect. Source: Azure docs, private-dns-fallback."""
    zone = fab.zone(ZONE, "net", falls_back=True)
    answer = ask(shot(flat(zones=(zone,))), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.PUBLIC,)


def test_a_linked_zone_says_nothing_about_a_resource_without_an_endpoint() -> None:
    """Section 6.3, the second row. Source: Azure docs, private-endpoint-dns."""
    answer = ask(shot(flat(private_endpoints=())), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.PUBLIC,)


def test_a_spoke_does_not_see_the_zones_of_its_hub() -> None:
    """Trap 20: peering carries no zones. Source: Azure docs, private-endpoint-dns."""
    fabric = fab.hub_and_spoke(
        resources=(fab.vault(),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone(ZONE, "hub", kv="10.1.9.4"),),
    )
    assert ask(shot(fabric), PodEnd(WEB), VAULT).paths == (AccessPath.PUBLIC,)
    assert ask(shot(fabric), SubnetEnd("jump"), VAULT).paths == (AccessPath.PRIVATE,)


def test_linked_zones_count_for_nothing_behind_a_server_of_ones_own() -> None:
    """Trap 20: custom DNS. Source: Azure docs, private-endpoint-dns."""
    networks = (fab.network("net", "10.1.0.0/16", dns=("10.1.0.99",)),)
    answer = ask(shot(flat(networks=networks)), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.UNKNOWN,)
    assert answer.partition.verdict() is Verdict.UNKNOWN


def test_zones_of_one_name_answer_each_network_in_their_own_way() -> None:
    """Section 6.3, split horizon. Source: Azure docs, private-endpoint-dns."""
    mine = fab.zone(ZONE, "spoke", kv="10.1.9.4")
    theirs = replace(fab.zone(ZONE, "hub", kv="10.0.1.4"), id="theirs")
    fabric = fab.hub_and_spoke(
        resources=(fab.vault(),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(mine, theirs),
    )
    model = PathModel.build(shot(fabric))
    found = {net: model.resolve(VAULT.name, net) for net in ("hub", "spoke")}
    assert str(found["hub"].addresses) == "10.0.1.4"
    assert str(found["spoke"].addresses) == "10.1.9.4"


def test_a_service_endpoint_is_a_path_of_its_own() -> None:
    """Trap 9: the name still resolves publicly, yet no route decides.

    Source: Azure docs, virtual-network-service-endpoints-overview.
    """
    served = fab.subnet(
        "nodes",
        "spoke",
        "10.1.0.0/24",
        route_table=known("rt"),
        service_endpoints=("Microsoft.KeyVault",),
    )
    fabric = fab.hub_and_spoke(subnets=(served,), resources=(fab.vault(),))
    answer = ask(shot(fabric), PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.SERVICE_ENDPOINT,)
    assert answer.partition.verdict() is Verdict.ALLOWED


def test_pools_with_different_paths_are_told_apart() -> None:
    """Section 6.4: a service endpoint serves one subnet and no other.

    Source: Azure docs, virtual-network-service-endpoints-overview.
    """
    nodes = ("Microsoft.KeyVault",)
    fabric = flat(
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24", service_endpoints=nodes),
            fab.subnet("more", "net", "10.1.1.0/24"),
        ),
        private_endpoints=(),
    )
    on = fab.cluster(SYSTEM, fab.pool("more", "more"))
    snapshot = fab.snapshot(fabric, on, workloads=(WEB,))
    answer = ask(snapshot, PodEnd(WEB), VAULT)
    assert answer.paths == (AccessPath.PUBLIC, AccessPath.SERVICE_ENDPOINT)
    assert ask(snapshot, NodeEnd("more"), VAULT).paths == (AccessPath.PUBLIC,)


def test_an_inbound_endpoint_answers_as_its_own_network_sees_names() -> None:
    """Section 6.3: a private resolver consults the zones of its network.

    Source: Azure docs, private-resolver-endpoints-rulesets.
    """
    fabric = fab.hub_and_spoke(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            fab.network("spoke", "10.1.0.0/16", dns=("10.0.1.9",)),
        ),
        resources=(fab.vault(),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone(ZONE, "hub", kv="10.1.9.4"),),
        resolvers=(resolver("hub", "10.0.1.9"),),
    )
    model = PathModel.build(shot(fabric))
    found = model.resolve(VAULT.name, "spoke")
    assert str(found.addresses) == "10.1.9.4"
    assert [link.at for link in found.chain] == ["resolver"]
    assert ask(shot(replace(fabric, resolvers=())), PodEnd(WEB), VAULT).paths == (
        AccessPath.UNKNOWN,
    )


def test_the_longest_domain_of_a_ruleset_wins_and_a_zone_before_it() -> None:
    """Section 6.3. Source: Azure docs, private-resolver-endpoints-rulesets."""
    fabric = flat(
        zones=(),
        resolvers=(resolver("net", "10.1.0.9"),),
        rulesets=(ruleset(("", "10.9.9.9"), ("vault.azure.net", "10.1.0.9")),),
    )
    model = PathModel.build(shot(fabric))
    # The resolver stands in the same network, whose ruleset leads to it again.
    assert model.resolve(VAULT.name, "net").answer is Answers.UNKNOWN
    assert "10.9.9.9" in model.resolve("www.example.com", "net").says
    zoned = replace(fabric, zones=(fab.zone("azure.net", "net"),))
    assert PathModel.build(shot(zoned)).resolve(VAULT.name, "net").answer is (
        Answers.NOTHING
    )


def test_a_rule_that_is_off_or_linked_elsewhere_sends_nothing_away() -> None:
    """Section 6.3. Source: Azure docs, private-resolver-endpoints-rulesets."""
    off = ruleset(("azure.net", "10.9.9.9"), enabled=False)
    elsewhere = ruleset(("azure.net", "10.9.9.9"), networks=("other",))
    for each in (off, elsewhere):
        answer = ask(shot(flat(rulesets=(each,))), PodEnd(WEB), VAULT)
        assert answer.paths == (AccessPath.PRIVATE,)


def test_a_name_of_the_platform_may_be_served_by_an_endpoint_that_is_not_given() -> (
    None
):
    """Section 6.3, the last two rows: a linked zone then decides.

    Source: Azure docs, private-endpoint-dns.
    """
    stranger = NameEnd("other.vault.azure.net")
    answer = ask(shot(flat()), PodEnd(WEB), stranger)
    assert answer.paths == (AccessPath.UNKNOWN,)
    unlinked = flat(zones=(fab.zone(ZONE, kv="10.1.9.4"),))
    assert ask(shot(unlinked), PodEnd(WEB), stranger).paths == (AccessPath.PUBLIC,)
    falls_back = flat(zones=(fab.zone(ZONE, "net", falls_back=True),))
    assert ask(shot(falls_back), PodEnd(WEB), stranger).paths == (AccessPath.PUBLIC,)


def test_a_public_address_in_a_private_zone_need_not_be_the_resource() -> None:
    """Whoever writes a record decides what it holds. Source: path.md, I4."""
    zone = fab.zone(ZONE, "net", kv="40.0.0.1")
    for public in (True, False):
        fabric = flat(
            zones=(zone,),
            resources=(fab.vault(public=known(public)),),
        )
        on = fab.cluster(SYSTEM)
        answer = ask(fab.snapshot(fabric, on, workloads=(WEB,)), PodEnd(WEB), VAULT)
        assert answer.paths == (AccessPath.PUBLIC,)
        assert answer.partition.verdict() is Verdict.UNKNOWN


def test_an_address_has_no_path() -> None:
    """The path is that of a name: an address says itself where it is."""
    target = AddressEnd((fab.cidr("10.1.9.4/32"),))
    assert ask(shot(flat()), PodEnd(WEB), target).paths == ()
