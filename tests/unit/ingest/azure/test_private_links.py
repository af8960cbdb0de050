import json
from pathlib import Path
from typing import Any

from aks_builders import assumed, completed, service, subnet
from aks_builders import fabric as around
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.snapshot import Fabric

GROUP = "/subscriptions/0/resourceGroups/rg/providers"
LB = f"{GROUP}/Microsoft.Network/loadBalancers/kubernetes-internal"
PLS = f"{GROUP}/Microsoft.Network/privateLinkServices/pls-web"


def read(tmp_path: Path, *items: dict[str, Any]) -> Fabric:
    (tmp_path / "azure.json").write_text(json.dumps(items), encoding="utf-8")
    return load([tmp_path]).fabric


def given(**properties: object) -> dict[str, Any]:
    return {
        "id": PLS,
        "name": "pls-web",
        "type": "Microsoft.Network/privateLinkServices",
        "properties": {
            "ipConfigurations": [
                {
                    "name": "nat",
                    "properties": {
                        "subnet": {"id": "/net/subnets/pls"},
                        "privateIPAddress": "10.1.7.4",
                    },
                }
            ],
            "loadBalancerFrontendIpConfigurations": [
                {"id": f"{LB}/frontendIPConfigurations/Front"}
            ],
            **properties,
        },
    }


def test_a_private_link_service_is_read_from_rest_and_from_az(tmp_path: Path) -> None:
    nested = given(visibility={"subscriptions": ["*"]})
    flat = {**nested, **nested.pop("properties"), "resourceGroup": "rg"}
    for number, shape in enumerate(
        (nested | {"properties": given()["properties"]}, flat)
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (found,) = read(folder, shape).private_link_services
        assert (found.balancer, found.front_end) == (LB.lower(), "front")
        assert [str(item) for item in found.addresses] == ["10.1.7.4"]
        assert found.subnets == ("/net/subnets/pls",)
    assert found.visible_to.value == ("*",)
    assert found.auto_approved.value == ()


def test_junk_in_a_private_link_service_leaves_it_without_a_front_end(
    tmp_path: Path,
) -> None:
    junk = given(
        loadBalancerFrontendIpConfigurations="x",
        ipConfigurations=[7, {"properties": {"privateIPAddress": "nowhere"}}],
        visibility=[1],
    )
    (found,) = read(tmp_path, junk).private_link_services
    assert (found.balancer, found.front_end) == (None, None)
    assert found.addresses == ()


def test_an_origin_of_front_door_names_what_it_reaches_privately(
    tmp_path: Path,
) -> None:
    origin = {
        "id": f"{GROUP}/Microsoft.Cdn/profiles/edge/originGroups/g/origins/web",
        "name": "web",
        "type": "Microsoft.Cdn/profiles/originGroups/origins",
        "hostName": "10.1.0.9",
        "sharedPrivateLinkResource": {
            "privateLink": {"id": PLS},
            "status": "Approved",
        },
    }
    (found,) = read(tmp_path, origin).front_doors
    assert (found.name, found.target) == ("edge/web", PLS.lower())
    assert found.approved.is_surely(value=True)


def test_terraform_names_the_load_balancer_through_a_reference(tmp_path: Path) -> None:
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": "azurerm_private_link_service.web",
                        "mode": "managed",
                        "type": "azurerm_private_link_service",
                        "name": "web",
                        "values": {
                            "name": "pls-web",
                            "visibility_subscription_ids": ["0"],
                            "nat_ip_configuration": [
                                {"name": "nat", "private_ip_address": None}
                            ],
                        },
                    },
                    {
                        "address": "azurerm_lb.web",
                        "mode": "managed",
                        "type": "azurerm_lb",
                        "name": "web",
                        "values": {
                            "name": "lb",
                            "frontend_ip_configuration": [
                                {"name": "front", "private_ip_address": "10.1.0.9"}
                            ],
                        },
                    },
                ]
            }
        },
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": "azurerm_private_link_service.web",
                        "mode": "managed",
                        "type": "azurerm_private_link_service",
                        "name": "web",
                        "expressions": {
                            "load_balancer_frontend_ip_configuration_ids": {
                                "references": [
                                    "azurerm_lb.web.frontend_ip_configuration",
                                    "azurerm_lb.web",
                                ]
                            }
                        },
                    }
                ]
            }
        },
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    fabric = load([tmp_path]).fabric
    (link,) = fabric.private_link_services
    assert link.balancer == fabric.load_balancers[0].id
    assert link.front_end is None
    assert link.visible_to.value == ("0",)


INTERNAL = {"azure-load-balancer-internal": "true", "azure-pls-create": "true"}


def test_the_annotation_makes_aks_add_a_private_link_service() -> None:
    """Source: AKS docs, internal-lb."""
    asked = {**INTERNAL, "azure-pls-visibility": "*", "azure-pls-auto-approval": "a b"}
    part = completed(service(443, annotations=asked))
    (link,) = part.fabric.private_link_services
    (balancer,) = [it for it in part.fabric.load_balancers if it.rules]
    assert link.predicted
    assert (link.balancer, link.service) == (balancer.id, "shop/web")
    assert link.front_end == balancer.rules[0].front_end
    assert link.subnets == ("/net/nodes",)
    assert (link.visible_to.value, link.auto_approved.value) == (("*",), ("a", "b"))
    assert "private-link-service" in assumed(part)


def test_the_annotation_may_name_another_subnet() -> None:
    own = {**INTERNAL, "azure-pls-ip-configuration-subnet": "PLS"}
    net = around(subnets=(subnet("nodes", "10.1.0.0/24"), subnet("pls", "10.1.7.0/28")))
    part = completed(service(443, annotations=own), around=net)
    assert part.fabric.private_link_services[0].subnets == ("/net/pls",)


def test_a_public_service_gets_none_and_is_told_so() -> None:
    """Source: cloud-provider-azure, azure_privatelinkservice.go."""
    part = completed(service(443, annotations={"azure-pls-create": "true"}))
    assert part.fabric.private_link_services == ()
    assert [it.level for it in part.diagnostics if "Private Link" in it.what] == [
        Level.ERROR
    ]
