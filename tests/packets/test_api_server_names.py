"""Names of API servers, asked by packets: zones, their links, and the public name."""

from dataclasses import replace

import fabrics as fab
from fabrics import (
    HERE,
    endpoint,
    known,
    network,
    pool,
    snapshot,
    subnet,
    vault,
    workload,
    zone,
)
from rehearsed import differing, rehearsed
from seawall.model.end import SubnetEnd
from seawall.model.name import DnsZone
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.rehearsal.words import place_text
from seawall.reference.client import told
from seawall.reference.journey import Start
from seawall.twin.classes.cast import NameStand, cast_of, enacted

SUFFIX = "privatelink.west.azmk8s.io"
OWN, PUBLIC = f"shop.{SUFFIX}", "shop.hcp.west.azmk8s.io"
INSIDE = "10.1.2.30"
LINKED = zone(SUFFIX, "net", shop=INSIDE)


def cluster_with(
    *zones: DnsZone, private: bool = True, public_name: bool = True
) -> Snapshot:
    """Return a cluster in `net`, where its API server has an endpoint, and a desk."""
    api = vault(
        id="api",
        kind="api-server",
        name="aks",
        host_names=(OWN, PUBLIC) if private else (PUBLIC,),
        private_suffix=SUFFIX,
        public=known(not private),
    )
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"), network("far", "10.2.0.0/16")),
        subnets=(
            subnet("nodes", "net", "10.1.0.0/24"),
            subnet("ends", "net", "10.1.2.0/24"),
            subnet("desk", "far", "10.2.0.0/24"),
        ),
        resources=(api,),
        private_endpoints=(endpoint("ends", INSIDE, "api"),) if private else (),
        zones=zones,
    )
    plain = fab.cluster(pool("p", "nodes"))
    server = replace(
        plain.api_server,
        private=known(private),
        public_name=known(public_name),
        name=OWN if private else PUBLIC,
        origin=HERE,
    )
    on = replace(plain, api_server=server)
    return snapshot(fabric, on, workloads=(workload("app"),))


def learned(read: Snapshot) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what each learns of each name, and see that the definition agrees."""
    found = rehearsed(read)
    assert differing(found) == []
    out = {}
    for item in found.compared:
        target = item.question.target
        if isinstance(target, NameStand) and target.name in (OWN, PUBLIC):
            who = place_text(item.question.source)
            out[who.split("[")[0], target.name] = item.outcome.addresses
    played = enacted(read, cast_of(read, whole=True))
    for (who, name), got in out.items():
        if who == "machine far/desk":
            said = told(played, Start(SubnetEnd("desk"), network="far"), name).answer
            assert said.kind != "unknown", name
            assert bool(got) is (said.kind != "nothing"), name
    return out


def test_a_private_name_is_known_where_its_zone_is_linked_alone() -> None:
    found = learned(cluster_with(LINKED))
    assert found["ns/app", OWN] == (INSIDE,)
    assert found["machine far/desk", OWN] == ()
    nowhere = learned(cluster_with(replace(LINKED, links=())))
    assert nowhere["ns/app", OWN] == ()


def test_the_public_name_of_a_private_cluster_leads_inside() -> None:
    found = learned(cluster_with(LINKED))
    assert found["machine far/desk", PUBLIC] == (INSIDE,)
    closed = learned(cluster_with(LINKED, public_name=False))
    assert closed["machine far/desk", PUBLIC] == ()


def test_a_public_cluster_has_a_public_address() -> None:
    found = learned(cluster_with(private=False))
    (address,) = found["machine far/desk", PUBLIC]
    assert not address.startswith("10.")
    assert found["ns/app", PUBLIC] == (address,)
