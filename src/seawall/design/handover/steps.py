"""Commands in their order, for the page that tells about a design.

Source: Azure CLI docs, az deployment group, az aks; Terraform docs, plan and apply; AKS
docs, kubelogin-authentication and access-private-cluster.
"""

from collections.abc import Iterator, Sequence

from seawall.design.handover.answer import Surface
from seawall.design.options import Choices, Network, PolicyEngine
from seawall.design.requirements.needs import Requirements


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


def inside(group: str, cluster: str, choices: Choices) -> Iterator[str]:
    """Yield how what is in the cluster is applied, and seen to be there."""
    yield "### Inside the cluster"
    yield ""
    if choices.is_private:
        yield "From where operators are: the API server has no public address."
    yield "Apply this before any workload runs, so that no pod is ever open."
    yield ""
    yield "```console"
    yield f"az aks get-credentials --resource-group {group} --name {cluster}"
    yield "kubelogin convert-kubeconfig --login azurecli"
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
    yield "the rest stays closed. Everything goes with"
    yield ""
    yield "```console"
    if Surface.TERRAFORM in surfaces:
        yield "terraform -chdir=terraform destroy"
    if set(surfaces) - {Surface.TERRAFORM}:
        yield f"az group delete --name {group}"
    yield "```"
    yield ""
