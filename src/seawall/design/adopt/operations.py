"""What can be done to a running cluster, and what it takes.

Source: AKS docs, update-azure-cni, use-network-policies, egress-outboundtype,
private-clusters, api-server-vnet-integration, network-isolated, read 2026-08-21.
"""

from collections.abc import Callable, Iterator, Mapping

from seawall.design.adopt.answer import Operation
from seawall.design.adopt.changes import change_of
from seawall.design.adopt.moments import brings_ways_in
from seawall.design.choose.answer import Change
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Dataplane,
    Encryption,
    Firewall,
    Images,
    Network,
    NodeOs,
    Option,
    OutboundType,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
)

State = Mapping[str, Option]

_CNI = "AKS docs, update-azure-cni"
_POLICIES = "AKS docs, use-network-policies"
_OUT = "AKS docs, egress-outboundtype"
_VNET = "AKS docs, api-server-vnet-integration"
_REIMAGED = (
    "policies are not enforced on a node until it is replaced, on the last one as late "
    "as the last"
)
_CLOSED = "connections to the internet that are open break"
_BREAKS = "connections that are open break, and new ones leave from other addresses"


def operations(state: State, goal: State) -> Iterator[Operation]:
    """Yield what can be done next, what opens something before what closes it."""
    for each in _ALL:
        for operation in each(state, goal):
            if any(state[name] is not to for name, to in operation.sets.items()):
                yield operation


def _hub(state: State, goal: State) -> Iterator[Operation]:
    if state["network"] is Network.OWN and goal["network"] is Network.HUB_AND_SPOKE:
        yield Operation(
            {"network": Network.HUB_AND_SPOKE},
            Change.IN_PLACE,
            "deploy the hub and peer it with the network of the nodes; no route leads "
            "there yet",
            "Azure docs, virtual-network-peering-overview",
        )


def _images(state: State, goal: State) -> Iterator[Operation]:
    if state["images"] is not goal["images"] and (
        state["outbound"] is not OutboundType.NONE
    ):
        to = goal["images"]
        does = (
            "deploy the registry with its private endpoint, set the artifact source to "
            "`Cache`, and upgrade the node images of all pools while there is a way out"
            if to is Images.CACHE
            else "set the artifact source to `Direct`, and upgrade all node images"
        )
        yield Operation(
            {"images": to}, Change.REIMAGES, does, "AKS docs, network-isolated"
        )


def _systems(state: State, goal: State) -> Iterator[Operation]:
    if state["systems"] is goal["systems"]:
        return
    if goal["systems"] is NodeOs.LINUX:
        yield Operation(
            {"systems": NodeOs.LINUX},
            Change.POOLS,
            "move what runs on Windows elsewhere, and delete the Windows pools",
            _CNI,
        )
    elif state["dataplane"] is Dataplane.AZURE:
        yield Operation(
            {"systems": NodeOs.LINUX_AND_WINDOWS},
            Change.POOLS,
            "add the Windows pools",
            _POLICIES,
        )


def _engine(state: State, goal: State) -> Iterator[Operation]:
    here, to = state["engine"], goal["engine"]
    if state["dataplane"] is not Dataplane.AZURE:
        return
    if goal["dataplane"] is Dataplane.CILIUM and state["systems"] is NodeOs.LINUX:
        yield Operation(
            {"dataplane": Dataplane.CILIUM, "engine": PolicyEngine.CILIUM},
            Change.REIMAGES,
            "compare what policies mean under Cilium (`seawall diff --engine`), write "
            "those that differ for both, and update with `--network-dataplane cilium`",
            f"{_CNI}, migrate-from-npm-to-cilium-network-policy",
            _REIMAGED,
        )
    if here is PolicyEngine.NONE and to in (PolicyEngine.AZURE, PolicyEngine.CALICO):
        yield Operation(
            {"engine": to},
            Change.REIMAGES,
            f"apply the policies that open what is needed, and update with "
            f"`--network-policy {to.value}`",
            _POLICIES,
            _REIMAGED,
        )
    flattens = goal["addressing"] is not state["addressing"]
    if here is not PolicyEngine.NONE and (
        (here is not to and to is not PolicyEngine.CILIUM) or flattens
    ):
        yield Operation(
            {"engine": PolicyEngine.NONE},
            Change.REIMAGES,
            "update with `--network-policy none`; policies stay stored",
            _POLICIES,
            "no policy is enforced from here on",
        )


def _addressing(state: State, goal: State) -> Iterator[Operation]:
    if (state["addressing"], goal["addressing"]) == (
        Addressing.NODE_SUBNET,
        Addressing.OVERLAY,
    ) and state["engine"] in (PolicyEngine.NONE, PolicyEngine.CILIUM):
        yield Operation(
            {"addressing": Addressing.OVERLAY},
            Change.REIMAGES,
            "admit the nodes' addresses wherever pods' addresses are admitted, and "
            "update with `--network-plugin-mode overlay --pod-cidr`",
            _CNI,
            "each pod gets another address as its node is replaced",
        )


def _policies(state: State, goal: State) -> Iterator[Operation]:
    cilium = state["dataplane"] is Dataplane.CILIUM
    if cilium and state["level"] is not goal["level"]:
        off = goal["level"] is PolicyLevel.NONE
        yield Operation(
            {"level": goal["level"]},
            Change.IN_PLACE,
            "take out policies that use names or HTTP, and switch that off"
            if off
            else "update with `--enable-acns --acns-advanced-networkpolicies "
            f"{goal['level'].value.upper()}`",
            "AKS docs, how-to-apply-fqdn-filtering-policies, how-to-apply-l7-policies",
        )
    if cilium and state["encryption"] is not goal["encryption"]:
        on = goal["encryption"] is Encryption.WIREGUARD
        yield Operation(
            {"encryption": goal["encryption"]},
            Change.IN_PLACE,
            "let UDP 51871 pass between nodes, and update with "
            "`--acns-transit-encryption-type wireguard`"
            if on
            else "update with `--acns-transit-encryption-type none`",
            "AKS docs, how-to-apply-wireguard",
            "packets between two nodes are in clear until both have it" if on else "",
        )


def _api_server(state: State, goal: State) -> Iterator[Operation]:
    here, to = state["api_server"], goal["api_server"]
    if here is ApiServer.PUBLIC and to in (
        ApiServer.VNET_PUBLIC,
        ApiServer.VNET_PRIVATE,
    ):
        own = state["network"] is not Network.MANAGED  # AKS adds a subnet to its own
        subnet = "add the delegated subnet and its rules, " if own else ""
        yield Operation(
            {"api_server": ApiServer.VNET_PUBLIC},
            Change.ONE_WAY,
            f"{subnet}update with `--enable-apiserver-vnet-integration`, and stop and "
            "start the cluster",
            _VNET,
            "the cluster stands still, and the API server has another address after",
        )
    if here is ApiServer.VNET_PUBLIC and to is ApiServer.VNET_PRIVATE:
        yield Operation(
            {
                "api_server": to,
                "zone": goal["zone"],
                "public_name": goal["public_name"],
                "ranges": AuthorizedRanges.NONE,
            },
            Change.IN_PLACE,
            "link the zone to every network of operators and try their way, take the "
            "authorized ranges away and update with `--enable-private-cluster` at once",
            f"{_VNET}, private-clusters",
            "operators who come from the internet are cut off",
        )
    if here is ApiServer.VNET_PRIVATE and to is ApiServer.VNET_PUBLIC:
        yield Operation(
            {
                "api_server": to,
                "zone": PrivateZone.NOT_NEEDED,
                "public_name": PublicName.OFF,
                "ranges": goal["ranges"],
            },
            Change.IN_PLACE,
            "update with `--disable-private-cluster`, and state the authorized ranges "
            "at once",
            _VNET,
            "the API server may be open to everybody until the ranges are in force",
        )


def _small(state: State, goal: State) -> Iterator[Operation]:
    private = state["api_server"] in (ApiServer.PRIVATE_LINK, ApiServer.VNET_PRIVATE)
    if private and goal["zone"] is PrivateZone.NONE:
        yield Operation(
            {"zone": PrivateZone.NONE, "public_name": PublicName.ON},
            Change.ONE_WAY,
            "update with `--enable-public-fqdn` and `--private-dns-zone none`",
            "AKS docs, private-clusters",
        )
    if private and goal["zone"] is state["zone"]:
        yield Operation(
            {"public_name": goal["public_name"]},
            Change.IN_PLACE,
            "switch the public name "
            + ("on" if goal["public_name"] is PublicName.ON else "off"),
            "AKS docs, private-clusters",
        )
    if not private:
        yield Operation(
            {"ranges": goal["ranges"]},
            Change.IN_PLACE,
            "state the authorized ranges, with every address that nodes leave from"
            if goal["ranges"] is AuthorizedRanges.STATED
            else "clear the authorized ranges",
            "AKS docs, api-server-authorized-ip-ranges",
        )
    yield Operation(
        {"run_command": goal["run_command"]},
        Change.IN_PLACE,
        f"switch run command {goal['run_command'].value}",
        "AKS docs, access-private-cluster",
    )


_FIRST = {
    OutboundType.USER_NAT_GATEWAY: "deploy the NAT gateway",
    OutboundType.USER_DEFINED_ROUTING: "deploy the firewall with its rules",
    OutboundType.NONE: "close the subnets to the internet by security groups",
}
_WITH_WAYS_IN = (
    "deploy the firewall with its rules, build the new ways in and lead clients' names "
    "there"
)
_OFF = "take the route to the firewall off the subnets, "
_REMOVED = "; remove the firewall after that, where nothing else passes it"
_LAST = {
    OutboundType.USER_NAT_GATEWAY: "put it on the subnets, ",
    OutboundType.USER_DEFINED_ROUTING: "put the route table on the subnets, ",
}


def _outbound(state: State, goal: State) -> Iterator[Operation]:
    """Yield a change of the way out, by the matrix of the documentation."""
    here, to = state["outbound"], goal["outbound"]
    allowed = change_of(here, to, state["network"]) is Change.IN_PLACE
    if goal["network"] is Network.HUB_AND_SPOKE is not state["network"]:
        return  # the hub holds what packets are led to
    if here is not to and allowed and isinstance(to, OutboundType):
        first = _FIRST.get(to, "")
        ranges = (
            "add the new address to the authorized ranges, "
            if state["ranges"] is AuthorizedRanges.STATED
            else ""
        )
        sets = {"outbound": to, "firewall": goal["firewall"]}
        if brings_ways_in(sets, state):
            first = _WITH_WAYS_IN
        off = _OFF if here is OutboundType.USER_DEFINED_ROUTING else ""
        own = state["firewall"] in (Firewall.STANDARD, Firewall.PREMIUM)
        gone = _REMOVED if own and goal["firewall"] is Firewall.NONE else ""
        yield Operation(
            sets,
            Change.IN_PLACE,
            f"{f'{first}, ' if first else ''}{ranges}{_LAST.get(to, '')}{off}and "
            f"update with `--outbound-type {to.value}`{gone}",
            _OUT,
            _BREAKS if to is not OutboundType.NONE else _CLOSED,
        )


def _wall(state: State, goal: State) -> Iterator[Operation]:
    here, to = state["firewall"], goal["firewall"]
    if state["outbound"] is goal["outbound"] and here is not to:
        own = here in (Firewall.STANDARD, Firewall.PREMIUM) and to in (
            Firewall.STANDARD,
            Firewall.PREMIUM,
        )
        yield Operation(
            {"firewall": to},
            Change.IN_PLACE,
            f"stop the firewall, and start it as {to.value}"
            if own
            else "deploy the other firewall with its rules, and lead the route to it",
            "Azure docs, firewall/change-sku" if own else "AKS docs, egress-udr",
            "nothing leaves until it runs again" if own else _BREAKS,
        )


_ALL: tuple[Callable[[State, State], Iterator[Operation]], ...] = (
    _hub,
    _images,
    _systems,
    _engine,
    _addressing,
    _policies,
    _api_server,
    _outbound,
    _wall,
    _small,
)
