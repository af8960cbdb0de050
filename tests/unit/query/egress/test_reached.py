"""Whether what is needed passes: from every pool, on every port, for every address."""

from dataclasses import replace
from typing import Any

import pytest

from egress_builders import AKS, ALLOW, DENY, ask, behind, one_cluster
from fabrics import (
    HERE,
    OUT,
    application_rule,
    collection,
    firewall,
    group,
    hidden,
    hub_and_spoke,
    known,
    network,
    network_rule,
    pool,
    rule,
    subnet,
    vault,
)
from seawall.engine.path import PathModel
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.policy import Direction, Policy
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Layer, Verdict
from seawall.model.upkeep import Addon
from seawall.model.workload import Workload
from seawall.query.egress.answer import EgressAnswer, Row
from seawall.query.egress.destinations import within


def rows(answer: EgressAnswer, name: str) -> list[Row]:
    return [row for row in answer.rows if row.destination.text == name]


def verdict(answer: EgressAnswer, name: str) -> Verdict:
    (row,) = rows(answer, name)
    return row.verdict


def test_the_firewall_tag_lets_the_core_pass_and_is_named() -> None:
    answer = ask(behind(collection("platform", 100, ALLOW, AKS)))
    assert not answer.having(Verdict.DENIED)
    assert not answer.having(Verdict.UNKNOWN)
    (row,) = rows(answer, "mcr.microsoft.com")
    let_by = row.passage.let_by
    assert let_by is not None
    assert let_by.rule is not None
    assert (let_by.layer, let_by.rule.name) == (Layer.FIREWALL, "platform/aks")


def test_what_no_rule_allows_is_blocked_and_the_firewall_has_its_place() -> None:
    names = ("mcr.microsoft.com", "*.hcp.westeurope.azmk8s.io")
    only = collection("platform", 100, ALLOW, application_rule("some", *names))
    answer = ask(behind(only))
    blocked = {row.destination.text for row in answer.having(Verdict.DENIED)}
    assert "management.azure.com" in blocked
    assert not {"mcr.microsoft.com"} & blocked
    (row,) = rows(answer, "management.azure.com")
    (hop,) = row.passage.blockers
    assert hop.layer is Layer.FIREWALL
    assert hop.rule is not None
    assert hop.rule.origin == HERE


def test_some_names_of_a_pattern_leave_it_not_known_and_are_told() -> None:
    """A wildcard is met by a wildcard; a rule for one name under it may be enough."""
    one = application_rule("data", "westeurope.data.mcr.microsoft.com")
    answer = ask(behind(collection("platform", 100, ALLOW, one)))
    (row,) = rows(answer, "*.data.mcr.microsoft.com")
    assert row.verdict is Verdict.UNKNOWN
    assert "`westeurope.data.mcr.microsoft.com`" in row.passage.says
    assert verdict(answer, "mcr.microsoft.com") is Verdict.DENIED


def test_a_name_that_is_allowed_on_another_port_is_blocked() -> None:
    rule_ = replace(
        application_rule("plain", "mcr.microsoft.com"), ports=(("http", 80),)
    )
    answer = ask(behind(collection("platform", 100, ALLOW, rule_)))
    assert verdict(answer, "mcr.microsoft.com") is Verdict.DENIED


def test_every_pool_is_asked_and_the_one_that_is_cut_off_is_named() -> None:
    fabric = behind(collection("platform", 100, ALLOW, AKS))
    fabric = replace(
        fabric,
        subnets=(
            *fabric.subnets,
            subnet("more", "spoke", "10.1.2.0/24", security_group=known("closed")),
        ),
        security_groups=(group("closed", rule("none", 200, OUT, DENY, to="Internet")),),
    )
    pools = (pool("p", "nodes"), pool("q", "more"))
    answer = ask(fabric, one_cluster(*pools))
    found = {row.senders: row for row in rows(answer, "mcr.microsoft.com")}
    assert found[("nodes of p",)].verdict is Verdict.ALLOWED
    cut = found[("nodes of q",)]
    assert cut.verdict is Verdict.DENIED
    assert cut.passage.blockers[0].layer is Layer.SUBNET_FILTER


def test_pools_that_fare_alike_are_one_row() -> None:
    fabric = behind(collection("platform", 100, ALLOW, AKS))
    pools = (pool("p", "nodes"), pool("q", "nodes"))
    (row,) = rows(ask(fabric, one_cluster(*pools)), "mcr.microsoft.com")
    assert row.senders == ("nodes of p", "nodes of q")


def test_pools_that_fare_alike_are_asked_once_and_all_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fabric = behind(collection("platform", 100, ALLOW, AKS))
    asked: list[object] = []
    whole = PathModel.partition

    def counting(model: PathModel, source: Any, *rest: Any, **more: Any) -> Any:
        asked.append(source)
        return whole(model, source, *rest, **more)

    monkeypatch.setattr(PathModel, "partition", counting)
    ask(fabric, one_cluster(pool("p", "nodes")))
    once = len(asked)
    pools = tuple(pool(name, "nodes") for name in "pqrs")
    answer = ask(fabric, one_cluster(*pools))
    assert len(asked) == 2 * once
    (row,) = rows(answer, "mcr.microsoft.com")
    assert row.senders == tuple(f"nodes of {name}" for name in "pqrs")
    asked.clear()
    unknown = replace(pools[1], nic_security_group=hidden())
    ask(fabric, one_cluster(pools[0], unknown))
    assert len(asked) > once


def test_a_rule_that_surely_allows_is_named_before_one_that_may() -> None:
    fabric = behind(
        collection("old", 90, ALLOW, network_rule("tag", "Storage", "443")),
        collection("names", 100, ALLOW, application_rule("mcr", "mcr.microsoft.com")),
    )
    (row,) = rows(ask(fabric), "mcr.microsoft.com")
    assert row.verdict is Verdict.ALLOWED
    let_by = row.passage.let_by
    assert let_by is not None
    assert let_by.rule is not None
    assert let_by.rule.name == "names/mcr"


def test_a_group_that_denies_some_addresses_leaves_a_name_not_known() -> None:
    """The address of a public name is not known (path.md, Q4)."""
    some = group("some", rule("bad", 200, OUT, DENY, to="203.0.112.0/24"))
    fabric = hub_and_spoke(
        subnets=(
            subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("some")),
        ),
        security_groups=(some,),
    )
    one = one_cluster(outbound=known(OutboundType.LOAD_BALANCER))
    (row,) = rows(ask(fabric, one), "mcr.microsoft.com")
    assert row.verdict is Verdict.UNKNOWN
    assert "depends on the address" in row.passage.says
    assert row.passage.blockers[0].layer is Layer.SUBNET_FILTER


def test_without_a_way_out_everything_outside_is_blocked() -> None:
    fabric = hub_and_spoke(subnets=(subnet("nodes", "spoke", "10.1.0.0/24"),))
    answer = ask(fabric, one_cluster(outbound=known(OutboundType.NONE)))
    assert answer.having(Verdict.DENIED)
    assert not answer.having(Verdict.ALLOWED)


def test_a_firewall_whose_rules_are_not_all_known_leaves_it_not_known() -> None:
    part = firewall(collection("platform", 100, ALLOW, AKS), complete=hidden())
    answer = ask(hub_and_spoke(firewalls=(part,)))
    assert verdict(answer, "mcr.microsoft.com") is Verdict.UNKNOWN


def test_own_dns_servers_are_asked_one_by_one() -> None:
    spoke = network("spoke", "10.1.0.0/16", dns=("10.0.0.4", "10.9.9.9"))
    hub = network("hub", "10.0.0.0/16")
    fabric = behind(collection("platform", 100, ALLOW, AKS), networks=(hub, spoke))
    answer = ask(fabric)
    assert verdict(answer, "10.0.0.4") is Verdict.ALLOWED
    assert verdict(answer, "10.9.9.9") is not Verdict.ALLOWED


def test_coredns_is_held_to_its_policies() -> None:
    """The forwarder of names is a pod: what holds it there stops every name."""
    spoke = network("spoke", "10.1.0.0/16", dns=("10.0.0.4",))
    hub = network("hub", "10.0.0.0/16")
    fabric = behind(collection("platform", 100, ALLOW, AKS), networks=(hub, spoke))
    dns = Workload(
        "kube-system", "coredns", "Deployment", (("k8s-app", "kube-dns"),), HERE
    )
    tight = Policy(
        "kube-system", "tight", EVERYTHING, frozenset({Direction.EGRESS}), (), (), HERE
    )  # fmt: skip
    one = one_cluster(policy_engine=known(PolicyEngine.CALICO))
    answer = ask(
        fabric, one, objects=KubernetesObjects(workloads=(dns,), policies=(tight,))
    )
    found = {row.senders: row for row in rows(answer, "10.0.0.4")}
    assert found[("nodes of p",)].verdict is Verdict.ALLOWED
    held = found[("kube-system/coredns[Deployment]",)]
    assert held.verdict is Verdict.DENIED
    assert held.passage.blockers[0].layer is Layer.POLICY_EGRESS


def test_pods_with_addresses_of_their_own_are_asked_too() -> None:
    """In pod subnet mode pods leave by their own subnet (path.md, M2)."""
    fabric = behind(collection("platform", 100, ALLOW, AKS))
    fabric = replace(
        fabric,
        subnets=(
            *fabric.subnets,
            subnet("pods", "spoke", "10.1.64.0/18", security_group=known("closed")),
        ),
        security_groups=(group("closed", rule("none", 200, OUT, DENY, to="Internet")),),
    )
    here = pool("p", "nodes", pod_subnet=known("pods"), image=known("azurelinux"))
    one = one_cluster(
        here,
        addressing=known(Addressing.POD_SUBNET),
        pod_ranges=known(()),
        on=(Addon.AZURE_POLICY,),
    )
    answer = ask(fabric, one)
    found = {
        row.senders: row.verdict
        for row in rows(answer, "store.policy.core.windows.net")
    }
    assert found == {
        ("nodes of p",): Verdict.ALLOWED,
        ("pods on p",): Verdict.DENIED,
    }
    assert any(
        item.id == "add-on-pods-are-held-by-no-policy" for item in answer.assumptions
    )


def test_the_api_server_by_its_address_takes_a_rule_for_addresses() -> None:
    """A rule for names does not match a client that gives none."""
    names = collection("names", 100, ALLOW, AKS)
    tag = network_rule("api", "AzureCloud.westeurope", "443")
    place = "the API server's public address"
    assert verdict(ask(behind(names)), place) is not Verdict.ALLOWED
    with_tag = behind(names, collection("addresses", 90, ALLOW, tag))
    assert verdict(ask(with_tag), place) is Verdict.ALLOWED
    (row,) = rows(ask(with_tag), place)
    assert not row.is_sure


def test_vaults_of_the_input_are_asked_by_name_and_may_be_needed() -> None:
    fabric = behind(collection("platform", 100, ALLOW, AKS), resources=(vault(),))
    answer = ask(fabric, one_cluster(on=(Addon.KEY_VAULT,)))
    (row,) = rows(answer, "kv.vault.azure.net")
    assert row.missing == ("which vaults pods read is not in the input",)
    without = ask(
        behind(collection("platform", 100, ALLOW, AKS)),
        one_cluster(on=(Addon.KEY_VAULT,)),
    )
    (row,) = rows(without, "*.vault.azure.net")
    assert row.missing


def test_a_registry_that_is_not_in_the_input_is_not_known() -> None:
    one = one_cluster(
        outbound=known(OutboundType.NONE),
        upkeep={"cached_artifacts": known(True), "registry": known("/acr")},
    )
    answer = ask(hub_and_spoke(), one)
    (row,) = [
        each for each in answer.rows if each.requirement.end == "bootstrap-registry"
    ]
    assert row.verdict is Verdict.UNKNOWN
    assert "`/acr`" in row.passage.says
    held = replace(vault(), id="/acr", kind="registry", host_names=("acr.azurecr.io",))
    answer = ask(hub_and_spoke(resources=(held,)), one)
    assert rows(answer, "acr.azurecr.io")


def test_a_region_that_is_not_known_leaves_its_names_not_known() -> None:
    fabric = behind(collection("platform", 100, ALLOW, AKS))
    answer = ask(fabric, one_cluster(region="", on=(Addon.PROMETHEUS,)))
    (row,) = rows(answer, "<region>.handler.control.monitor.azure.com")
    assert row.verdict is Verdict.UNKNOWN
    assert "region" in row.passage.says


def test_a_pattern_is_within_another() -> None:
    assert within("a.b.com", "*.b.com")
    assert within("*.a.b.com", "*.b.com")
    assert within("*.b.com", "*.b.com")
    assert within("*.b.com", "*")
    assert within("westeurope.dp.b.com", "<region>.dp.b.com")
    assert not within("b.com", "*.b.com")
    assert not within("*.b.com", "*.a.b.com")
    assert not within("*.b.com", "a.b.com")
    assert not within("*", "*.b.com")
    assert not within("x.y.dp.b.com", "<region>.dp.b.com")
    assert not within("*.dp.b.com", "<region>.dp.b.com")


def test_what_goes_through_a_proxy_is_not_known() -> None:
    """AKS docs, http-proxy: nodes fetch their software through it."""
    proxy = {"http_proxy": known(True), "unproxied": ("packages.microsoft.com",)}
    only = application_rule("mcr", "mcr.microsoft.com")
    fabric = behind(collection("platform", 100, ALLOW, only))
    answer = ask(fabric, one_cluster(upkeep=proxy))
    for name in ("mcr.microsoft.com", "management.azure.com"):
        (row,) = rows(answer, name)
        assert row.verdict is Verdict.UNKNOWN
        assert "HTTP proxy" in row.passage.says
    assert verdict(answer, "packages.microsoft.com") is Verdict.DENIED
    assert verdict(answer, "*.hcp.westeurope.azmk8s.io") is Verdict.DENIED


def test_a_proxy_that_may_be_there_leaves_it_not_known() -> None:
    answer = ask(
        behind(collection("platform", 100, ALLOW, AKS)),
        one_cluster(upkeep={"http_proxy": hidden()}),
    )
    assert verdict(answer, "mcr.microsoft.com") is Verdict.UNKNOWN
