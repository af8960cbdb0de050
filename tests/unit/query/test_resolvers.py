from functools import cache
from pathlib import Path

from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.resolvers import answering_network
from seawall.query.side_doors.alike import alike_outward

EXAMPLES = Path(__file__).parents[3] / "examples"


@cache
def contoso() -> Case:
    return Case(load([EXAMPLES / "contoso"]))


def network(name: str) -> str:
    (found,) = [
        each.id for each in contoso().snapshot.fabric.networks if each.name == name
    ]
    return found


def test_a_network_that_asks_a_firewall_is_answered_where_the_firewall_stands() -> None:
    answering = answering_network(contoso().paths, network("vnet-shop"))
    assert answering == network("vnet-hub")


def test_a_network_that_asks_azure_is_answered_itself() -> None:
    answering = answering_network(contoso().paths, network("vnet-hub"))
    assert answering == network("vnet-hub")


def test_a_network_that_is_not_in_the_input_has_no_known_resolver() -> None:
    assert answering_network(contoso().paths, "elsewhere") is None


def test_workloads_under_the_same_policies_on_the_same_pools_are_alike() -> None:
    case = contoso()
    groups = alike_outward(case.paths, case.table, case.workloads)
    assert sorted(each.label for group in groups for each in group) == sorted(
        each.label for each in case.workloads
    )
    assert len(groups) > 1
    for group in groups:
        assert len({each.namespace for each in group}) == 1
