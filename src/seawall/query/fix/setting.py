"""Settings of clusters, pools, subnets and services that close what need not be open.

Each is one value in Azure's own words, rendered for whoever keeps the resource: az, the
JSON of ARM, Bicep, and Terraform where its provider has the setting.
"""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from seawall.engine.path import Space
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.cluster import ApiServer, Cluster, NodePool
from seawall.model.end import ApiServerEnd, End, NameEnd, NodeEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.network import RouteTable, Subnet
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.fix.association import association
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import resource_group

_BY_NAME = Space.parse("0.0.0.0/32").as_destinations()
"""Headers from anywhere; where they go is for the ends that are asked also to say."""

_SSH = FlowSet.box(protocols=((6, 6),), destination_ports=((22, 22),))

_TERRAFORM = {
    "vault": "azurerm_key_vault",
    "storage": "azurerm_storage_account",
    "registry": "azurerm_container_registry",
    "sql": "azurerm_mssql_server",
    "cosmos": "azurerm_cosmosdb_account",
}
"""Source: Terraform Registry, hashicorp/azurerm, `public_network_access_enabled`."""

_AZ = {
    "vault": "az keyvault update {} --public-network-access Disabled",
    "storage": "az storage account update {} --public-network-access Disabled",
    "registry": "az acr update {} --public-network-enabled false",
    "sql": "az sql server update {} --enable-public-network false",
    "cosmos": "az cosmosdb update {} --public-network-access DISABLED",
}
"""Source: Azure CLI docs, the update command of each service."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that gets another value.

    Attributes:
        kind: What is changed, such as `cluster setting`.
        says: What it does, as a sentence without its full stop.
        forms: How to carry it out.
        touches: The headers that it is about.
        also: Ends that fare otherwise with it, to be asked about.
        notes: What whoever carries it out must know, as sentences.
        beyond: What it does that answers about packets do not tell, as clauses.
        shuts: The services that it closes at ends of which packets are not stopped in
            the model.
        edit: Returns the snapshot with the value in it.
    """

    kind: str
    says: str
    forms: tuple[Snippet, ...]
    edit: Callable[[Snapshot], Snapshot] = field(compare=False, repr=False)
    touches: FlowSet = field(default_factory=FlowSet.empty)
    also: tuple[End, ...] = ()
    notes: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    shuts: tuple[tuple[End, FlowSet], ...] = ()

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the value in it."""
        return self.edit(snapshot)

    def snippets(self) -> tuple[Snippet, ...]:
        """Return how to carry it out."""
        return self.forms


def run_command_off(cluster: Cluster) -> SettingChange:
    """Return the change after which no command is run through Azure.

    Source: AKS docs, access-private-cluster, "Disable command invoke".
    """
    change = _of_api_server(
        cluster,
        f"turns run command of {cluster.name} off",
        "--disable-run-command",
        {"disableRunCommand": True},
        "run_command_enabled = false",
        lambda api: replace(api, run_command=Setting.stated(value=False)),
    )
    return replace(
        change, beyond=(f"nobody runs commands in {cluster.name} through Azure",)
    )


def public_name_off(cluster: Cluster) -> SettingChange:
    """Return the change after which public DNS knows no name of a private cluster.

    Source: AKS docs, private-clusters, "Disable a public FQDN".
    """
    change = _of_api_server(
        cluster,
        f"takes the public DNS name of {cluster.name} away",
        "--disable-public-fqdn",
        {"enablePrivateClusterPublicFQDN": False},
        "private_cluster_public_fqdn_enabled = false",
        lambda api: replace(api, public_name=Setting.stated(value=False)),
    )
    return replace(
        change,
        beyond=("the name of the API server is known in its private DNS zone alone",),
    )


def ranges_narrowed(cluster: Cluster, kept: Sequence[str]) -> SettingChange:
    """Return the change after which some authorized ranges alone are left.

    Source: AKS docs, api-server-authorized-ip-ranges, "Update".
    """
    listed = ",".join(kept)
    change = _of_api_server(
        cluster,
        f"leaves {listed} as authorized ranges of {cluster.name}",
        f"--api-server-authorized-ip-ranges {shlex.quote(listed)}",
        {"authorizedIPRanges": list(kept)},
        "api_server_access_profile {\n  authorized_ip_ranges = "
        f"{json.dumps(list(kept))}\n}}",
        lambda api: replace(api, authorized_ranges=Setting.stated(tuple(kept))),
    )
    ranges = tuple(AddressRange.parse(text) for text in kept)
    inner = change.edit

    def edit(snapshot: Snapshot) -> Snapshot:
        return _with_resource(
            inner(snapshot),
            cluster.api_server.resource,
            lambda item: replace(
                item,
                default_access_allowed=Setting.stated(value=False),
                allowed_ranges=ranges,
                allowed_tags=(),
            ),
        )

    return replace(change, edit=edit, touches=_BY_NAME, also=(ApiServerEnd(),))


def ssh_off(cluster: Cluster, pool: NodePool) -> SettingChange:
    """Return the change after which nodes of a pool answer no SSH.

    Source: AKS docs, manage-ssh-node-access, "Disable SSH".
    """
    where = _group_of(cluster)
    command = (
        f"az aks nodepool update {where} --cluster-name {shlex.quote(cluster.name)} "
        f"\\\n  --name {shlex.quote(pool.name)} --ssh-access disabled\n"
    )
    value: dict[str, object] = {"securityProfile": {"sshAccess": "Disabled"}}
    name = f"{cluster.name}/{pool.name}"

    def edit(snapshot: Snapshot) -> Snapshot:
        return _with_cluster(
            snapshot,
            lambda held: replace(
                held,
                pools=tuple(
                    replace(item, ssh=Setting.stated(value=False))
                    if item.name == pool.name
                    else item
                    for item in held.pools
                ),
            ),
        )

    return SettingChange(
        "node pool setting",
        f"turns SSH of the nodes of {pool.name} off",
        (
            Snippet("az", name, command),
            Snippet("arm", name, _json({"properties": value})),
            Snippet("bicep", name, _bicep(value)),
        ),
        edit,
        notes=("Nodes of the pool are imaged anew before it holds.",),
        beyond=(f"nobody reaches SSH of the nodes of {pool.name} any more",),
        shuts=((NodeEnd(pool.name), _SSH),),
    )


def public_access_off(resource: PlatformResource) -> SettingChange | None:
    """Return the change after which a service answers private endpoints alone.

    None for a service whose own words for that are not known.

    Source: Azure docs, private-endpoint-overview; each service's public network access.
    """
    if resource.kind not in _AZ:
        return None
    where = (
        f"--name {shlex.quote(resource.name)} "
        f"--resource-group {shlex.quote(resource_group(resource.id))}"
    )
    value: dict[str, object] = {"publicNetworkAccess": "Disabled"}
    terraform = _in_terraform(
        _TERRAFORM[resource.kind], "public_network_access_enabled = false"
    )

    def edit(snapshot: Snapshot) -> Snapshot:
        return _with_resource(
            snapshot,
            resource.id,
            lambda item: replace(item, public=Setting.stated(value=False)),
        )

    return SettingChange(
        "public network access",
        f"turns public network access of {resource.name} off",
        (
            Snippet("az", resource.name, _AZ[resource.kind].format(where) + "\n"),
            Snippet("arm", resource.name, _json({"properties": value})),
            Snippet("bicep", resource.name, _bicep(value)),
            Snippet("terraform", resource.name, terraform),
        ),
        edit,
        touches=_BY_NAME,
        also=tuple(NameEnd(name) for name in resource.host_names),
    )


def table_given(subnet: Subnet, table: RouteTable, fabric: Fabric) -> SettingChange:
    """Return the change after which a subnet has a route table.

    Args:
        subnet: The subnet.
        table: The table.
        fabric: The network that they are in.

    Source: Azure CLI docs, az network vnet subnet update; Azure REST, Subnets;
    Terraform Registry, azurerm_subnet_route_table_association.
    """

    def edit(snapshot: Snapshot) -> Snapshot:
        fabric = snapshot.fabric
        subnets = tuple(
            replace(item, route_table=Setting.stated(table.id))
            if item.id == subnet.id
            else item
            for item in fabric.subnets
        )
        return replace(snapshot, fabric=replace(fabric, subnets=subnets))

    return SettingChange(
        "route table association",
        f"gives the subnet {subnet.name} the route table {table.name}",
        tuple(association(subnet, table, fabric)),
        edit,
        touches=Space.of(subnet.prefixes).as_sources(),
    )


def _of_api_server(
    cluster: Cluster,
    says: str,
    flag: str,
    access: dict[str, object],
    terraform: str,
    edit: Callable[[ApiServer], ApiServer],
) -> SettingChange:
    name = shlex.quote(cluster.name)
    command = f"az aks update {_group_of(cluster)} --name {name} \\\n  {flag}\n"
    value: dict[str, object] = {"apiServerAccessProfile": access}
    return SettingChange(
        "cluster setting",
        says,
        (
            Snippet("az", cluster.name, command),
            Snippet("arm", cluster.name, _json({"properties": value})),
            Snippet("bicep", cluster.name, _bicep(value)),
            Snippet(
                "terraform",
                cluster.name,
                _in_terraform("azurerm_kubernetes_cluster", terraform),
            ),
        ),
        lambda snapshot: _with_cluster(
            snapshot, lambda held: replace(held, api_server=edit(held.api_server))
        ),
    )


def _with_cluster(snapshot: Snapshot, edit: Callable[[Cluster], Cluster]) -> Snapshot:
    held = snapshot.cluster
    return snapshot if held is None else replace(snapshot, cluster=edit(held))


def _with_resource(
    snapshot: Snapshot, id_: str, edit: Callable[[PlatformResource], PlatformResource]
) -> Snapshot:
    resources = tuple(
        edit(item) if item.id == id_ else item for item in snapshot.fabric.resources
    )
    return replace(snapshot, fabric=replace(snapshot.fabric, resources=resources))


def _group_of(cluster: Cluster) -> str:
    return f"--resource-group {shlex.quote(resource_group(cluster.id))}"


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _bicep(value: dict[str, object]) -> str:
    """Return properties of a resource as Bicep writes them."""
    return "properties: " + _in_bicep(value, "") + "\n"


def _in_bicep(value: object, margin: str) -> str:
    if isinstance(value, dict):
        inner = margin + "  "
        lines = [f"{inner}{key}: {_in_bicep(it, inner)}" for key, it in value.items()]
        return "\n".join(("{", *lines, margin + "}"))
    if isinstance(value, list):
        inner = margin + "  "
        return "\n".join(
            ("[", *(inner + _in_bicep(it, inner) for it in value), margin + "]")
        )
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'"


def _in_terraform(kind: str, lines: str) -> str:
    """Return lines in the block that they belong into, whatever it is called."""
    inner = "\n".join(f"  {line}" for line in lines.splitlines())
    return f'# in the block resource "{kind}" of it:\n{inner}\n'
