"""Where load balancers probe nodes, from Azure, from Terraform and as AKS makes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from aks_builders import completed, service
from azure_builders import convert, resource, resource_id
from seawall.model.packet import Protocol
from seawall.model.service import Service, ServicePort
from seawall.model.translation import LoadBalancerRule
from terraform_folders import read_files

Range = tuple[int, int] | None
ANY, NODE_PORTS = (0, 65535), (30000, 32767)
FOLDER = """
    resource "azurerm_lb" "lb" {
      name                = "lb"
      location            = "westeurope"
      resource_group_name = "rg"
    }
    resource "azurerm_lb_probe" "up" {
      loadbalancer_id = azurerm_lb.lb.id
      name            = "up"
      port            = 8080
    }
    resource "azurerm_lb_rule" "web" {
      loadbalancer_id                = azurerm_lb.lb.id
      name                           = "web"
      protocol                       = "Tcp"
      frontend_port                  = 443
      backend_port                   = 443
      frontend_ip_configuration_name = "front"
      probe_id                       = azurerm_lb_probe.up.id
    }
"""


def port_of(rule: LoadBalancerRule) -> Range:
    return None if rule.probe is None else (rule.probe.first, rule.probe.last)


@pytest.mark.parametrize(
    ("probe", "port"),
    [
        ({"port": 8080}, (8080, 8080)),
        ({"port": 8080, "noHealthyBackendsBehavior": "AllProbedUp"}, None),
        ({"port": "[parameters('port')]"}, ANY),
        (None, ANY),
    ],
)
def test_a_rule_names_its_probe(probe: dict[str, object] | None, port: Range) -> None:
    """Source: Azure docs, load-balancer-custom-probe-overview."""
    base = resource_id("loadBalancers", "lb")
    plain = {"protocol": "Tcp", "frontendPort": 443, "backendPort": 443}
    asks = {**plain, "probe": {"id": f"{base}/probes/Health"}}
    balancer = resource(
        "loadBalancers",
        "lb",
        loadBalancingRules=[
            {"name": "plain", "properties": plain},
            {"name": "asks", "properties": asks},
        ],
        probes=[] if probe is None else [{"name": "health", "properties": probe}],
    )
    (found,) = convert(balancer).fabric.load_balancers
    assert [port_of(rule) for rule in found.rules] == [None, port]


def test_terraform_has_probes_of_their_own(tmp_path: Path) -> None:
    (found,) = read_files(tmp_path, {"a.tf": FOLDER}).fabric.load_balancers
    assert [port_of(rule) for rule in found.rules] == [(8080, 8080)]


def published(**changed: object) -> Service:
    asked = {"protocol": Protocol.TCP, "node_port": 30080, **changed}
    port = ServicePort("", port=443, target=8443, **asked)  # type: ignore[arg-type]
    return replace(service(), ports=(port,))


PREFIX = "service.beta.kubernetes.io/port_443_"


@pytest.mark.parametrize(
    ("asked", "port"),
    [
        (published(), (30080, 30080)),
        (published(node_port=None), NODE_PORTS),
        (published(protocol=Protocol.UDP), None),
        (replace(published(), local_traffic_only=True), NODE_PORTS),
        (
            replace(published(), annotations=((PREFIX + "no_probe_rule", "true"),)),
            None,
        ),
        (
            replace(published(), annotations=((PREFIX + "health-probe_port", "1"),)),
            ANY,
        ),
    ],
)
def test_aks_probes_the_node_port_of_a_service(asked: Service, port: Range) -> None:
    """Source: kubernetes-sigs/cloud-provider-azure, custom load balancer probe."""
    part = completed(asked)
    (rule,) = (it for lb in part.fabric.load_balancers for it in lb.rules)
    assert port_of(rule) == port
