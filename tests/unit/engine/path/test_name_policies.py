"""DNS security policies: names that Azure's own resolver does not answer.

Source of each: Azure docs, dns-security-policy; Azure REST, DNS Security Rules.
"""

import pytest

import fabrics as fab
from azure_builders import Json, convert, resource, resource_id
from fabrics import known
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution
from seawall.model.name_policy import NamePolicy, NameRule
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

NAME = "www.example.com"


def rule(
    priority: int,
    *domains: str,
    blocks: bool = True,
    enabled: Setting[bool] | None = None,
) -> NameRule:
    on = enabled or known(value=True)
    name = f"r{priority}"
    return NameRule(name, priority, known(value=blocks), on, domains, fab.HERE)


def policy(*rules: NameRule, networks: tuple[str, ...] = ("net",)) -> NamePolicy:
    return NamePolicy("p", "p", networks, rules, known(value=True), fab.HERE)


def found(*policies: NamePolicy, name: str = NAME, **changed: object) -> Resolution:
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16", **changed),),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"),),
        zones=(fab.zone("corp.example", "net", db="10.1.5.7"),),
        name_policies=policies,
    )
    shot = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    return PathModel.build(shot).resolve(name, "net")


def test_a_blocked_name_does_not_resolve_be_it_public_or_of_a_zone() -> None:
    blocked = found(policy(rule(100, NAME)))
    assert blocked.answer is Answers.NOTHING
    assert "DNS security policy `p` blocks it" in blocked.says
    private = policy(rule(100, "db.corp.example"))
    assert found(private, name="db.corp.example").answer is Answers.NOTHING
    assert found(private).answer is Answers.PUBLIC


def test_the_rule_of_the_lowest_number_that_matches_decides() -> None:
    allow, block = rule(100, NAME, blocks=False), rule(200, "")
    assert found(policy(block, allow)).answer is Answers.PUBLIC
    assert found(policy(block, allow), name="x.org").answer is Answers.NOTHING
    off = rule(100, NAME, blocks=False, enabled=known(value=False))
    assert found(policy(off, block)).answer is Answers.NOTHING


def test_whether_a_domain_means_what_is_below_it_is_not_known_here() -> None:
    below = policy(rule(100, "example.com"))
    assert found(below).answer is Answers.UNKNOWN
    assert found(below, name="example.com").answer is Answers.NOTHING
    both = policy(rule(100, "example.com"), rule(200, ""))
    assert found(both).answer is Answers.NOTHING


def test_a_policy_of_another_network_or_behind_other_servers_blocks_nothing() -> None:
    other = policy(rule(100, ""), networks=("other",))
    assert found(other).answer is Answers.PUBLIC
    own = found(policy(rule(100, "")), dns=("10.1.0.99",))
    assert "what DNS server 10.1.0.99 answers" in own.says


@pytest.mark.parametrize("part", ["links", "rules"])
def test_a_policy_without_its_parts_leaves_names_open(part: str) -> None:
    items = [it for it in exported() if part[:-1] not in str(it["type"]).lower()]
    (held,) = convert(items).fabric.name_policies
    assert not held.complete.known
    assert f"no {part}" in held.complete.why
    assert found(held).answer is Answers.UNKNOWN


def exported() -> list[Json]:
    """Return a policy as the platform exports it."""
    network = {"id": resource_id("virtualNetworks", "net")}
    head = resource("dnsResolverPolicies", "p")
    domains = resource("dnsResolverDomainLists", "l", domains=["Example.com.", "."])
    children = (
        ("virtualNetworkLinks", {"virtualNetwork": network}),
        (
            "dnsSecurityRules",
            {
                "priority": 100,
                "action": {"actionType": "Block", "blockResponseCode": "SERVFAIL"},
                "dnsResolverDomainLists": [{"id": domains["id"]}],
                "dnsSecurityRuleState": "Enabled",
            },
        ),
    )
    parts = [
        {
            "id": f"{head['id']}/{kind}/x",
            "name": "x",
            "type": f"{head['type']}/{kind}",
            "properties": body,
        }
        for kind, body in children
    ]
    return [head, domains, *parts]


def test_a_policy_is_read_with_its_rules_links_and_lists() -> None:
    part = convert(exported())
    (held,) = part.fabric.name_policies
    assert held.networks == (resource_id("virtualNetworks", "net").lower(),)
    (one,) = held.rules
    assert (one.priority, one.domains) == (100, ("example.com", ""))
    assert one.blocks.is_surely(value=True)
    assert held.complete.is_surely(value=True)
    assert not any("not modelled" in each.what for each in part.diagnostics)


def test_a_rule_that_cannot_be_read_is_told_and_may_be_about_every_name() -> None:
    head, _, link, written = exported()
    odd = {"action": {"actionType": "Drop"}, "dnsResolverDomainLists": [{"id": "x"}]}
    part = convert([head, link, {**written, "properties": odd}])
    (held,) = part.fabric.name_policies
    assert held.rules[0].domains is None
    assert not held.rules[0].blocks.known
    assert any("priority of the DNS security rule" in d.what for d in part.diagnostics)
