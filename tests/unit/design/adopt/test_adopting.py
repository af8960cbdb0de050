"""The way from a running cluster to what is needed, in steps."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import designs_by_hand as by_hand
from running_clusters import cluster
from seawall.design.adopt import adopt
from seawall.design.adopt.answer import Adoption
from seawall.design.adopt.operations import operations
from seawall.design.adopt.order import steps
from seawall.design.choose.answer import Change, Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import decisions
from seawall.design.options import (
    Addressing,
    ApiServer,
    Dataplane,
    DefaultDeny,
    Firewall,
    Network,
    NodeOs,
    OutboundType,
    PolicyEngine,
)
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    EgressName,
    Limits,
    Operator,
    PodControl,
    Requirements,
)
from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.origin import Origin

DAY = date(2026, 11, 29)
OFFICE = Operator("office", Desk.INTERNET, (AddressRange.parse("203.0.113.0/24"),))
STANDS = {
    "network": "own",
    "addressing": "node-subnet",
    "dataplane": "azure",
    "engine": "azure",
    "level": "none",
    "encryption": "none",
    "api_server": "public",
    "ranges": "stated",
    "zone": "not-needed",
    "public_name": "off",
    "run_command": "on",
    "outbound": "loadBalancer",
    "firewall": "none",
    "images": "direct",
    "ingress": "none",
    "paas": "not-needed",
    "systems": "linux",
    "default_deny": "on",
}


def adopted(
    tmp_path: Path,
    stands: by_hand.Picked,
    region: str = "westeurope",
    **needed: Any,
) -> Adoption:
    path = tmp_path / "azure.json"
    path.write_text(json.dumps(cluster(STANDS | stands)), encoding="utf-8")
    needs = Requirements("shop", region, {}, **needed)
    found = adopt(load([path]), needs, DAY)
    assert found is not None
    assert isinstance(found.decided, Decided)
    return found


def test_what_is_needed_already_moves_nothing(tmp_path: Path) -> None:
    found = adopted(
        tmp_path, {"engine": "calico"}, access=Access.RANGES, operators=(OFFICE,)
    )
    choices = found.decided.choices
    assert choices.engine is PolicyEngine.CALICO
    assert choices.addressing is Addressing.NODE_SUBNET
    assert choices.api_server is ApiServer.PUBLIC
    assert [dict(step.sets) for step in found.steps] == [
        {"default_deny": choices.default_deny},
    ]
    assert not found.recreates


def test_private_is_reached_in_place_by_integration(tmp_path: Path) -> None:
    found = adopted(tmp_path, {}, access=Access.PRIVATE)
    assert found.decided.choices.api_server is ApiServer.VNET_PRIVATE
    assert not found.recreates
    ways = [
        step.sets["api_server"] for step in found.steps if "api_server" in step.sets
    ]
    assert ways == [ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE]
    assert all(not step.broken and not step.refused for step in found.steps)
    assert "delegated subnet" in found.steps[0].does + found.steps[1].does
    made = adopted(tmp_path, {"network": "managed"}, access=Access.PRIVATE)
    assert not any("delegated subnet" in step.does for step in made.steps)


def test_names_come_after_the_dataplane_that_knows_them(tmp_path: Path) -> None:
    found = adopted(
        tmp_path,
        {},
        access=Access.RANGES,
        operators=(OFFICE,),
        control=PodControl.NAMES,
    )
    order = [name for step in found.steps for name in step.sets]
    assert order.index("dataplane") < order.index("level")
    cilium = next(step for step in found.steps if "dataplane" in step.sets)
    assert cilium.change is Change.REIMAGES
    assert "not enforced" in cilium.meanwhile


def test_the_hub_stands_before_packets_are_led_to_it(tmp_path: Path) -> None:
    found = adopted(
        tmp_path,
        {},
        access=Access.RANGES,
        operators=(OFFICE,),
        egress=Egress.NAMES,
        names=(EgressName("api.example.com"),),
        limits=Limits(firewall=True, acns=False),
    )
    order = [name for step in found.steps for name in step.sets]
    assert order.index("network") < order.index("outbound")
    out = next(step for step in found.steps if "outbound" in step.sets)
    parts = ("deploy the firewall", "add the new address", "put the route table")
    places = [out.does.index(part) for part in parts]
    assert places == sorted(places)
    assert out.meanwhile


def test_an_isolated_cluster_takes_its_registry_first(tmp_path: Path) -> None:
    found = adopted(tmp_path, {}, egress=Egress.NONE, access=Access.PRIVATE)
    order = [name for step in found.steps for name in step.sets]
    assert order.index("images") < order.index("outbound")
    assert found.decided.choices.outbound is OutboundType.NONE
    last = next(step for step in found.steps if "outbound" in step.sets)
    assert not last.refused


def test_what_cannot_be_changed_is_a_new_cluster_beside(tmp_path: Path) -> None:
    forced = adopted(
        tmp_path,
        {"network": "managed"},
        access=Access.PRIVATE,
        operators=(Operator("admins", Desk.VPN),),
    )
    assert forced.recreates == ("network",)
    assert (
        forced.decided.choices.addressing is Addressing.OVERLAY
    )  # as it is new anyway
    assert forced.steps[0].change is Change.RECREATES
    assert "network" in forced.steps[0].does
    assert forced.steps[-1].does.startswith("delete")
    network = next(each for each in forced.moves if each.decision == "network")
    assert (network.standing.option, network.change) == (
        Network.MANAGED,
        Change.RECREATES,
    )


def test_the_route_to_a_firewall_goes_before_the_firewall() -> None:
    def does(stands: str) -> str:
        words = STANDS | {"outbound": "userDefinedRouting", "firewall": stands}
        state = {
            name: next(it for it in options if it.value == words[name])
            for name, options in decisions().items()
        }
        to = {"outbound": OutboundType.USER_NAT_GATEWAY, "firewall": Firewall.NONE}
        (step,) = (it for it in operations(state, state | to) if "outbound" in it.sets)
        return step.does

    parts = (
        "put it on",
        "take the route to the firewall off",
        "update",
        "; remove the",
    )
    nat, route, update, firewall = (does("standard").index(each) for each in parts)
    assert nat < route < update < firewall
    assert "take the route" in does("existing")
    assert "remove" not in does("existing")  # it is somebody else's


def test_what_is_not_known_is_told_and_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "azure.json"
    documents = cluster(STANDS)
    del documents[0]["properties"]["networkProfile"]["networkPlugin"]
    del documents[0]["properties"]["networkProfile"]["networkPolicy"]
    path.write_text(json.dumps(documents), encoding="utf-8")
    found = adopt(load([path]), Requirements("shop", "westeurope", {}), DAY)
    assert found is not None
    unknown = {each.decision for each in found.moves if each.standing.option is None}
    assert "addressing" in unknown
    assert not any("addressing" in step.sets for step in found.steps)
    assert any("addresses of pods" in text for text in found.unproved)


def test_what_leads_out_of_kubenet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "azure.json"
    documents = cluster(STANDS)
    profile = documents[0]["properties"]["networkProfile"]
    profile["networkPlugin"] = "kubenet"
    profile.pop("networkPluginMode", None)
    path.write_text(json.dumps(documents), encoding="utf-8")
    found = adopt(load([path]), Requirements("shop", "westeurope", {}), DAY)
    assert found is not None
    (told,) = (text for text in found.unproved if "kubenet" in text)
    assert "--network-plugin-mode overlay` replaces every node" in told


def test_needs_that_cannot_hold_together_have_no_way(tmp_path: Path) -> None:
    path = tmp_path / "azure.json"
    path.write_text(json.dumps(cluster(STANDS)), encoding="utf-8")
    needs = Requirements(
        "shop", "westeurope", {}, windows=True, control=PodControl.NAMES
    )
    found = adopt(load([path]), needs, DAY)
    assert found is not None
    assert isinstance(found.decided, Conflict)
    assert not found.steps


def test_windows_pools_that_run_are_needed_unless_it_is_denied(tmp_path: Path) -> None:
    runs = {"systems": "linux-and-windows", "engine": "calico"}
    kept = adopted(tmp_path, runs, access=Access.RANGES, operators=(OFFICE,))
    assert kept.decided.choices.systems is NodeOs.LINUX_AND_WINDOWS
    path = tmp_path / "azure.json"
    needs = Requirements("shop", "westeurope", {}, control=PodControl.NAMES)
    found = adopt(load([path]), needs, DAY)
    assert found is not None
    assert isinstance(found.decided, Conflict)
    windows = next(it for it in found.decided.needs if it.path == "nodes.windows")
    assert windows.origin is not None
    assert windows.origin.path.endswith("azure.json")
    denied = replace(needs, stated={"nodes.windows": Origin("needs.yaml")})
    found = adopt(load([path]), denied, DAY)
    assert found is not None
    assert any("Windows pools" in step.does for step in found.steps)


def test_without_a_cluster_there_is_nothing_to_adopt(tmp_path: Path) -> None:
    path = tmp_path / "azure.json"
    path.write_text("[]", encoding="utf-8")
    assert adopt(load([path]), Requirements("shop", "westeurope", {}), DAY) is None


def test_the_dataplane_of_cilium_is_kept(tmp_path: Path) -> None:
    cilium = {"dataplane": "cilium", "engine": "cilium"}
    found = adopted(tmp_path, cilium, access=Access.PRIVATE)
    assert found.decided.choices.dataplane is Dataplane.CILIUM


def test_what_holds_a_need_stays_until_something_else_holds_it(tmp_path: Path) -> None:
    by_policies = {
        "network": "hub-and-spoke",
        "dataplane": "cilium",
        "engine": "cilium",
        "level": "fqdn",
    }
    found = adopted(
        tmp_path,
        by_policies,
        access=Access.RANGES,
        operators=(OFFICE,),
        egress=Egress.NAMES,
        names=(EgressName("api.example.com"),),
        limits=Limits(firewall=True, acns=False),
    )
    order = [name for step in found.steps for name in step.sets]
    assert order.index("firewall") < order.index("level")
    assert all(not step.broken for step in found.steps)


def test_a_need_that_no_order_keeps_is_named() -> None:
    needs = Requirements("shop", "westeurope", {}, control=PodControl.PORTS)
    asked = Asked(needs, DAY)
    start = {name: getattr(asked.best(), name) for name in decisions()}
    start |= {"dataplane": Dataplane.AZURE, "engine": PolicyEngine.CALICO}
    start["default_deny"] = DefaultDeny.OFF
    found = steps(asked, start, start | {"engine": PolicyEngine.AZURE})
    assert found is not None
    assert [step.sets["engine"] for step in found] == [
        PolicyEngine.NONE,
        PolicyEngine.AZURE,
    ]
    assert [step.broken for step in found] == [("pods.control",), ()]
