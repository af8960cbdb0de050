"""Who is behind an address."""

from dataclasses import replace

from fabrics import (
    cidr,
    cluster,
    hub_and_spoke,
    known,
    pod,
    pool,
    snapshot,
    workload,
)
from seawall.app.cli.show.seen_as import seen_as_text
from seawall.model.cluster import OutboundType
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.seen_as import OWN, SeenAs, document, seen_as

WEB = workload("web", pods=(pod("web-1", "10.244.0.7"),))
JOB = workload("job", pods=(pod("job-1", "10.244.0.8"),))
HOST = workload("agent", host_network=True)


def shop(**changed: object) -> Snapshot:
    """Return nodes that reach the internet by a load balancer, and their peers."""
    fabric = hub_and_spoke(firewalls=(), route_tables=())
    subnets = tuple(replace(item, route_table=known(None)) for item in fabric.subnets)
    on = cluster(pool("sys", "nodes"), outbound=known(OutboundType.LOAD_BALANCER))
    return snapshot(
        replace(fabric, subnets=subnets, **changed),  # type: ignore[arg-type]
        on,
        workloads=(WEB, JOB, HOST),
    )


def asked(text: str, of: Snapshot | None = None) -> tuple[Case, SeenAs]:
    case = Case(of or shop())
    return case, seen_as(case, (cidr(text),))


def test_pods_behind_one_node_cannot_be_told_apart() -> None:
    case, found = asked("10.1.0.4")
    (group,) = found.groups
    assert [str(item) for item in group.addresses] == ["10.1.0.4"]
    by = {
        (case.end_text(item.end), item.through, item.verdict) for item in group.senders
    }
    assert by >= {
        ("ns/web[Deployment]", "masquerade at node", Verdict.ALLOWED),
        ("ns/job[Deployment]", "masquerade at node", Verdict.ALLOWED),
        ("ns/agent[Deployment]", OWN, Verdict.ALLOWED),
        ("node:sys", OWN, Verdict.ALLOWED),
    }
    text = seen_as_text(case, found, colored=False)
    assert "cannot be told apart" in text


def test_an_address_that_nobody_has_is_said_so() -> None:
    case, found = asked("10.77.0.1")
    assert not found.groups
    assert "nobody in the input" in seen_as_text(case, found, colored=False)


def test_a_translator_whose_addresses_are_not_known_may_have_any() -> None:
    case, found = asked("20.1.2.3")
    (group,) = found.groups
    assert all(item.is_guess for item in group.senders)
    assert {item.verdict for item in group.senders} == {Verdict.UNKNOWN}
    assert "not in the input" in seen_as_text(case, found, colored=False)


def test_a_pods_own_address_is_told_as_held() -> None:
    case, found = asked("10.244.0.7")
    assert found.holders == (WEB,)
    assert not found.groups
    assert document(case, found)["holders"] == ["ns/web[Deployment]"]


def test_machines_without_nodes_keep_their_address() -> None:
    case, found = asked("10.0.1.9")
    (group,) = found.groups
    assert [case.end_text(item.end) for item in group.senders] == ["subnet:hub/jump"]
