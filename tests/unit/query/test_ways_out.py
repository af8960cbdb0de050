from functools import cache
from pathlib import Path

from seawall.ingest import load
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.ways_out import WayOut

EXAMPLES = Path(__file__).parents[3] / "examples"


@cache
def ways(example: str) -> tuple[WayOut, ...]:
    return Case(load([EXAMPLES / example])).ways_out


def way_of(example: str, workload: str) -> WayOut:
    (found,) = [way for way in ways(example) if workload in way.workloads]
    return found


def test_workloads_of_a_default_cluster_reach_anything_by_its_load_balancer() -> None:
    (way,) = ways("open")
    assert way.is_unrestricted
    assert way.destinations == "anything"
    assert way.through == "the cluster's load balancer"


def test_a_firewall_narrows_the_internet_to_the_names_that_its_rules_hold() -> None:
    way = way_of("contoso", "identity/login[Deployment]")
    assert way.verdict is Verdict.ALLOWED
    assert not way.is_unrestricted
    assert "login.microsoftonline.com" in way.destinations
    assert way.through == "afw-hub"


def test_a_network_rule_shows_as_an_address_and_a_port() -> None:
    way = way_of("contoso", "batch/invoice-mailer[CronJob]")
    assert "TCP 587 to 203.0.113.50" in way.destinations


def test_workloads_without_an_egress_rule_for_the_internet_reach_nothing() -> None:
    way = way_of("contoso", "shop/cart[Deployment]")
    assert (way.verdict, way.destinations) == (Verdict.DENIED, "nothing")


def test_every_workload_is_in_some_way() -> None:
    case = Case(load([EXAMPLES / "contoso"]))
    listed = {label for way in case.ways_out for label in way.workloads}
    assert listed == {workload.label for workload in case.workloads}
