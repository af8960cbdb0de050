"""What a person can give so that an unknown setting becomes known."""

from seawall.model.cluster import Cluster
from seawall.model.snapshot import Snapshot

_AFTER = "known only after the deployment"
_EXPRESSIONS = (
    "is not evaluated",
    "cannot be evaluated",
    "has no value",
    "has no default",
    "parameter file",
)

_COMMANDS = {
    "cluster extensions": "az k8s-extension list --cluster-type managedClusters "
    "--cluster-name {name} -g GROUP -o json",
    "outbound addresses": "az aks show -n {name} -g GROUP -o json` and `az network "
    "public-ip list -g {node_group} -o json",
    "security group on network interfaces": "az network nsg list -g "
    "{node_group} -o json",
    "pods keep their address towards": "kubectl get configmap -n kube-system -o yaml",
    "and also towards": "kubectl get configmap -n kube-system -o yaml",
}
_OPTIONS = {
    "network plugin": "--network-plugin",
    "pod addresses": "--network-plugin and --network-plugin-mode",
    "pod ranges": "--pod-cidr",
    "service ranges": "--service-cidr",
    "policy engine": "--network-policy or --network-dataplane",
    "names and HTTP in policies": "--acns-advanced-networkpolicies",
    "outbound type": "--outbound-type",
    "private cluster": "--enable-private-cluster",
    "private DNS zone": "--private-dns-zone",
    "authorized ranges": "--api-server-authorized-ip-ranges",
    "subnet of the API server": "--apiserver-subnet-id",
    "node image channel": "--node-os-upgrade-channel",
    "most pods on a node": "--max-pods",
    "subnet": "--vnet-subnet-id",
    "subnet of pods": "--pod-subnet-id",
    "node image": "--os-sku",
    "SSH access": "--ssh-access",
}
"""The option of `az aks create` that states a setting."""


class Settling:
    """Says what would settle a setting, by what was given so far."""

    def __init__(self, snapshot: Snapshot, cluster: Cluster | None) -> None:
        self._kinds = {item.path: item.kind for item in snapshot.inputs}
        self._cluster = cluster

    def cluster(self, title: str, why: str, name: str = "") -> str:
        """Return what would settle a setting of the cluster or of a pool."""
        cluster = self._cluster
        called = _plain(cluster.name if cluster else "") or "NAME"
        group = _plain(cluster.node_resource_group if cluster else "") or "NODE-GROUP"
        command = _COMMANDS.get(title, "az aks show -n {name} -g GROUP -o json")
        give = f"give `{command.format(name=called, node_group=group)}`"
        if _AFTER in why:
            return f"deploy, then {give}, or `terraform show -json` of the state"
        if any(part in why for part in _EXPRESSIONS):
            return f"give the values of the parameters, or {give}"
        if title in _COMMANDS:
            return give
        place = f"`{name}`" if name else ""
        option = _OPTIONS.get(title, "")
        if self._written():
            said = place or "it"
            with_option = f" (`az aks create {option}`)" if option else ""
            return f"state {said} in the file{with_option}, or {give}"
        return give

    def fabric(self, command: str, why: str) -> str:
        """Return what would settle a setting of the network around the cluster."""
        if _AFTER in why:
            return (
                f"deploy, then give `{command}`, or `terraform show -json` of the state"
            )
        return f"give `{command}`"

    def _written(self) -> bool:
        """Whether the cluster stands in a file that people write, not in a dump."""
        cluster = self._cluster
        if cluster is None:
            return False
        kind = self._kinds.get(cluster.origin.path, "")
        return "azure" not in kind.split("+")


def _plain(name: str) -> str:
    """Return a name, or nothing where it is known only after the deployment."""
    return "" if set("{}[]$") & set(name) else name
