from functools import cache
from pathlib import Path

from seawall.flowspace import Field
from seawall.ingest import load
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer

EXAMPLES = Path(__file__).parents[3] / "examples"


@cache
def doors(example: str) -> tuple[DoorAnswer, ...]:
    return Case(load([EXAMPLES / example])).doors


def only(example: str, word: str) -> DoorAnswer:
    (found,) = [door for door in doors(example) if word in door.name]
    return found


def test_a_public_service_behind_a_firewall_route_loses_its_replies() -> None:
    door = only("contoso", "shop/partner-feed")
    assert door.verdict is Verdict.ALLOWED
    assert door.reply is Reply.LOST
    assert door.source == "internet"
    assert door.target == "shop/partner-feed[Deployment]"
    assert any("reply is lost" in hop.says for hop in door.back)


def test_an_application_gateway_leads_to_the_pods_behind_its_backend_address() -> None:
    door = only("contoso", "agw-shop")
    assert door.target == "ingress/traefik[Deployment]"
    assert door.reply is Reply.RETURNS


def test_an_internal_load_balancer_is_asked_for_the_private_networks() -> None:
    door = only("contoso", "kubernetes-internal")
    assert door.source == "private networks"
    assert not door.door.is_public


def test_the_api_server_is_not_among_the_doors_to_pods() -> None:
    assert not [door for door in doors("open") if "api" in door.name.lower()]


def test_a_default_cluster_opens_a_published_service_to_everyone() -> None:
    door = only("open", "shop/storefront")
    assert (door.verdict, door.reply) == (Verdict.ALLOWED, Reply.RETURNS)


def test_a_private_door_is_asked_for_on_premises_too() -> None:
    door = only("isolated", "kubernetes-internal")
    assert door.verdict is Verdict.ALLOWED
    sources = door.flows.project(Field.SOURCE)
    assert sources == {4: ((0x0A64_0000, 0x0A64_FFFF),)}
