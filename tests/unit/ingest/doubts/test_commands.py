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
REST = "az rest --url"
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
        ("az aks update -n a --network-policy none --surprise", (CLUSTERS,)),
        ("az aks update -n a", (CLUSTERS,)),
        ("az aks update -n a --yes $MORE", (CLUSTERS,)),
        ("az aks nodepool update -n p --enable-node-public-ip", (CLUSTERS,)),
        ("az aks update -n a --network-policy none; az aks rotate-x -n a", (CLUSTERS,)),
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
        ("# Let partners in,\naz network nsg create -n n", (GROUPS,)),
        ("# In C:\\temp\\\naz network nsg create -n n", (GROUPS,)),
        ("echo hello,\naz network nsg create -n n", (GROUPS,)),
        ("Set-AzVirtualNetwork `\n  -VirtualNetwork $v", (NETWORKS, SUBNETS)),
        ("['az',\n 'network', 'nsg', 'create']", (GROUPS,)),
        (f"{REST} $URL --body 'a; b' --method put", ANYTHING),
        (f'{REST} "$URL?a=1&&b" --method put', ANYTHING),
        (f'{REST} "$URL|x" --method put', ANYTHING),
        (f"{REST} $URL --body '{{\n \"a\": 1\n}}' --method put", ANYTHING),
        (f'{REST} $URL -b "$(jq . f | tr a b)" --method put', ANYTHING),
        (f"{REST} $URL -b $(jq . f | tr a b) --method put", ANYTHING),
        (f'{REST} $URL -b "{{\\"a\\": \\"b; c\\"}}" --method put', ANYTHING),
        (f'bash -c "{REST} $URL -b \\"a; b\\" --method put"', ANYTHING),
        (f'{REST} $URL --body "a # b" --method put', ANYTHING),
        (f"cat <<E\nit's\nE\n{REST} $URL -b 'x # y' --method put", ANYTHING),
        ('run(["az", "rest", "--body", "a; b", "--method", "put"])', ANYTHING),
        (f"{REST} $URL --body '{URL}/Microsoft.Kusto/x' -m put", ANYTHING),
        (f"{REST} $URL --method put; {REST} https://example.com", ANYTHING),
        (f"{REST} $URL/subnets/s -m post --body '/list'", ANYTHING),
        ("az rest @params", ANYTHING),
        ("$p = @{Method='PUT'}; Invoke-AzRestMethod @p", ANYTHING),
        ("az resource update --ids $X; az resource show --ids a.b/c", ANYTHING),
        (f"{REST} https://westeurope.management.azure.com/x -m put", ANYTHING),
        (f"{REST} https://management.usgovcloudapi.net/x -m put", ANYTHING),
        (f"{REST} https://$HOST/x -m put", ANYTHING),
        (f"{REST} https://$ARM.azure.com/x -m put", ANYTHING),
        (f"{REST} {URL}/Microsoft.Cdn/profiles/p -m put", ANYTHING),
        (
            f'curl -X PUT -H "a: b; c=d" {URL}/Microsoft.Network/routeTables/t',
            (TABLES,),
        ),
        (f'curl -X PUT -H "Referer: https://example.com" {URL}', ANYTHING),
        ("curl -X PUT $URL", ANYTHING),
        ("curl -sXPATCH $URL", ANYTHING),
        (f"curl -d @body.json {URL}/x", ANYTHING),
        (f"curl -s {URL}/x --data-raw '{{}}'", ANYTHING),
        (f"curl -T body.json {URL}/x", ANYTHING),
        (f"wget --method=PUT --body-file=b {URL}/x", ANYTHING),
        ("Invoke-RestMethod -Method Put -Uri $uri -Body $b", ANYTHING),
        ("Invoke-RestMethod @params", ANYTHING),
        ('run(["curl", "-X", "PUT", url])', ANYTHING),
        (f'bash -c "curl -H \\"a: b\\" -X PUT {URL}/x"', ANYTHING),
        ("az rest ?", ANYTHING),
        (f"{REST} $URL $MORE", ANYTHING),
        (f'{REST} $URL --skip-it "${{MORE[@]}}"', ANYTHING),
        ('curl "${MORE[@]}" $URL', ANYTHING),
        ("curl -X PUT $URL --proxy https://example.com", ANYTHING),
        ("curl -T f --url $URL --proxy https://example.com", ANYTHING),
        ("curl --proxy https://example.com -X PUT -s $URL", ANYTHING),
        (f"{REST} $URL --body '{{\n a: b # c }}' --method put", ANYTHING),
        (f'{REST} "C:\\" --body "x # y" --method put', ANYTHING),
        (f'{REST} "C:\\" --body "a; b" --method put', ANYTHING),
        (f"{REST} %URL% ^\n  --method put", ANYTHING),
        ("curl -X PUT https://`cat host`/x", ANYTHING),
        (f"wget --post-data=a {URL}/x", ANYTHING),
        ("az resource update --ids $X --set a=Microsoft.Kusto/x", ANYTHING),
        ("az network --debug nsg create -n n", (GROUPS,)),
        ("echo 'az network nsg create -n n' | tee f.sh", (GROUPS,)),
        ("X='\necho hi'; az network nsg create -n 'n'", (GROUPS,)),
        ('run(["az"] + given)', ANYTHING),
        ("python -m azure.cli network nsg create -n n", (GROUPS,)),
        ("az --only-show-errors network nsg rule create -n n", (GROUPS,)),
        ("az --debug network nsg create", (GROUPS,)),
        ("az -o json --subscription s network nsg create", (GROUPS,)),
        ("az --query '[].a b' network nsg create", ANYTHING),
        ("az --output none $WHAT", ANYTHING),
        ("terragrunt run-all apply", ANYTHING),
        ("terraform -chdir=x  apply", ANYTHING),
        ("terraform -chdir='my net' apply", ANYTHING),
        ("az unheard-of thing create --name n", ANYTHING),
        ("az aks update --attach-acr r -n a --enable-x", (CLUSTERS,)),
        ("az aks update --attach-acr r $MORE", (CLUSTERS,)),
        ("az policy assignment create -n p", ANYTHING),
        ("az k8s-configuration flux create -n f", ANYTHING),
        ("az afd origin create --enable-private-link true", ANYTHING),
        ("echo 'az network nsg create -n n' | bash", (GROUPS,)),
        ("echo 'az network nsg create -n n' > f.sh; sh f.sh", (GROUPS,)),
        ("echo $(az network nsg create -n n)", (GROUPS,)),
        ("echo done; az network nsg create -n n", (GROUPS,)),
        ("echo 'done' && az network nsg create -n n", (GROUPS,)),
        ("echo done & az network nsg create -n n", (GROUPS,)),
        ("echo it's && az network nsg create -n 'n'", (GROUPS,)),
        ("say() { echo 'az network nsg create -n n'; }; eval $(say)", (GROUPS,)),
        ('Write-Host "C:\\"; Set-AzRouteTable -RouteTable "$t"', (TABLES,)),
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
        "az aks update -n a --tags a=b c=d --enable-oidc-issuer",
        "az aks nodepool update -n p --cluster-name c --labels a=b --mode User",
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
        "az rest --url $URL --query 'a; b'; git commit -m put",
        f"curl -s {URL}/x -H 'a: b'",
        "x $(az rest --url $URL) $MORE",
        "curl -X POST https://example.com -d $BODY -u $USER",
        f"curl -G -d a=b {URL}/x",
        "curl -X POST https://example.com/token -d a=b",
        "curl -X PUT https://$NAME.vault.azure.net/secrets/s -d a",
        "Invoke-RestMethod -Uri $uri",
        "az --version",
        "az --only-show-errors network nsg list",
        "terraform plan -destroy",
        "az aks command invoke -n a --command 'kubectl get pods'",
        "az aks update -n a -g g --attach-acr r",
        'az aks update -n "$A" --resource-group=$G --attach-acr $R --yes',
        "Invoke-AzVMRunCommand -VMName v; Invoke-AzAksRunCommand -Name a",
        "az aks maintenanceconfiguration add -n a",
        "az aks oidc-issuer rotate-signing-keys -n a",
        "az aks kollect -n a",
        "az aks snapshot create -n a",
        "az vm start -n v; az vm stop -n v; az vm restart -n v",
        "az vm run-command invoke -n v --command-id x",
        "az vmss start -n v; az vmss stop -n v; az vmss restart -n v",
        "az policy definition create -n p",
        "az afd endpoint purge -n e",
        "az cdn endpoint purge -n e",
        "az grafana create -n g",
        "Start-AzVM -Name v; Stop-AzVM -Name v; Restart-AzVM -Name v",
        "Set-AzDiagnosticSetting -Name d",
        "New-AzFederatedIdentityCredential -Name c",
        "Set-AzCurrentStorageAccount -Name s",
        "echo 'Please install az first'",
        "which az || echo 'az not found'",
        "command -v az || { echo 'run az group delete'; exit 1; }",
        "echo 'az cli is required'",
        "die 'az cli is required'",
        "Write-Host 'Next: az group delete -n g'",
        "printf 'Next: terraform apply\n'",
        "echo 'az group delete' >&2",
        "kubectl get pods # not az group delete",
        "<# Uses Set-AzVirtualNetwork\n  and az group delete #>\nGet-AzVirtualNetwork",
    ],
)
def test_a_command_that_changes_nothing_of_networks_is_no_doubt(text: str) -> None:
    assert command_of(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("--network-policy none", ["networkProfile.networkPolicy"]),
        (
            "--api-server-authorized-ip-ranges=$MY",
            ["apiServerAccessProfile.authorizedIPRanges"],
        ),
        (
            "--load-balancer-idle-timeout 9 --tags a",
            ["networkProfile.loadBalancerProfile"],
        ),
        ("--enable-acns", ["networkProfile.advancedNetworking"]),
        (
            "--disable-run-command --outbound-type none",
            ["apiServerAccessProfile.disableRunCommand", "networkProfile.outboundType"],
        ),
    ],
)
def test_what_an_option_sets_of_a_cluster_is_told(text: str, wanted: list[str]) -> None:
    found = command_of(f"az aks update -n a -g b {text}")
    assert found is not None
    assert list(found.settings) == wanted
    assert not found.kinds
    assert f"`{wanted[0]}` of clusters" in found.why


def test_add_ons_and_pools_of_a_cluster_are_told_apart() -> None:
    found = command_of(
        "az aks enable-addons -n a -a monitoring; az aks nodepool add -n p"
    )
    assert found is not None
    assert found.settings == (
        "addonProfiles",
        "agentPoolProfiles",
        "azureMonitorProfile",
        "ingressProfile",
    )
