"""What holds of needs in what runs is asked over packets, and steps follow from it."""

from datetime import date
from pathlib import Path
from typing import Any

from seawall.design.adopt import adopt
from seawall.design.adopt.answer import Adoption
from seawall.design.requirements.needs import (
    Access,
    Call,
    Desk,
    Egress,
    EgressName,
    Operator,
    Requirements,
    Segment,
)
from seawall.ingest import load
from seawall.query.intents.verdict import Standing

ROOT = Path(__file__).parents[4]
DAY = date(2026, 11, 29)
SHOP = Segment("shop", "shop", (8080,), (Call("payments", (8443,)),))
PAYMENTS = Segment("payments", "payments", (8443,))


def adopted(example: str, **needed: Any) -> Adoption:
    needs = Requirements("shop", "westeurope", {}, **needed)
    found = adopt(load([ROOT / "examples" / example]), needs, DAY)
    assert found is not None
    return found


def standing(found: Adoption) -> dict[str, Standing]:
    """Return what holds of the needs; what every cluster lives by is left out."""
    return {
        each.need: each.standing
        for each in found.today
        if not each.need.startswith("cluster.")
    }


def test_what_every_cluster_lives_by_is_asked_about_too() -> None:
    found = adopted("contoso", access=Access.PRIVATE)
    lives_by = {each.need: each.standing for each in found.today}
    assert lives_by["cluster.api-server"] is Standing.HOLDS
    assert lives_by["cluster.egress"] is Standing.HOLDS


def test_each_need_that_packets_show_is_judged_in_what_runs() -> None:
    found = adopted(
        "contoso",
        access=Access.PRIVATE,
        egress=Egress.NAMES,
        names=(EgressName("login.microsoftonline.com"),),
        default_deny=True,
        operators=(Operator("admins", Desk.VPN),),
        segments=(SHOP, PAYMENTS),
    )
    assert standing(found) == {
        "api-server.access": Standing.HOLDS,
        "egress.to": Standing.VIOLATED,
        "egress.names[0]": Standing.VIOLATED,
        "segments[0].calls[0]": Standing.VIOLATED,
        "pods.default-deny": Standing.HOLDS,
    }
    names = next(each for each in found.today if each.need == "egress.to")
    assert "settlement.contoso.com" in names.why
    assert [list(step.sets) for step in found.steps] == [["firewall"], ["default_deny"]]


def test_what_holds_by_packets_needs_no_step() -> None:
    found = adopted(
        "contoso", access=Access.PRIVATE, default_deny=True, segments=(PAYMENTS,)
    )
    assert set(standing(found).values()) == {Standing.HOLDS}
    assert found.steps == ()


def test_what_is_not_in_the_input_is_not_taken_to_hold() -> None:
    found = adopted("open", default_deny=True, segments=(PAYMENTS,))
    assert standing(found) == {"pods.default-deny": Standing.UNKNOWN}
    assert any("default_deny" in step.sets for step in found.steps)


def test_tenants_are_asked_about_both_ways() -> None:
    one = Segment("shop", "shop", (8080,), (), "red")
    other = Segment("payments", "payments", (8443,), (), "blue")
    found = adopted("contoso", segments=(one, other))
    asked = standing(found)
    assert set(asked) == {"segments[0].tenant", "segments[1].tenant"}


def test_packets_that_must_pass_a_firewall_are_asked_about() -> None:
    found = adopted("contoso", egress=Egress.FIREWALL, segments=(PAYMENTS,))
    assert standing(found)["egress.to"] is Standing.HOLDS
    bare = adopted("open", egress=Egress.FIREWALL, segments=(Segment("a", "shop"),))
    assert standing(bare)["egress.to"] is not Standing.HOLDS


def test_a_public_api_server_is_not_private() -> None:
    found = adopted("open", access=Access.PRIVATE)
    assert standing(found) == {"api-server.access": Standing.VIOLATED}
    assert found.today[0].why.startswith("internet -> api-server")
