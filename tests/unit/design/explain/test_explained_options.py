"""Each option is explained whole, by every name that people have for it."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.main import run
from seawall.audit.validity.rules import RULES
from seawall.design.explain import Explained, explain, nearest, options

SCHEMA = json.loads(
    files("seawall.query").joinpath("schemas/design-options-v1.json").read_text("utf-8")
)
ASKED = """
--enable-private-cluster --network-policy --network-plugin --network-plugin-mode
--network-dataplane --outbound-type --api-server-authorized-ip-ranges
--private-dns-zone --disable-public-fqdn --disable-run-command
--enable-apiserver-vnet-integration --apiserver-subnet-id --vnet-subnet-id
--pod-subnet-id --pod-cidr --service-cidr --enable-acns
--acns-advanced-networkpolicies --bootstrap-artifact-source --enable-node-public-ip
--load-balancer-sku --nat-gateway-managed-outbound-ip-count
--enable-static-egress-gateway --enable-imds-restriction
--nrg-lockdown-restriction-level --http-proxy-config --ssh-access
--pod-ip-allocation-mode --max-pods --dns-service-ip --ip-families
--load-balancer-backend-pool-type --kube-proxy-config --node-public-ip-prefix-id
--allowed-host-ports --asg-ids --fqdn-subdomain --acns-transit-encryption-type
--acns-datapath-acceleration-mode --enable-container-network-logs
--load-balancer-managed-outbound-ip-count --load-balancer-outbound-ips
--load-balancer-outbound-ip-prefixes --load-balancer-outbound-ports
--load-balancer-idle-timeout --nat-gateway-outbound-ips --nat-gateway-idle-timeout
--disable-acns-observability --disable-acns-security --gateway-prefix-size
--bootstrap-container-registry-resource-id --node-provisioning-mode
--enable-app-routing --app-routing-default-nginx-controller
--enable-app-routing-istio --aci-subnet-name --appgw-subnet-cidr
"""


def title(item: Explained) -> str:
    return item.title


@pytest.mark.parametrize("option", ASKED.split())
def test_every_key_option_is_explained(option: str) -> None:
    found = explain(option)
    assert found is not None
    assert option in found.az


@pytest.mark.parametrize("item", options(), ids=title)
def test_an_explanation_is_whole(item: Explained) -> None:
    for text in (item.does, item.without, item.change):
        assert re.match(r"[A-Z]", text)
        assert text.endswith((".", "!"))
    assert item.values
    assert item.default
    assert item.source
    assert [each.surface for each in item.surfaces] == [
        "az",
        "ARM",
        "Bicep",
        "Terraform",
    ]


@pytest.mark.parametrize("item", options(), ids=title)
def test_arm_is_json_under_its_path(item: Explained) -> None:
    text = next(it.text for it in item.surfaces if it.surface == "ARM")
    value: Any = json.loads("{" + text + "}")
    for key in item.arm.split("."):
        value = value[key.removesuffix("[]")]
        value = value[0] if key.endswith("[]") else value
    assert value not in ({}, [])


@pytest.mark.parametrize("item", options(), ids=title)
def test_a_flag_that_switches_means_the_same_on_each_surface(item: Explained) -> None:
    shown = {each.surface: each.text for each in item.surfaces}
    last = item.arm.rsplit(".", 1)[-1]
    if not item.az or item.az[0].split("-")[2] not in ("enable", "disable"):
        return
    if "true" in shown["ARM"] or "false" in shown["ARM"]:
        on = item.az[0].startswith("--enable") != last.startswith("disable")
        off = item.az[0].startswith("--disable") and last.startswith("disable")
        assert ("true" in shown["ARM"]) == (on or off), shown
        assert ("true" in shown["Bicep"]) == ("true" in shown["ARM"])


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("networkPolicy", "--network-policy"),
        ("properties.networkProfile.networkPolicy", "--network-policy"),
        ("network_profile.network_policy", "--network-policy"),
        ("NETWORK-POLICY", "--network-policy"),
        ("policy engine", "--network-policy"),
        ("authorizedIPRanges", "--api-server-authorized-ip-ranges"),
        ("private_cluster_enabled", "--enable-private-cluster"),
        ("agentPoolProfiles[].maxPods", "--max-pods"),
        ("--pod-cidrs", "--pod-cidr"),
        ("userDefinedRouting", "--outbound-type"),
        ("ingress-appgw", "--appgw-subnet-cidr"),
        ("ingressApplicationGateway", "--appgw-subnet-cidr"),
        ("ingress_application_gateway", "--appgw-subnet-cidr"),
        (
            "application gateway for containers",
            "ingressProfile.applicationLoadBalancer",
        ),
        ("applicationLoadBalancer", "ingressProfile.applicationLoadBalancer"),
        ("WireGuard", "--acns-transit-encryption-type"),
    ],
)
def test_an_option_is_found_by_the_names_of_each_surface(name: str, flag: str) -> None:
    found = explain(name)
    assert found is not None
    assert found.title == flag


@pytest.mark.parametrize("item", options(), ids=title)
def test_arguments_of_terraform_are_those_of_the_provider(item: Explained) -> None:
    schema: dict[str, Any] = json.loads(
        files("seawall.ingest.terraform")
        .joinpath("schema/azurerm.json")
        .read_text("utf-8")
    )
    kind, path = "azurerm_kubernetes_cluster", item.terraform
    if path.startswith("azurerm_"):
        kind, path = path.split(".", 1)
    level: Any = schema[kind]
    for key in filter(None, path.split(".")):
        level = level[1][key]


def test_a_name_that_several_share_means_none() -> None:
    assert explain("enabled") is None
    assert explain("count") is None
    assert explain("cilium") is None


def test_no_name_means_two_options() -> None:
    flags = [flag for item in options() for flag in item.az]
    assert len(flags) == len(set(flags))
    assert len({item.arm for item in options()}) == len(options())


def test_rules_are_taken_from_the_audit_and_told_in_its_words() -> None:
    known = {rule.code: rule for rule in RULES}
    found = explain("--enable-private-cluster")
    assert found is not None
    texts = {each.code: each.says for each in found.together}
    assert texts["AKSV029"] == known["AKSV029"].text


def test_contradictions_of_the_platform_are_told_as_such() -> None:
    told = {item.title for item in options() if item.doubts}
    assert {
        "--network-plugin",
        "--max-pods",
        "--pod-subnet-id",
        "--network-dataplane",
        "--enable-acns",
        "--outbound-type",
        "--enable-apiserver-vnet-integration",
        "--disable-public-fqdn",
        "--load-balancer-idle-timeout",
        "--load-balancer-backend-pool-type",
        "--nat-gateway-outbound-ips",
        "--enable-node-public-ip",
    } <= told


def test_what_folklore_says_of_azure_s_engine_is_put_right() -> None:
    found = explain("--network-policy")
    assert found is not None
    assert any("Each engine enforces both" in pair.so for pair in found.often)


def test_a_slip_is_offered_the_nearest_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert nearest("--network-polcy") == "--network-policy"
    assert run(["design", "--explain", "--network-polcy"]) == 2
    assert "did you mean `--network-policy`?" in capsys.readouterr().err
    assert run(["design", "--explain", "zzz"]) == 2
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize("columns", ["80", "120"])
def test_a_screen_is_no_wider_than_the_terminal(
    columns: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for option in ("list", *(item.title for item in options())):
        assert run(["design", "--explain", option]) == 0
        for line in capsys.readouterr().out.splitlines():
            assert len(line) <= int(columns), (option, line)


def test_an_option_is_shown_with_everything_that_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["design", "--explain", "--network-policy"]) == 0
    printed = capsys.readouterr().out
    for part in (
        "--network-policy  policy engine",
        "WITHOUT IT",
        "if nothing is said: none",
        "AKSV004",
        "CHANGED LATER",
        "OFTEN SAID, AND WHAT IS SO",
        "az aks create … --network-policy cilium",
        "networkProfile: { networkPolicy: 'cilium' }",
        'network_policy = "cilium"',
    ):
        assert part in printed


@pytest.mark.parametrize("option", ["list", "--network-policy"])
def test_machines_read_options_too(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", "--explain", option, "-o", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert len(document["options"]) == (len(options()) if option == "list" else 1)


def test_requirements_and_an_option_do_not_go_together(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["design", "x.yaml", "--explain", "list"]) == 2
    assert "reads no requirements" in capsys.readouterr().err
