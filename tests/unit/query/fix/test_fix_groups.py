"""Rules of security groups that open a flow: their place, and how they are written."""

import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    OUT,
    cidr,
    cluster,
    group,
    hub_and_spoke,
    known,
    network,
    pool,
    public,
    rule,
    snapshot,
    subnet,
)
from seawall.ingest import LoadOptions, load
from seawall.model.end import AddressEnd, End, InternetEnd, NodeEnd, SubnetEnd
from seawall.model.filter import SecurityRule
from seawall.model.interface import NetworkInterface
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.case import Case
from seawall.query.fix.group import GroupChange, arm_rule, free_priority
from seawall.query.fix.offer import Offer, offer
from seawall.query.trace.answer import trace
from seawall.query.words.port import PortText

SSH = PortText(Protocol.TCP, PortRange(22, 22))
CLOSED = rule("closed", 200, IN, DENY)


def guarded(*rules: SecurityRule) -> Snapshot:
    """Return nodes behind a group, and a jump box in the peered network."""
    plain = hub_and_spoke(route_tables=())
    homes = tuple(
        replace(item, route_table=known(None), security_group=known("nsg"))
        if item.name == "nodes"
        else item
        for item in plain.subnets
    )
    fabric = replace(plain, subnets=homes, security_groups=(group("nsg", *rules),))
    return snapshot(fabric, cluster(pool("sys", "nodes")))


def asked(given: Snapshot, port: PortText = SSH, source: str = "jump") -> Offer:
    ends: tuple[End, End] = SubnetEnd(source), NodeEnd("sys")
    case = Case(given, "none")
    return offer(case, trace(case, "q", ends[:1], ends[1:], port=port))


def added(found: Offer) -> list[SecurityRule]:
    changes = [change for fix in found.fixes for change in fix.changes]
    return [change.rule for change in changes if isinstance(change, GroupChange)]


def test_a_rule_stands_before_the_one_that_denies_and_says_only_what_is_asked() -> None:
    (made,) = added(asked(guarded(rule("other", 190, IN, ALLOW, port="80"), CLOSED)))
    assert 190 < made.priority < 200
    assert [str(it) for it in made.sources] == ["10.0.1.0/24"]
    assert [str(it) for it in made.destinations] == ["10.1.0.0/24"]
    assert made.destination_ports == (PortRange(22, 22),)
    assert made.protocol == Protocol.TCP


def test_of_several_rules_that_deny_the_first_sets_the_place() -> None:
    first = rule("first", 150, IN, DENY, source="10.0.1.0/25")
    (made,) = added(asked(guarded(first, CLOSED)))
    assert made.priority < 150


def test_where_no_priority_is_free_there_is_advice_and_no_fix() -> None:
    rules = [rule(f"r{n}", n, IN, DENY, port="80") for n in range(100, 104)]
    found = asked(guarded(*rules, rule("deny", 104, IN, DENY)))
    assert not found.fixes
    assert "make room among the priorities" in found.advice[0].says


def test_a_rule_of_the_other_direction_takes_no_priority() -> None:
    rules = [rule(f"r{n}", n, OUT, ALLOW, port="80") for n in range(100, 104)]
    (made,) = added(asked(guarded(*rules, rule("deny", 104, IN, DENY))))
    assert made.direction is Direction.INGRESS


def test_a_rule_that_may_match_is_passed_by_too() -> None:
    """A service tag may hold the source; which it does is not known."""
    tag = rule("tag", 150, IN, DENY, source="1.2.3.0/24")
    tag = replace(tag, sources=(group("x").rules[1].sources[0],))
    unread = replace(tag, name="unread", destination_ports=None, sources=CLOSED.sources)
    (made,) = added(asked(guarded(unread, CLOSED)))
    assert made.priority < 150


def test_multiples_of_ten_are_taken_where_one_is_near() -> None:
    assert free_priority(group("g", rule("a", 4000, IN, DENY)), IN, 4000) == 3990
    full = [rule(f"r{n}", n, IN, ALLOW) for n in (3995, 4000)]
    assert free_priority(group("g", *full), IN, 4000) == 3999


def test_a_group_that_is_not_in_the_input_is_asked_for() -> None:
    given = guarded(CLOSED)
    lost = replace(given, fabric=replace(given.fabric, security_groups=()))
    found = asked(lost)
    assert not found.fixes
    assert "give the security group" in found.advice[0].says


def test_where_no_group_opens_a_public_address_one_is_to_be_put_there() -> None:
    home = subnet("vms", "net", "10.1.2.0/24")
    own, at = (ip_address("10.1.2.4"),), AddressEnd((cidr("52.0.0.7"),))
    off, none = known(value=False), known(None)
    card = NetworkInterface("nic", "nic", "vms", own, off, none, HERE, ("pip",))
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"),),
        subnets=(home,),
        interfaces=(card,),
        public_addresses=(public("pip", "52.0.0.7"),),
    )
    case = Case(Snapshot(fabric=fabric))
    answer = trace(case, "q", (InternetEnd(),), (at,), port=SSH)
    (advice,) = offer(case, answer).advice
    assert "put a security group there that allows it" in advice.says


def test_what_another_end_gains_is_told() -> None:
    """The group guards all nodes, and the rule names the subnet of all of them."""
    found = asked(guarded(rule("in", 150, IN, DENY, source="10.0.1.0/24"), CLOSED))
    (fix,) = found.fixes
    assert not fix.effects
    given = guarded(CLOSED)
    wide = replace(given, cluster=cluster(pool("sys", "nodes"), pool("user", "nodes")))
    (fix,) = asked(wide).fixes
    assert [str(item) for item in fix.opens] == [
        "opens TCP 22 from subnet:hub/jump to node:user"
    ]


def test_the_json_of_a_rule_reads_back_as_the_rule_that_was_proved(
    tmp_path: Path,
) -> None:
    ports = PortText(Protocol.TCP, PortRange(8000, 8010))
    (made,) = added(asked(guarded(CLOSED), ports))
    base = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
    resource = {
        "id": f"{base}/networkSecurityGroups/nsg",
        "name": "nsg",
        "type": "Microsoft.Network/networkSecurityGroups",
        "location": "westeurope",
        "properties": {"securityRules": [arm_rule(made)]},
    }
    (tmp_path / "nsg.json").write_text(json.dumps(resource), encoding="utf-8")
    (read,) = load([tmp_path], options=LoadOptions()).fabric.security_groups
    (again,) = [item for item in read.rules if not item.is_default]
    assert replace(again, origin=Origin("")) == replace(made, origin=Origin(""))
