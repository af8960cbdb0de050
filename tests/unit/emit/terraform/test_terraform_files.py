"""What a deployment looks like as a folder of Terraform, and what is refused."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from designed import deployment, resource
from seawall.emit.parts import Unsaid
from seawall.emit.terraform import terraform
from seawall.emit.tree import Deployment, Given, Id, Noted, Resource, Value
from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.schema.names import strangers
from terraform_folders import read_files, serious, the_cluster

_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_SUBNETS = "Microsoft.Network/virtualNetworks/subnets"


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return terraform(deployment())


def changed(symbol: str, **more: object) -> Deployment:
    """Return the deployment with one resource changed."""
    whole = deployment()
    resources = tuple(
        replace(item, **more) if item.symbol == symbol else item  # type: ignore[arg-type]
        for item in whole.resources
    )
    return replace(whole, resources=resources)


def with_property(symbol: str, path: str, value: Value) -> Deployment:
    """Return the deployment with a property set in one resource."""
    body = dict(deployment().resource(symbol).body)
    held = body
    *above, last = path.split(".")
    for key in above:
        inner = held.get(key, {})
        assert isinstance(inner, Mapping)
        held[key] = held = dict(inner)
    held[last] = value
    return changed(symbol, body=body)


def of(files: Mapping[str, str], head: str) -> str:
    """Return the block of a resource."""
    text = "\n".join(files.values())
    start = text.index(f"resource {head} {{")
    return text[start : text.index("\n}\n", start) + 3]


def test_files_are_as_terraform_itself_would_format_them(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = subprocess.run(  # noqa: S603  # the user's own program, fixed arguments
        [program, "fmt", "-check", "-diff", str(tmp_path)],
        env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_every_argument_is_one_of_the_provider(files: Mapping[str, str]) -> None:
    found = []
    for name, text in files.items():
        script = parse(text, name)
        assert not script.faults
        for section in script.body.of("resource"):
            found += strangers(section.labels[0], section.body, "4")
    assert found == []


def test_the_folder_is_read_back_with_nothing_left_open(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    snapshot = read_files(tmp_path, files)
    assert [it.what for it in serious(snapshot)] == [
        "`bas-hub` of type `microsoft.network/bastionhosts` is not modelled"
    ]
    assert [pool.name for pool in the_cluster(snapshot).pools] == ["system", "work"]


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        ("cluster", "properties.unheardOf"),
        ("cluster", "properties.networkProfile.unheardOf"),
        ("nodes", "properties.unheardOf"),
        ("firewall", "extendedLocation"),
        ("vault", "properties.networkAcls.unheardOf"),
    ],
)
def test_a_property_without_words_is_refused(symbol: str, path: str) -> None:
    with pytest.raises(Unsaid, match="no words for"):
        terraform(with_property(symbol, path, "x"))


def test_a_type_without_words_is_refused() -> None:
    whole = deployment()
    other = resource("other", "Microsoft.Unheard/ofs", "x", {})
    with pytest.raises(Unsaid, match=r"Microsoft\.Unheard/ofs has no words"):
        terraform(replace(whole, resources=(*whole.resources, other)))


def test_what_the_provider_would_send_of_itself_must_be_that() -> None:
    with pytest.raises(Unsaid, match="cannot be 'Automatic'"):
        terraform(with_property("cluster", "sku.name", "Automatic"))


def test_what_azurerm_has_no_argument_for_is_set_by_azapi(
    files: Mapping[str, str],
) -> None:
    assert 'advancedNetworkPolicies = "L7"' in of(
        files, '"azapi_update_resource" "cluster"'
    )
    assert 'source  = "azure/azapi"' in files["versions.tf"]


def test_a_folder_that_needs_no_azapi_does_not_ask_for_it() -> None:
    whole = deployment()
    small = replace(whole, resources=whole.resources[:4], outputs=())
    assert "azapi" not in "".join(terraform(small).values())


def test_what_a_subnet_holds_is_tied_by_resources_that_clusters_wait_for(
    files: Mapping[str, str],
) -> None:
    tie = '"azurerm_subnet_route_table_association" "nodes"'
    assert "route_table_id = azurerm_route_table.nodes_routes.id" in of(files, tie)
    cluster = of(files, '"azurerm_kubernetes_cluster" "cluster"')
    for waited in (
        "azurerm_subnet_route_table_association.nodes,",
        "azurerm_subnet_network_security_group_association.nodes,",
        "azurerm_role_assignment.identity_on_spoke,",
    ):
        assert waited in cluster


def test_comments_say_what_a_resource_serves(files: Mapping[str, str]) -> None:
    assert (
        "# Filters what reaches the nodes.\n"
        "# Serves api-server.access, pods.default-deny.\n"
    ) in files["filters.tf"]
    assert (
        "  # Nodes reach the API server (api-server.access).\n" in files["filters.tf"]
    )


def _pools(*pools: Value) -> Deployment:
    return with_property("cluster", "properties.agentPoolProfiles", pools)


_POOL: dict[str, Value] = {
    "name": "apps",
    "mode": "User",
    "osType": "Linux",
    "vmSize": Given("clusterName"),
    "vnetSubnetID": Id("nodes"),
}


def test_pools_after_the_first_are_resources_of_their_own() -> None:
    first = {**_POOL, "name": "system", "mode": "System"}
    files = terraform(_pools(first, Noted(_POOL, "For workloads.")))
    pool = of(files, '"azurerm_kubernetes_cluster_node_pool" "cluster_apps"')
    assert "kubernetes_cluster_id = azurerm_kubernetes_cluster.cluster.id" in pool
    assert "azurerm_subnet_route_table_association.nodes" in pool
    assert "# For workloads." in files["cluster.tf"]
    assert "default_node_pool {" in files["cluster.tf"]


def test_what_azurerm_cannot_say_of_pools_is_set_on_each() -> None:
    closed: dict[str, Value] = {"securityProfile": {"sshAccess": "Disabled"}}
    first = {**_POOL, "name": "system", "mode": "System", **closed}
    files = terraform(_pools(first, {**_POOL, **closed}))
    own = of(files, '"azapi_update_resource" "cluster_system"')
    assert "parent_id = azurerm_kubernetes_cluster.cluster.id" in own
    assert 'name      = "system"' in own
    assert 'sshAccess = "Disabled"' in own
    other = of(files, '"azapi_update_resource" "cluster_apps"')
    assert "azurerm_kubernetes_cluster_node_pool.cluster_apps.id" in other


@pytest.mark.parametrize("zone", ["System", "None"])
def test_the_words_for_zones_are_those_of_the_provider(zone: str) -> None:
    path = "properties.apiServerAccessProfile.privateDNSZone"
    files = terraform(with_property("cluster", path, zone.lower()))
    assert f'private_dns_zone_id                 = "{zone}"' in files["cluster.tf"]


def test_services_that_are_off_are_not_turned_on_by_an_empty_block() -> None:
    path = "properties.networkProfile.advancedNetworking"
    files = terraform(with_property("cluster", path, {"enabled": False}))
    assert "advanced_networking" not in files["cluster.tf"]


def _fitted(subscription: str) -> Deployment:
    version = "2024-05-01"
    network = Resource(
        "spoke",
        "Microsoft.Network/virtualNetworks",
        version,
        "vnet-old",
        is_existing=True,
        resource_group="rg-net",
        subscription=subscription,
    )
    subnet = Resource(
        "old", _SUBNETS, version, "nodes", parent="spoke", is_existing=True
    )
    identity = resource(
        "identity", "Microsoft.ManagedIdentity/userAssignedIdentities", "id", {}
    )
    pool = resource("more", f"{_CLUSTERS}/agentPools", "more", {})
    asked = replace(
        pool,
        parent="cluster",
        body={"properties": {"mode": "User", "vnetSubnetID": Id("old")}},
    )
    first: Value = {**_POOL, "mode": "System", "vnetSubnetID": Id("old")}
    cluster = resource(
        "cluster", _CLUSTERS, "aks", {"properties": {"agentPoolProfiles": (first,)}}
    )
    return Deployment("x", "rg", "x", (), (network, subnet, identity, cluster, asked))


def test_what_stands_already_is_referred_to_by_its_id() -> None:
    files = terraform(_fitted("s"))
    path = "/providers/Microsoft.Network/virtualNetworks/vnet-old"
    assert (
        f'spoke_id = "/subscriptions/s/resourceGroups/rg-net{path}"' in files["main.tf"]
    )
    assert (
        f'old_id   = "/subscriptions/s/resourceGroups/rg-net{path}/subnets/nodes"'
        in (files["main.tf"])
    )
    assert "vnet_subnet_id = local.old_id" in files["cluster.tf"]


def test_what_stands_in_the_own_subscription_is_found_there() -> None:
    text = terraform(_fitted(""))["main.tf"]
    assert '"${data.azurerm_subscription.current.id}/resourceGroups/rg-net' in text
    assert 'data "azurerm_subscription" "current" {}' in text


def test_variables_say_what_they_are(files: Mapping[str, str]) -> None:
    assert (
        'variable "cluster_name" {\n'
        '  description = "Name of the cluster."\n'
        "  type        = string\n"
        '  default     = "aks-shop"\n'
        "}\n"
    ) in files["variables.tf"]
    assert 'variable "resource_group_name" {' in files["variables.tf"]


def test_outputs_tell_what_azure_says(files: Mapping[str, str]) -> None:
    text = files["outputs.tf"]
    assert "value       = azurerm_kubernetes_cluster.cluster.private_fqdn" in text
    assert '"https://${azurerm_public_ip.firewall_ip.ip_address}"' in text


def test_what_the_provider_wants_is_said_though_nobody_states_it() -> None:
    body = dict(deployment().resource("sql").body)
    properties = body["properties"]
    assert isinstance(properties, Mapping)
    kept = {key: it for key, it in properties.items() if key != "version"}
    files = terraform(changed("sql", body={**body, "properties": kept}))
    server = of(files, '"azurerm_mssql_server" "sql"')
    assert re.search(r'version +=\s"12\.0"', server)
