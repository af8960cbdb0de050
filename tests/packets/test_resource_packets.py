"""Firewalls of platform resources: whom they let in at their public address."""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import cidr, known, network, pool, public, subnet, vault, workload
from rehearsed import differing, rehearsed
from seawall.model.cluster import OutboundType
from seawall.model.endpoint import PlatformResource
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.rehearsal.answer import Rehearsal
from seawall.query.rehearsal.words import place_text
from seawall.twin.classes.cast import ResourceStand
from seawall.twin.plan import Result

LENT = "52.0.0.50"
DESK = "131.107.0.0/24"


def around(resource: PlatformResource, **at_nodes: object) -> Snapshot:
    """Return pods that leave by a load balancer, a desk beside, and a resource."""
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"),),
        subnets=(
            subnet("nodes", "net", "10.1.0.0/24", **at_nodes),
            subnet("desk", "net", "10.1.5.0/24"),
        ),
        public_addresses=(public("pip-out", LENT),),
        resources=(resource,),
    )
    on = fab.cluster(
        pool("p", "nodes"),
        outbound=known(OutboundType.LOAD_BALANCER),
        outbound_addresses=known(("pip-out",)),
    )
    return fab.snapshot(fabric, on, workloads=(workload("app"),))


def reached(found: Rehearsal) -> dict[str, bool]:
    """Return who was answered by the resource."""
    assert differing(found) == []
    return {
        place_text(item.question.source): item.outcome.result is Result.ANSWERED
        for item in found.compared
        if isinstance(item.question.target, ResourceStand)
    }


def of(answers: dict[str, bool], who: str) -> bool:
    found = {came for name, came in answers.items() if who in name}
    assert len(found) == 1, answers
    return found.pop()


def test_an_open_resource_answers_everybody_and_a_closed_one_nobody() -> None:
    for is_open in (True, False):
        answers = reached(rehearsed(around(vault(public=known(is_open)))))
        assert of(answers, "ns/app") is is_open
        assert {it for name, it in answers.items() if "for " in name} == {is_open}


def test_ranges_admit_the_address_that_the_cluster_leaves_by() -> None:
    for admitted, reaches in ((f"{LENT}/32", True), (DESK, False)):
        closed = vault(
            default_access_allowed=known(False), allowed_ranges=(cidr(admitted),)
        )
        answers = reached(rehearsed(around(closed)))
        assert of(answers, "ns/app") is reaches
        if admitted == DESK:
            assert of(answers, "(for 131.107.0.0") is True


@pytest.mark.parametrize("member", [True, False])
def test_a_service_endpoint_is_admitted_by_subnet_and_never_by_address(
    *, member: bool
) -> None:
    closed = vault(
        default_access_allowed=known(False),
        allowed_ranges=(cidr(f"{LENT}/32"),),
        allowed_subnets=("nodes",) if member else (),
    )
    endpoint = {"service_endpoints": ("Microsoft.KeyVault",)}
    answers = reached(rehearsed(around(closed, **endpoint)))
    assert of(answers, "ns/app") is member


def test_the_api_server_lets_in_its_authorized_ranges_and_its_own_cluster() -> None:
    server = vault(
        id="aks",
        kind="api-server",
        host_names=("api.hcp.west.azmk8s.io",),
        private_suffix="",
        service_endpoint="",
        default_access_allowed=known(False),
        allowed_ranges=(cidr(DESK),),
    )
    read = around(server)
    assert read.cluster is not None
    api = replace(read.cluster.api_server, resource="aks", private=known(False))
    read = replace(read, cluster=replace(read.cluster, api_server=api))
    answers = reached(rehearsed(read))
    assert of(answers, "ns/app") is True
    assert of(answers, "(for 131.107.0.0") is True
    outside = {it for name, it in answers.items() if "for " in name}
    assert outside == {True, False}
