"""Names asked for by packets: zones and their links, aliases, and split horizon."""

from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from fabrics import (
    endpoint,
    known,
    network,
    peered,
    pool,
    subnet,
    vault,
    workload,
    zone,
)
from policy_cluster import labelled, policy
from rehearsed import differing, rehearsed
from seawall.model.end import PodEnd, SubnetEnd
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.rehearsal.answer import Compared, Rehearsal
from seawall.query.rehearsal.words import place_text
from seawall.reference.client import told
from seawall.reference.journey import Start
from seawall.twin.classes.cast import NameStand, cast_of, enacted
from seawall.twin.classes.names import STRANGER

NAME = "kv.vault.azure.net"
PRIVATE = "10.1.2.20"


def cluster_with(*zones: object, **changed: object) -> Snapshot:
    """Return pods in `net`, a desk in `far`, and a vault with a private endpoint."""
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"), network("far", "10.2.0.0/16")),
        subnets=(
            subnet("nodes", "net", "10.1.0.0/24"),
            subnet("ends", "net", "10.1.2.0/24"),
            subnet("desk", "far", "10.2.0.0/24"),
        ),
        peerings=peered("net", "far"),
        resources=(vault(host_names=(NAME,)),),
        private_endpoints=(endpoint("ends", PRIVATE),),
        zones=tuple(zones),
    )
    fabric = replace(fabric, **changed)
    on = fab.cluster(pool("p", "nodes"), local_dns=known(False))
    services = (fab.service("web", "app", 80, 8080),)
    return fab.snapshot(fabric, on, workloads=(workload("app"),), services=services)


def meanings(snapshot: Snapshot) -> Rehearsal:
    """Hold a rehearsal, and see that the definition says of names what packets do."""
    found = rehearsed(snapshot)
    assert differing(found) == []
    played = enacted(snapshot, cast_of(snapshot, whole=True))
    workloads = {it.name: it for it in played.objects.workloads}
    starts = {
        "ns/app": Start(PodEnd(workloads["app"]), "p", network="net"),
        "far/desk": Start(SubnetEnd("desk"), network="far"),
    }
    for who, start in starts.items():
        for name in (NAME, "web.ns.svc.cluster.local", STRANGER):
            said = told(played, start, f"{name}.").answer
            got = lookup(found, who, name).outcome.addresses
            assert said.kind != "unknown"
            assert bool(got) is (said.kind != "nothing"), (who, name, said, got)
            if said.kind == "addresses":
                assert got == tuple(map(str, said.addresses))
    return found


def lookup(found: Rehearsal, who: str, name: str) -> Compared:
    hits = [
        item
        for item in found.compared
        if isinstance(item.question.target, NameStand)
        and item.question.target.name == name
        and who in place_text(item.question.source)
    ]
    assert len(hits) == 1, [place_text(it.question.source) for it in hits]
    return hits[0]


LINKED = zone("privatelink.vaultcore.azure.net", "net", kv=PRIVATE)


def test_a_linked_zone_answers_in_its_network_and_the_public_elsewhere() -> None:
    found = meanings(cluster_with(LINKED))
    assert lookup(found, "ns/app", NAME).outcome.addresses == (PRIVATE,)
    assert lookup(found, "far/desk", NAME).outcome.addresses == ("198.18.53.1",)


def test_a_zone_without_the_record_hides_the_public_answer_unless_it_falls_back() -> (
    None
):
    empty = replace(LINKED, records=())
    for falls_back, wanted in ((False, ()), (True, ("198.18.53.1",))):
        links = tuple(replace(it, falls_back=falls_back) for it in empty.links)
        found = meanings(cluster_with(replace(empty, links=links)))
        assert lookup(found, "ns/app", NAME).outcome.addresses == wanted


def test_services_are_names_inside_the_cluster_alone() -> None:
    found = rehearsed(cluster_with())
    assert differing(found) == []
    name = "web.ns.svc.cluster.local"
    (address,) = lookup(found, "ns/app", name).outcome.addresses
    assert ip_address(address)
    assert lookup(found, "far/desk", name).outcome.addresses == ()
    gone = "nobody.default.svc.cluster.local"
    assert lookup(found, "ns/app", gone).outcome.addresses == ()


def test_who_may_not_ask_gets_no_answer() -> None:
    read = cluster_with(LINKED)
    shut = policy("ns/app", labelled(app="app"), egress=[])
    read = replace(read, objects=replace(read.objects, policies=(shut,)))
    found = rehearsed(read, "calico")
    assert differing(found) == []
    assert lookup(found, "ns/app", NAME).outcome.addresses == ()


def test_the_proxy_of_a_firewall_answers_as_its_own_network_would() -> None:
    """The trap of the wrong link: the zone is linked where nobody asks."""
    wall = fab.firewall(
        address=ip_address("10.2.1.4"), subnet="walls", dns_proxy=known(True)
    )
    wall = replace(wall, dns_servers=known(()))
    walls = subnet("walls", "far", "10.2.1.0/24")
    plain = cluster_with(LINKED).fabric
    asking = network("net", "10.1.0.0/16", dns=("10.2.1.4",))
    read = cluster_with(
        LINKED,
        networks=(asking, plain.networks[1]),
        subnets=(*plain.subnets, walls),
        firewalls=(wall,),
    )
    found = meanings(read)
    assert lookup(found, "ns/app", NAME).outcome.addresses == ("198.18.53.1",)
