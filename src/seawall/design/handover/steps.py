"""Commands in their order, for the page that tells about a design.

Source: Azure CLI docs, az deployment group, az aks; Terraform docs, plan and apply; AKS
docs, kubelogin-authentication and access-private-cluster.
"""

from collections.abc import Iterator, Sequence

from seawall.design.handover.answer import Surface
from seawall.design.layout.demand import comes_from
from seawall.design.layout.reaching import Reach, reach
from seawall.design.options import Addressing, Choices, Network, PolicyEngine
from seawall.design.requirements.needs import Desk, Requirements, ServiceKind


def before(needs: Requirements, choices: Choices) -> Iterator[str]:
    """Yield what must be so before anything is deployed."""
    yield "Before: sign in with `az login`, as an Owner of the resource group, as the"
    yield "identity of the cluster is given roles. Read the parameters of the files."
    if choices.network is Network.EXISTING and needs.existing is not None:
        yield f"The subnet `{needs.existing.node_subnet}` must stand."
    for operator in needs.operators:
        if operator.network:
            yield (
                f"The owner of `{operator.network}` peers it with the network of the "
                "design too; until then the peering carries nothing."
            )
    yield ""


def proving(surface: Surface, *, with_standing: bool) -> Iterator[str]:
    """Yield how the proof is made again.

    Args:
        surface: The surface.
        with_standing: Whether something stands already that is read with it.
    """
    if surface is Surface.AZ:
        yield "Scripts have no reader: `proof/az/commands.json` is what the commands"
        yield "stand for, and that is what is proved."
        yield ""
    around = f" proof/{surface.value}" if with_standing else ""
    yield "Prove it again, before and after every change:"
    yield ""
    yield "```console"
    yield f"seawall test {surface.value} kubernetes intents.yaml \\"
    yield f"  proof/workloads.yaml{around}"
    yield "```"
    yield ""


def by_modules(plain: Sequence[str]) -> Iterator[str]:
    """Yield what Azure Verified Modules do here, and what they do not.

    Args:
        plain: Types in ARM that stay resources of the provider.
    """
    yield "The files call Azure Verified Modules, each at the version whose source"
    yield "was read: `seawall` reads them back by what it does with each input. Read it"
    yield "again before you change a version. `terraform init` fetches them: it needs"
    yield "the registry, and Terraform 1.11. Telemetry of the modules is off."
    yield ""
    if plain:
        yield "No module that was verified stands for all of these, so that they stay"
        yield "resources of the provider:"
        yield ""
        for each in plain:
            yield f"- `{each}`"
        yield ""


def deploying(surface: Surface, group: str, region: str) -> Iterator[str]:
    """Yield how what is in Azure is deployed; first shown, then done."""
    yield "```console"
    yield from _COMMANDS[surface](group, region)
    yield "```"
    yield ""


def _by_template(file: str, group: str, region: str) -> Iterator[str]:
    yield f"az group create --name {group} --location {region}"
    given = f"--resource-group {group} --template-file {file}"
    yield f"az deployment group what-if {given}"
    yield f"az deployment group create {given}"


def _by_terraform(group: str, region: str) -> Iterator[str]:
    del group, region
    yield "terraform -chdir=terraform init"
    yield "terraform -chdir=terraform plan -out=plan"
    yield "terraform -chdir=terraform apply plan"


def _by_script(group: str, region: str) -> Iterator[str]:
    del group, region
    yield "less az/deploy.sh"
    yield "bash az/deploy.sh"


_COMMANDS = {
    Surface.BICEP: lambda group, region: _by_template(
        "bicep/main.bicep", group, region
    ),
    Surface.ARM: lambda group, region: _by_template("arm/main.json", group, region),
    Surface.TERRAFORM: _by_terraform,
    Surface.AZ: _by_script,
}


def after(group: str, cluster: str) -> Iterator[str]:
    """Yield how to see that what stands in Azure is what was designed."""
    yield "### Check what stands"
    yield ""
    yield "```console"
    yield f"az aks show --resource-group {group} --name {cluster} \\"
    yield "  --output json > cluster.json"
    yield "seawall check cluster.json"
    yield "```"
    yield ""


def narrowing(group: str, needs: Requirements, choices: Choices) -> Iterator[str]:
    """Yield how the service endpoint for storage is narrowed to one's own accounts.

    Source: Azure docs, virtual-network-service-endpoint-policies-overview; Azure/AKS
    issue 1383: layers of images in accounts of registries are cut off too.
    """
    accounts = [
        it.name
        for it in needs.services
        if it.kind is ServiceKind.STORAGE and reach(it, choices) is Reach.SUBNET
    ]
    if not accounts:
        return
    subnet = (
        "snet-pods" if choices.addressing is Addressing.POD_SUBNET else ("snet-nodes")
    )
    yield "### Narrow the service endpoint"
    yield ""
    yield "It leads to every storage account that there is, also to those of others. A"
    yield "policy lists yours. It cuts nodes off from registries that keep layers of"
    yield "images in storage accounts of their own (all that have no dedicated data"
    yield "endpoint), so that it is not part of the files."
    yield ""
    yield "```console"
    yield f"az network service-endpoint policy create --resource-group {group} \\"
    yield f"  --name sep-{needs.name}"
    yield "az network service-endpoint policy-definition create \\"
    yield f"  --resource-group {group} --policy-name sep-{needs.name} \\"
    yield "  --name accounts --service Microsoft.Storage --service-resources \\"
    for at, name in enumerate(accounts):
        end = " \\" if at + 1 < len(accounts) else ""
        yield f'  "$(az storage account show --name {name} --query id -o tsv)"{end}'
    yield f"az network vnet subnet update --resource-group {group} \\"
    yield f"  --vnet-name vnet-{needs.name} --name {subnet} \\"
    yield f"  --service-endpoint-policy sep-{needs.name}"
    yield "```"
    yield ""


def inside(
    group: str, cluster: str, needs: Requirements, choices: Choices
) -> Iterator[str]:
    """Yield how what is in the cluster is applied, and seen to be there.

    Source: AKS docs, manage-azure-rbac: owners of a group have no right inside.
    """
    yield "### Inside the cluster"
    yield ""
    if choices.is_private:
        yield "From where operators are: the API server has no public address."
    if choices.is_private and comes_from(needs, Desk.BASTION):
        yield "By Bastion, `az aks bastion tunnel` leads there (extension aks-preview)."
    yield "Apply this before any workload runs, so that no pod is ever open. Who may do"
    yield "what inside is a matter of roles in Azure, of which an Owner has none here:"
    yield "the first command gives you one, and takes a few minutes to have effect."
    yield ""
    yield "```console"
    yield "az role assignment create \\"
    yield "  --role 'Azure Kubernetes Service RBAC Cluster Admin' \\"
    yield '  --assignee "$(az ad signed-in-user show --query id --output tsv)" \\'
    yield f'  --scope "$(az aks show --resource-group {group} \\'
    yield f'    --name {cluster} --query id --output tsv)"'
    yield f"az aks get-credentials --resource-group {group} --name {cluster}"
    yield "kubelogin convert-kubeconfig --login azurecli"
    yield "kubectl apply --filename kubernetes/00-namespaces.yaml"
    yield "kubectl apply --filename kubernetes/ --dry-run=server"
    yield "kubectl apply --filename kubernetes/"
    kinds = "networkpolicies"
    if choices.engine is PolicyEngine.CILIUM:
        kinds += ",ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies"
    yield f"kubectl get {kinds} --all-namespaces"
    yield "```"
    yield ""


def way_back(group: str, surfaces: Sequence[Surface]) -> Iterator[str]:
    """Yield how everything is taken back, the last first."""
    yield "### The way back"
    yield ""
    yield "A policy that is in the way goes by itself with `kubectl delete --filename`;"
    yield "the rest stays closed. Everything goes by the way that it came:"
    yield ""
    yield "```console"
    if Surface.TERRAFORM in surfaces:
        yield "terraform -chdir=terraform destroy"
    others = [it.title for it in surfaces if it is not Surface.TERRAFORM]
    if others:
        yield f"az group delete --name {group}  # {' or '.join(others)}"
    yield "```"
    yield ""
