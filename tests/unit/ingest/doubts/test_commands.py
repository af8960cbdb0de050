"""A command that may write is a doubt unless it is known to change nothing."""

import pytest

from seawall.ingest.doubts.commands import command_of
from seawall.ingest.doubts.lists import (
    COLLECTION_GROUPS,
    GROUPS,
    NETWORKS,
    SUBNETS,
    TABLES,
    ZONE_LINKS,
)

ANYTHING = None
NOTHING: tuple[str, ...] = ()
CLUSTERS = "microsoft.containerservice/managedclusters"
REGISTRIES = "microsoft.containerregistry/registries"
STORAGE = "microsoft.storage/storageaccounts"
URL = "https://management.azure.com/subscriptions/s/providers"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("az network nsg rule create --nsg-name n", (GROUPS,)),
        ("AZ network NSG rule delete -n n", (GROUPS,)),
        ("az network nsg \\\n  rule create \\\n  -n n", (GROUPS,)),
        ("az network nsg rule ? -n n", (GROUPS,)),
        ("/usr/bin/az network route-table route update -n r", (TABLES,)),
        ("az network vnet update --dns-servers 10.0.0.4", (NETWORKS, SUBNETS)),
        ("az network vnet subnet update --route-table t", (SUBNETS,)),
        ("az network vnet peering sync -n p", (NETWORKS,)),
        ("az network firewall policy update -n p", (COLLECTION_GROUPS,)),
        ("az network private-dns link vnet create -n l", (ZONE_LINKS,)),
        ("az aks update -n a --network-policy none", (CLUSTERS,)),
        ("az keyvault network-rule add -n k", ("microsoft.keyvault/vaults",)),
        ("az sql server firewall-rule create -n f", ("microsoft.sql/servers",)),
        ("az acr update --default-action Allow", (REGISTRIES,)),
        ("Set-AzStorageAccount -Name s", (STORAGE,)),
        ("Add-AzStorageAccountNetworkRule -Name s", (STORAGE,)),
        ("az rest -m patch --url $X/Microsoft.Storage/storageAccounts/s", (STORAGE,)),
        ("az network lb rule create -n l", ANYTHING),
        ("az network private-endpoint create -n p", ANYTHING),
        ("az vmss update -n v", ANYTHING),
        ("az group delete -n g", ANYTHING),
        ("az deployment sub create -f more.bicep", ANYTHING),
        ("az stack group create -f more.bicep", ANYTHING),
        ("az resource update --ids $ID --set properties.x=1", ANYTHING),
        ("az $WHAT create", ANYTHING),
        ("terraform apply -auto-approve", ANYTHING),
        ('run(["az", "network", "nsg", "create"])', (GROUPS,)),
        ("x=$(az account show) && az network nsg create -n n", (GROUPS,)),
        (
            f"az rest --method put --url {URL}/Microsoft.Network/routeTables/t",
            (TABLES,),
        ),
        ("az rest -m ? --url $URL", ANYTHING),
        (f"az rest -m put --url {URL}/Microsoft.Resources/deployments/d", ANYTHING),
        (f"az rest -m put --url {URL}/Microsoft.Network/loadBalancers/l", ANYTHING),
        (f"curl -X PATCH {URL}/Microsoft.Network/routeTables/t", (TABLES,)),
        ("set-azvirtualnetwork -VirtualNetwork $v", (NETWORKS, SUBNETS)),
        ("Set-AzVirtualNetworkSubnetConfig -Name s", (SUBNETS,)),
        ("Get-AzRouteTable -Name t | Set-AzRouteTable", (TABLES,)),
        (f"Invoke-AzRestMethod -Method PUT -Uri {URL}/Microsoft.Kusto/x", NOTHING),
        ("Invoke-AzRestMethod -Method DELETE -Path $path", ANYTHING),
        ("Set-AzResource -ResourceId $id -Force", ANYTHING),
        ("New-AzResource -ResourceType Microsoft.Network/routeTables", (TABLES,)),
        ("Update-AzVirtualHub -Name h", ANYTHING),
        ("New-AzResourceGroupDeployment -TemplateFile x", ANYTHING),
    ],
)
def test_what_a_command_that_writes_may_change_is_told(
    text: str, wanted: tuple[str, ...] | None
) -> None:
    found = command_of(text)
    if wanted == NOTHING:
        assert found is None
        return
    assert found is not None
    assert found.deploys is (wanted is ANYTHING)
    assert found.kinds == tuple(sorted(wanted or ()))


@pytest.mark.parametrize(
    "text",
    [
        "az network nsg rule list --nsg-name n",
        "az network vnet list-available-ips -n v",
        "az aks get-credentials -n a",
        "az aks nodepool scale -n p",
        "az deployment group what-if -f x",
        "az account set --subscription s",
        "az keyvault secret set -n s",
        "az storage blob upload -f x",
        "Set-AzKeyVaultSecret -Name s",
        "New-AzResourceGroup -Name g",
        "az acr import --name x",
        "az config set core.no_color=1",
        "az group create -n g",
        "az rest --url $URL",
        f"az rest -m post --url {URL}/Microsoft.Storage/x/listKeys?api-version=1",
        "az rest -m post --url https://graph.microsoft.com/v1.0/groups",
        "az resource show --ids $ID",
        "Connect-AzAccount -Identity; Get-AzVirtualNetwork",
        "Invoke-AzRestMethod -Path $path",
        "Set-AzContext -Subscription s",
        "# az network nsg create",
        "curl https://example.com/az",
        "echo my-azure-thing",
    ],
)
def test_a_command_that_changes_nothing_of_networks_is_no_doubt(text: str) -> None:
    assert command_of(text) is None
