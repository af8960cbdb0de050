from dataclasses import replace

import fabrics as fab
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, InternetEnd, SubnetEnd
from seawall.model.network import NextHop
from seawall.model.packet import PortRange
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.trace.answer import document, trace
from seawall.query.trace.way_back import in_practice, mends
from seawall.query.words.port import PortText


def asymmetric() -> Case:
    """Return a spoke that answers through a firewall that no request passes."""
    fabric = fab.hub_and_spoke(
        route_tables=(
            fab.table(
                "rt",
                fab.route("hub", "10.0.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"),
            ),
        )
    )
    return Case(fab.snapshot(fabric))


def test_what_arrives_without_an_answer_is_denied_in_practice() -> None:
    """Source: AKS docs, limit-egress-traffic; azure-network.md 3.4, aks.md 6.5."""
    case = asymmetric()
    answer = trace(
        case, "?", (SubnetEnd("jump"),), (SubnetEnd("nodes"),), port=PortText()
    )
    assert answer.verdict is Verdict.ALLOWED
    assert "arrives, but is denied in practice: rt/hub leads the reply" in (
        answer.sentence
    )
    found = document(case, answer)
    assert found["verdict"] == "allowed"
    assert found["reply"] == "lost"
    assert found["inPractice"] == "denied"
    assert any("mirrored route" in str(item) for item in found["mends"])  # type: ignore[attr-defined]


def test_a_way_back_that_returns_needs_no_mend() -> None:
    case = Case(fab.snapshot(fab.hub_and_spoke()))
    answer = trace(
        case, "?", (SubnetEnd("jump"),), (SubnetEnd("endpoints"),), port=PortText()
    )
    found = document(case, answer)
    assert (found["inPractice"], found["mends"]) == ("allowed", [])
    assert "the reply returns" in answer.sentence


def test_the_internet_is_led_in_by_dnat_or_by_a_private_ingress() -> None:
    """Source: AKS docs, limit-egress-traffic, "Add a DNAT rule"; aks.md 6.5."""
    first, second = mends(Verdict.ALLOWED, Reply.LOST, InternetEnd())
    assert "DNAT" in first
    assert "internal front end" in first
    assert "private ingress" in second
    assert not mends(Verdict.ALLOWED, Reply.RETURNS, InternetEnd())
    assert not mends(Verdict.DENIED, Reply.NOT_SENT, InternetEnd())


def test_an_unknown_way_back_is_not_known_in_practice() -> None:
    assert in_practice(Verdict.ALLOWED, Reply.UNKNOWN) is Verdict.UNKNOWN
    assert in_practice(Verdict.UNKNOWN, Reply.LOST) is Verdict.UNKNOWN
    assert in_practice(Verdict.DENIED, Reply.NOT_SENT) is Verdict.DENIED


def test_one_side_in_a_firewall_and_the_other_past_it_is_asymmetric() -> None:
    """Source: Azure docs, virtual-networks-udr-overview; trap 17, both directions."""
    case = asymmetric()
    fabric = case.snapshot.fabric
    back = replace(
        fabric,
        subnets=tuple(
            replace(each, route_table=fab.known("mirror"))
            if each.name == "jump"
            else each
            for each in fabric.subnets
        ),
        route_tables=(
            *fabric.route_tables,
            fab.table(
                "mirror",
                fab.route("sp", "10.1.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"),
            ),
        ),
        firewalls=(
            fab.firewall(
                fab.collection("n", 100, fab.ALLOW, fab.network_rule("r", "*", "443"))
            ),
        ),
    )
    target = AddressEnd((fab.cidr("10.1.0.9"),))
    answer = trace(
        Case(fab.snapshot(back)),
        "?",
        (SubnetEnd("jump"),),
        (target,),
        port=PortText(6, PortRange(443, 443)),
    )
    assert "the reply returns" in answer.sentence


def test_replies_that_fare_otherwise_than_the_one_that_is_explained_are_told() -> None:
    tables = (
        fab.table(
            "rt",
            fab.route("hub", "10.0.1.0/25", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"),
        ),
    )
    case = Case(fab.snapshot(fab.hub_and_spoke(route_tables=tables)))
    jump = (AddressEnd((AddressRange.parse("10.0.1.0/24"),)),)
    answer = trace(case, "?", jump, (SubnetEnd("nodes"),), port=PortText())
    fates = {answer.reply, *(each.fate for each in answer.others)}
    assert fates == {Reply.LOST, Reply.RETURNS}
    halves = {Reply.LOST: "10.0.1.0/25", Reply.RETURNS: "10.0.1.128/25"}
    other = answer.others[0].fate
    assert f"; the reply to {halves[other]}" in answer.sentence
    written = document(case, answer)["otherReplies"]
    assert [each["reply"] for each in written] == [other.value]
    assert written[0]["flows"][0]["from"] == [halves[other]]
