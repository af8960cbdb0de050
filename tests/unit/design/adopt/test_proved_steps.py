"""Each step of a way is asked about at its moments, and the order loses the least."""

from datetime import date
from typing import Any

import designs_by_hand as by_hand
from running_clusters import cluster, read
from seawall.design.adopt import adopt
from seawall.design.adopt.answer import Adoption, Kind, Step
from seawall.design.adopt.document import adoption_json
from seawall.design.options import OutboundType
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    EgressName,
    Entry,
    Limits,
    Operator,
    PodControl,
    Requirements,
    Segment,
    WayIn,
)
from seawall.model.address import AddressRange
from seawall.query.intents.verdict import Standing

DAY = date(2026, 11, 29)
OFFICE = Operator("office", Desk.INTERNET, (AddressRange.parse("203.0.113.0/24"),))
STANDS: by_hand.Picked = {
    "network": "own",
    "addressing": "overlay",
    "dataplane": "azure",
    "engine": "azure",
    "level": "none",
    "encryption": "none",
    "api_server": "public",
    "ranges": "stated",
    "zone": "not-needed",
    "public_name": "off",
    "run_command": "off",
    "outbound": "loadBalancer",
    "firewall": "none",
    "images": "direct",
    "ingress": "none",
    "paas": "not-needed",
    "systems": "linux",
    "default_deny": "off",
}
WORKLOAD = """
---
apiVersion: v1
kind: Namespace
metadata: {{name: {space}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {space}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: web.example/1}}]}}
"""
PUBLISHED = """
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
"""
CLOSED = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: shut, namespace: {space}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}
"""
SHOP = WORKLOAD.format(space="shop")


def adopted(stands: by_hand.Picked, objects: str, **needed: Any) -> Adoption:
    needed.setdefault("access", Access.RANGES)
    needed.setdefault("operators", (OFFICE,))
    needs = Requirements("shop", "westeurope", {}, **needed)
    found = adopt(read(cluster(STANDS | stands), objects), needs, DAY)
    assert found is not None
    return found


def behind_a_firewall(objects: str) -> Adoption:
    return adopted(
        {},
        objects,
        egress=Egress.NAMES,
        names=(EgressName("api.example.com"),),
        limits=Limits(firewall=True, acns=False),
        entries=(Entry(WayIn.PUBLIC, "shop", 8080, 80),),
        segments=(Segment("shop", "shop", (8080,)),),
    )


def step_of(found: Adoption, decision: str) -> Step:
    return next(step for step in found.steps if decision in step.sets)


def moments_of(step: Step) -> list[str]:
    return [moment.says for moment in step.moments]


def lost(step: Step) -> list[tuple[str, Kind, Standing]]:
    return [(each.need, each.kind, each.standing) for each in step.losses]


def test_a_firewall_comes_with_its_ways_in_before_anything_is_led_to_it() -> None:
    found = behind_a_firewall(SHOP + PUBLISHED)
    out = step_of(found, "outbound")
    assert out.sets["outbound"] is OutboundType.USER_DEFINED_ROUTING
    assert moments_of(out) == [
        "once the firewall stands, and nothing leads there",
        "once the new ways in stand",
        "once the new address is authorized",
        "once the route table is on the subnets",
        "once the outbound type is set",
    ]
    assert all(step.is_proved for step in found.steps if step.moments)
    assert not any(step.losses or step.unasked for step in found.steps)
    assert "Pods reach listed names only" in out.moments[-1].gains
    assert {each.standing for each in found.last} == {Standing.HOLDS}


def test_policies_of_today_that_stop_the_new_way_in_are_met_before_it() -> None:
    """The firewall hands packets on to an inner front end, where NPM enforces too."""
    found = behind_a_firewall(SHOP + PUBLISHED + CLOSED.format(space="shop"))
    first, out = found.steps[0], step_of(found, "outbound")
    assert "shop/shop-ingress" in first.does
    assert "shop/shop-egress" not in first.does  # before the firewall it opens too much
    assert "shop/shop-egress" in found.steps[-1].does
    assert found.steps.index(out) > 0
    assert not any(step.losses for step in found.steps)
    assert {each.standing for each in found.last} == {Standing.HOLDS}


def test_default_deny_is_begun_behind_a_policy_that_lets_everything_pass() -> None:
    found = adopted(
        {},
        SHOP,
        egress=Egress.OPEN,
        default_deny=True,
        segments=(Segment("shop", "shop", (8080,)),),
    )
    closing = step_of(found, "default_deny")
    assert closing.does.startswith("apply a temporary NetworkPolicy")
    assert moments_of(closing)[-1] == "once the temporary policy is deleted"
    assert closing.is_proved
    assert "Pods are closed unless a policy opens them" in closing.moments[-1].gains


def test_ranges_admit_whom_they_must_from_the_first_moment() -> None:
    found = adopted({"ranges": "none"}, SHOP, segments=(Segment("shop", "shop"),))
    ranges = step_of(found, "ranges")
    assert ranges.is_proved
    assert ranges.moments[-1].gains == (
        "The API server is reached from the internet by authorized ranges alone",
    )


def test_an_address_to_leave_from_is_authorized_before_it_is_used() -> None:
    found = adopted({}, SHOP, fixed_address=True, segments=(Segment("shop", "shop"),))
    out = step_of(found, "outbound")
    assert moments_of(out)[1:3] == [
        "once the new address is authorized",
        "once the gateway is on the subnets",
    ]
    assert out.is_proved
    nodes = next(it for it in found.last if it.need == "cluster.api-server")
    assert nodes.standing is Standing.HOLDS


def test_whose_address_a_load_balancer_leaves_by_is_told_where_it_stays() -> None:
    free = Limits(nat_gateway=False, firewall=False)
    stays = adopted({}, SHOP, fixed_address=True, limits=free)
    assert not [step for step in stays.steps if "outbound" in step.sets]
    assert any("--load-balancer-outbound-ips" in it for it in stays.unproved)


def test_what_policies_alone_hold_is_open_while_nodes_are_replaced() -> None:
    spaces = ("red", "blue")
    objects = "".join(
        WORKLOAD.format(space=each) + CLOSED.format(space=each) for each in spaces
    )
    found = adopted(
        {},
        objects,
        control=PodControl.NAMES,
        segments=tuple(Segment(each, each, tenant=each) for each in spaces),
    )
    cilium = step_of(found, "dataplane")
    assert moments_of(cilium)[0] == "while nodes are replaced, one after the other"
    assert set(lost(cilium)) == {
        ("segments[0].tenant", Kind.FORBIDDEN, Standing.VIOLATED),
        ("segments[1].tenant", Kind.FORBIDDEN, Standing.VIOLATED),
    }
    assert not cilium.moments[-1].losses
    assert found.every_order
    tenants = [it for it in found.last if it.need.endswith(".tenant")]
    assert {each.standing for each in tenants} == {Standing.HOLDS}


def test_a_cluster_that_is_stopped_answers_nobody() -> None:
    found = adopted(
        {}, SHOP, access=Access.PRIVATE, operators=(), segments=(Segment("s", "shop"),)
    )
    stops, closes = (step for step in found.steps if "api_server" in step.sets)
    assert stops.moments[0].says == "while the cluster is stopped"
    assert {each.kind for each in stops.losses} == {Kind.REQUIRED}
    assert not stops.moments[-1].losses
    assert closes.is_proved
    assert closes.moments[-1].gains == (
        "Nothing from the internet arrives at the API server",
    )


def test_what_no_packet_shows_has_no_moments() -> None:
    found = adopted({"run_command": "on"}, SHOP, run_command=False)
    assert step_of(found, "run_command").moments == ()
    assert not step_of(found, "run_command").is_proved


def test_a_new_cluster_beside_is_not_asked_about() -> None:
    found = adopted(
        {"network": "managed"},
        SHOP,
        access=Access.PRIVATE,
        operators=(Operator("admins", Desk.VPN),),
    )
    assert found.recreates
    assert not any(step.moments for step in found.steps)
    assert found.last == ()


def test_every_subnet_of_pools_is_led_to_what_is_new() -> None:
    documents = cluster(STANDS)
    pools = documents[0]["properties"]["agentPoolProfiles"]
    other = pools[0]["vnetSubnetID"].replace("/nodes", "/pods")
    pools.append(pools[0] | {"name": "second", "vnetSubnetID": other})
    found = wanting_a_gateway(documents)
    out = step_of(found, "outbound")
    assert out.is_proved
    egress = next(it for it in found.last if it.need == "cluster.egress")
    assert egress.standing is Standing.HOLDS


def test_subnets_that_are_not_in_the_input_are_told_and_not_guessed() -> None:
    documents = [it for it in cluster(STANDS) if "virtualNetworks" not in it["type"]]
    found = wanting_a_gateway(documents)
    out = step_of(found, "outbound")
    assert "not in the input" in out.unasked
    assert not out.is_proved
    assert found.last == ()


def wanting_a_gateway(documents: object) -> Adoption:
    needs = Requirements(
        "shop",
        "westeurope",
        {},
        access=Access.RANGES,
        operators=(OFFICE,),
        fixed_address=True,
    )
    found = adopt(read(documents, SHOP), needs, DAY)
    assert found is not None
    return found


def test_machines_are_told_of_each_moment() -> None:
    found = adopted({"ranges": "none"}, SHOP, segments=(Segment("shop", "shop"),))
    document = adoption_json(found, (), DAY)
    steps = document["steps"]
    assert isinstance(steps, list)
    ranges = next(it for it in steps if "ranges" in it["sets"])
    assert ranges["proved"] is True
    assert ranges["moments"][-1]["says"] == "once it is updated"
    assert ranges["moments"][-1]["losses"] == []
    assert document["everyOrder"] is True
