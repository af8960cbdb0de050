"""Application gateways with firewalls, and those for containers."""

import json
from pathlib import Path
from typing import Any

import pytest

from seawall.ingest import load
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import ApplicationGateway

GROUP = "/subscriptions/0/resourceGroups/rg/providers"
POLICY = (
    f"{GROUP}/Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/waf"
)
AGW = {
    "id": f"{GROUP}/Microsoft.Network/applicationGateways/agw",
    "name": "agw",
    "type": "Microsoft.Network/applicationGateways",
    "firewallPolicy": {"id": POLICY},
}


def read(folder: Path, *items: dict[str, Any], objects: str = "") -> Snapshot:
    (folder / "azure.json").write_text(json.dumps(items), encoding="utf-8")
    if objects:
        (folder / "objects.yaml").write_text(objects, encoding="utf-8")
    return load([folder])


def gateway(fabric: Fabric) -> ApplicationGateway:
    (found,) = fabric.application_gateways
    return found


def policy(*rules: dict[str, Any], **settings: object) -> dict[str, Any]:
    return {
        "id": POLICY,
        "name": "waf",
        "type": "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies",
        "policySettings": {"state": "Enabled", "mode": "Prevention", **settings},
        "customRules": list(rules),
    }


def custom(
    *values: str, action: str = "Block", variable: str = "RemoteAddr", **more: object
) -> dict[str, Any]:
    condition = {
        "matchVariables": [{"variableName": variable}],
        "operator": "IPMatch",
        "negationConditon": False,
        "matchValues": list(values),
    }
    return {"name": "r", "action": action, "matchConditions": [condition | more]}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (custom("203.0.113.0/24"), ["203.0.113.0/24"]),
        (custom("203.0.113.0/24", action="Allow"), []),
        (custom("x", variable="RequestUri"), []),
        (custom("nonsense"), ["0.0.0.0/0", "::/0"]),
        (custom("US", operator="GeoMatch"), ["0.0.0.0/0", "::/0"]),
        (custom("203.0.113.7") | {"state": "Disabled"}, []),
    ],
)
def test_only_block_rules_on_the_client_may_refuse_it(
    tmp_path: Path, rule: dict[str, Any], expected: list[str]
) -> None:
    """Source: Azure docs, custom-waf-rules-overview."""
    found = gateway(read(tmp_path, AGW, policy(rule)).fabric)
    assert [str(item) for item in found.may_refuse] == expected


def test_a_negated_condition_may_refuse_everyone_else(tmp_path: Path) -> None:
    rule = custom("0.0.0.0/1", negationConditon=True)
    found = gateway(read(tmp_path, AGW, policy(rule)).fabric)
    assert [str(item) for item in found.may_refuse] == ["128.0.0.0/1", "::/0"]


@pytest.mark.parametrize("settings", [{"mode": "Detection"}, {"state": "Disabled"}])
def test_a_firewall_that_only_looks_refuses_nobody(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    shut = policy(custom("203.0.113.7"), **settings)
    assert gateway(read(tmp_path, AGW, shut).fabric).may_refuse == ()


def test_a_policy_that_is_missing_may_refuse_anyone_and_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, AGW)
    assert [str(it) for it in gateway(found.fabric).may_refuse] == ["0.0.0.0/0", "::/0"]
    assert any("firewall policy of `agw`" in each.what for each in found.diagnostics)


def test_trap_27_a_gateway_with_network_isolation_is_not_managed_from_outside(
    tmp_path: Path,
) -> None:
    """Source: Azure docs, application-gateway-private-deployment."""
    tagged = {**AGW, "tags": {"EnhancedNetworkControl": "True"}}
    found = gateway(read(tmp_path, tagged, policy()).fabric)
    assert found.managed_from_outside.is_surely(value=False)


CONTROLLER = {
    "id": f"{GROUP}/Microsoft.ServiceNetworking/trafficControllers/alb",
    "name": "alb",
    "type": "Microsoft.ServiceNetworking/trafficControllers",
}
FRONTEND = {
    "id": f"{CONTROLLER['id']}/frontends/web",
    "name": "web",
    "type": "Microsoft.ServiceNetworking/trafficControllers/frontends",
    "fqdn": "abc.fz01.alb.azure.com",
}
ASSOCIATION = {
    "id": f"{CONTROLLER['id']}/associations/a",
    "name": "a",
    "type": "Microsoft.ServiceNetworking/trafficControllers/associations",
    "subnet": {"id": "/net/subnets/alb"},
}
ROUTES = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec:
  gatewayClassName: azure-alb-external
  listeners: [{name: http, port: 8443, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: web}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
"""


def test_a_gateway_for_containers_listens_as_its_gateways_say(tmp_path: Path) -> None:
    """Source: Azure docs, application-gateway/for-containers, components."""
    aks = {"type": "Microsoft.ContainerService/managedClusters", "name": "shop"}
    found = gateway(
        read(tmp_path, CONTROLLER, FRONTEND, ASSOCIATION, aks, objects=ROUTES).fabric
    )
    assert found.for_containers
    assert found.subnet == "/net/subnets/alb"
    assert found.listener_ports == (8443,)
    assert [front.is_public for front in found.front_ends] == [True]


def test_terraform_spells_a_gateway_for_containers_by_its_parts(tmp_path: Path) -> None:
    values = {
        "azurerm_application_load_balancer": {"id": CONTROLLER["id"], "name": "alb"},
        "azurerm_application_load_balancer_frontend": {
            "name": "web",
            "application_load_balancer_id": CONTROLLER["id"],
        },
        "azurerm_application_load_balancer_subnet_association": {
            "name": "a",
            "application_load_balancer_id": CONTROLLER["id"],
            "subnet_id": "/net/subnets/alb",
        },
    }
    plan = {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": f"{kind}.x",
                        "mode": "managed",
                        "type": kind,
                        "name": "x",
                        "values": each,
                    }
                    for kind, each in values.items()
                ]
            }
        },
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    found = gateway(load([tmp_path]).fabric)
    assert (found.name, found.subnet) == ("alb", "/net/subnets/alb")
    assert [front.name for front in found.front_ends] == ["web"]
