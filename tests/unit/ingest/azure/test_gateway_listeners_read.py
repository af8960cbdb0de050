"""What listeners of application gateways lead to, as templates and plans say it."""

import pytest

from azure_builders import Json, convert, plan, planned, resource, resource_id
from seawall.model.translation import GatewayRoute

GATEWAY = resource_id("applicationGateways", "agw")


def part(kind: str, name: str, **properties: object) -> Json:
    return {"id": f"{GATEWAY}/{kind}/{name}", "name": name, "properties": properties}


def to(kind: str, name: str) -> Json:
    return {"id": f"{GATEWAY}/{kind}/{name}"}


def listener(name: str, front: str, port: str) -> Json:
    return part(
        "httpListeners",
        name,
        frontendIPConfiguration=to("frontendIPConfigurations", front),
        frontendPort=to("frontendPorts", port),
    )


def gateway(*rules: Json, **changed: object) -> Json:
    pools = [
        part(
            "backendAddressPools",
            name,
            backendAddresses=[{"ipAddress": address}, {"fqdn": f"{name}.corp"}],
        )
        for name, address in (("web", "10.1.2.4"), ("api", "10.1.2.5"))
    ]
    properties: Json = {
        "frontendIPConfigurations": [
            part("frontendIPConfigurations", "public", publicIPAddress={"id": "/pip"}),
            part("frontendIPConfigurations", "Inner", privateIPAddress="10.1.1.9"),
        ],
        "frontendPorts": [
            part("frontendPorts", "http", port=80),
            part("frontendPorts", "https", port=443),
        ],
        "httpListeners": [
            listener("outer", "public", "http"),
            listener("inner", "Inner", "https"),
        ],
        "backendAddressPools": pools,
        "backendHttpSettingsCollection": [
            part("backendHttpSettingsCollection", "plain", port=8080)
        ],
        "urlPathMaps": [
            part(
                "urlPathMaps",
                "paths",
                defaultBackendAddressPool=to("backendAddressPools", "web"),
                defaultBackendHttpSettings=to("backendHttpSettingsCollection", "plain"),
                pathRules=[part("pathRules", "api", **leads("api"))],
            )
        ],
        "requestRoutingRules": list(rules),
    }
    return resource("applicationGateways", "agw", **(properties | changed))


def leads(pool: str) -> Json:
    return {
        "backendAddressPool": to("backendAddressPools", pool),
        "backendHttpSettings": to("backendHttpSettingsCollection", "plain"),
    }


def rule(name: str, of: str, **properties: object) -> Json:
    at = to("httpListeners", of)
    return part("requestRoutingRules", name, httpListener=at, **properties)


def routes(value: Json) -> list[tuple[str, int, str, tuple[int, ...]]]:
    (found,) = convert(value).fabric.application_gateways
    return [_told(each) for each in found.routes]


def _told(route: GatewayRoute) -> tuple[str, int, str, tuple[int, ...]]:
    to_ = " ".join((*map(str, route.addresses), *route.names))
    return route.front_end, route.port, to_, route.back_ports


WEB = "10.1.2.4 web.corp"
API = "10.1.2.5 api.corp"


def test_a_rule_leads_from_its_listener_to_its_pool() -> None:
    found = routes(gateway(rule("r", "inner", **leads("web"))))
    assert found == [("inner", 443, WEB, (8080,))]


def test_paths_lead_to_several_pools() -> None:
    paths = rule("r", "outer", urlPathMap=to("urlPathMaps", "paths"))
    assert routes(gateway(paths)) == [
        ("public", 80, WEB, (8080,)),
        ("public", 80, API, (8080,)),
    ]


def test_a_redirection_leads_nowhere() -> None:
    away = rule("r", "outer", redirectConfiguration=to("redirectConfigurations", "r"))
    assert routes(gateway(away)) == [("public", 80, "", ())]


def test_what_is_not_all_there_leaves_each_listener_open() -> None:
    whole = rule("r", "inner", **leads("web"))
    assert routes(gateway(whole, rule("s", "outer", **leads("gone")))) == []
    assert routes(gateway(whole, rule("s", "gone", **leads("web")))) == []
    assert routes(gateway(whole, listeners=[part("listeners", "tcp")])) == []


def test_a_rule_that_names_no_pool_and_no_redirection_is_not_taken_for_one() -> None:
    spread = to("loadDistributionPolicies", "p")
    away = rule("r", "outer", loadDistributionPolicy=spread)
    assert routes(gateway(away)) == []
    paths = part(
        "urlPathMaps",
        "paths",
        defaultRedirectConfiguration=to("redirectConfigurations", "r"),
        pathRules=[part("pathRules", "api", loadDistributionPolicy=spread)],
    )
    by_path = rule("r", "outer", urlPathMap=to("urlPathMaps", "paths"))
    assert routes(gateway(by_path, urlPathMaps=[paths])) == []


@pytest.mark.parametrize("absent", ["", None])
def test_terraform_names_the_parts(absent: str | None) -> None:
    values = {
        "id": GATEWAY,
        "name": "agw",
        "frontend_ip_configuration": [{"name": "in", "private_ip_address": "10.1.1.9"}],
        "frontend_port": [{"name": "http", "port": 80}],
        "http_listener": [
            {
                "name": "l",
                "frontend_ip_configuration_name": "in",
                "frontend_port_name": "http",
            }
        ],
        "backend_address_pool": [{"name": "web", "ip_addresses": ["10.1.2.4"]}],
        "backend_http_settings": [{"name": "plain", "port": 8080}],
        "request_routing_rule": [
            {
                "name": "r",
                "http_listener_name": "l",
                "backend_address_pool_name": "web",
                "backend_http_settings_name": "plain",
                "url_path_map_name": absent,
                "redirect_configuration_name": absent,
            },
            {
                "name": "s",
                "http_listener_name": "l",
                "backend_address_pool_name": absent,
                "redirect_configuration_name": "to-https",
            },
        ],
    }
    found = convert(plan([planned("azurerm_application_gateway.agw", values)]))
    (agw,) = found.fabric.application_gateways
    assert [_told(each) for each in agw.routes] == [
        ("in", 80, "10.1.2.4", (8080,)),
        ("in", 80, "", ()),
    ]
