"""The API server as something that packets can reach: its name, its doors, its zone.

Source: AKS docs, private-clusters, api-server-vnet-integration and
api-server-authorized-ip-ranges, read 2026-08.
"""

from dataclasses import replace

from seawall.ingest.aks.api_zone import add_zone, recorded_address, suffix_of
from seawall.ingest.aks.draft import Draft, find, put
from seawall.model.address import AddressRange
from seawall.model.cluster import ApiServer
from seawall.model.diagnostic import Level
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.setting import Setting

_ONLY_OWN_ADDRESS = AddressRange.parse("0.0.0.0/32")
"""In the list of ranges this admits the cluster's outbound address and nobody else."""


_INTERNAL_BALANCER = "kube-apiserver"


def add_api_server(draft: Draft) -> None:
    """Add the API server, with its private endpoint and zone where it has them."""
    _settle_internal_address(draft)
    api = _settle_name(draft)
    private = api.private.is_surely(value=True)
    integrated = api.vnet_integration.is_surely(value=True)
    endpoint: PrivateEndpoint | None = None
    if private and not integrated:
        endpoint = _endpoint(draft, api)
    _add_resource(draft, api)
    if private:
        zone = add_zone(draft, api, endpoint)
        if endpoint is not None and zone is not None:
            zones = tuple(dict.fromkeys((*endpoint.zones, zone)))
            settled = replace(endpoint, zones=zones)
            draft.fabric = replace(
                draft.fabric,
                private_endpoints=put(draft.fabric.private_endpoints, settled),
            )


def _settle_internal_address(draft: Draft) -> None:
    """Take the internal address from the load balancer that AKS made for it.

    That load balancer leads to the API server's own subnet and to no node, so it is
    none of the doors to the cluster.

    Source: AKS docs, private-apiserver-vnet-integration-cluster, read 2026-08.
    """
    api = draft.cluster.api_server
    if api.vnet_integration.is_surely(value=False):
        return
    for balancer in draft.fabric.load_balancers:
        if balancer.name.lower() != _INTERNAL_BALANCER or not draft.is_managed(
            balancer.id
        ):
            continue
        front = next((it for it in balancer.front_ends if it.address), None)
        address = front.address if front else None
        settled = replace(api, internal_address=api.internal_address or address)
        draft.cluster = replace(draft.cluster, api_server=settled)
        others = tuple(it for it in draft.fabric.load_balancers if it is not balancer)
        draft.fabric = replace(draft.fabric, load_balancers=others)
        return


def _settle_name(draft: Draft) -> ApiServer:
    """Give the API server the name that clients use, or a stand-in for it."""
    cluster = draft.cluster
    api = cluster.api_server
    name = draft.record.private_name or api.name
    if not name:
        name = _stand_in(draft, api)
    api = replace(api, name=None if name is None else name.lower())
    draft.cluster = replace(cluster, api_server=api)
    return api


def _stand_in(draft: Draft, api: ApiServer) -> str | None:
    region = draft.cluster.region
    if not region or not api.private.known:
        return None
    private = api.private.is_surely(value=True)
    # Without a zone, nodes use the public name, which gives the private address.
    without = private and (api.private_zone.value or "").lower() == "none"
    hidden = private and not without
    suffix = suffix_of(draft, api) if hidden else f"hcp.{region}.azmk8s.io"
    if suffix is None:
        return None
    name = f"{draft.cluster.name}.{suffix}".lower()
    draft.assume(
        "api-server-name",
        f"`{name}` stands for the name of the API server of `{draft.cluster.name}`, "
        "which Azure has yet to choose",
        "AKS docs, private-clusters, read 2026-08",
        api.resource,
    )
    return name


def _endpoint(draft: Draft, api: ApiServer) -> PrivateEndpoint:
    """Return the private endpoint that AKS puts into the first pool's subnet."""
    for item in draft.fabric.private_endpoints:
        if draft.is_managed(item.id) and item.target in (
            api.resource,
            draft.cluster.id,
            None,
        ):
            return replace(item, target=api.resource)
    pools = draft.cluster.pools
    subnet = pools[0].subnet.value if pools else None
    address = recorded_address(draft, api)
    holding = draft.subnet_at(address) if address is not None else None
    if holding is not None:
        subnet = holding.id
    why = "AKS makes and approves it"
    endpoint = PrivateEndpoint(
        id=draft.predicted_id("kube-apiserver"),
        name="kube-apiserver",
        subnet=subnet,
        address=address if holding is not None else None,
        target=api.resource,
        groups=("management",),
        approved=Setting.defaulted(True, why, api.origin),  # noqa: FBT003
        zones=(),
        origin=api.origin,
        predicted=True,
    )
    draft.fabric = replace(
        draft.fabric, private_endpoints=put(draft.fabric.private_endpoints, endpoint)
    )
    if holding is not None:
        return endpoint
    place = draft.subnet(subnet) if subnet else None
    draft.assume(
        "api-server-private-endpoint",
        f"the private endpoint of the API server of `{draft.cluster.name}` stands in "
        f"{f'`{place.name}`' if place else 'the subnet of the first pool'}, the subnet "
        "of the first node pool",
        "AKS docs, private-clusters, read 2026-08",
        endpoint.id,
    )
    return endpoint


def _add_resource(draft: Draft, api: ApiServer) -> None:
    if find(draft.fabric.resources, api.resource) is not None:
        return
    ranges, tags, open_to_all = _admitted(draft, api)
    names = (api.name, _public_name(draft, api))
    resource = PlatformResource(
        id=api.resource,
        kind="api-server",
        name=draft.cluster.name,
        host_names=tuple(dict.fromkeys(name for name in names if name)),
        private_suffix=suffix_of(draft, api) or "",
        public=_public(api),
        default_access_allowed=open_to_all,
        allowed_ranges=ranges,
        allowed_subnets=(),
        origin=api.origin,
        allowed_tags=tags,
    )
    draft.fabric = replace(
        draft.fabric, resources=put(draft.fabric.resources, resource)
    )


def _public_name(draft: Draft, api: ApiServer) -> str | None:
    """Return the public name of the API server, if it has one."""
    if api.private.is_surely(value=True) and api.public_name.is_surely(value=False):
        return None
    return draft.record.public_name.lower() or None


def _public(api: ApiServer) -> Setting[bool]:
    """Return whether a public address answers.

    What `publicNetworkAccess` does to a cluster that is not private is not documented.
    """
    if not api.private.known:
        return Setting.unknown(api.private.why, api.private.origin)
    if api.private.value:
        return Setting.defaulted(False, "a private cluster", api.private.origin)  # noqa: FBT003
    access = api.public_access
    if not access.is_surely(value=True):
        why = access.why
        if access.known:
            why = "`publicNetworkAccess` is off, and what that does where the cluster "
            why += "is not private is not documented"
        return Setting.unknown(why, access.origin)
    return Setting.defaulted(True, "not a private cluster", api.private.origin)  # noqa: FBT003


def _admitted(
    draft: Draft, api: ApiServer
) -> tuple[tuple[AddressRange, ...], tuple[str, ...], Setting[bool]]:
    """Return the ranges and tags that may connect, and whether all others may too.

    Source: AKS docs, api-server-authorized-ip-ranges and api-server-service-tags,
    read 2026-08: without ranges everyone may connect; 0.0.0.0/32 admits the cluster's
    own outbound address only.
    """
    written = api.authorized_ranges
    if not written.known or written.value is None:
        return (), (), Setting.unknown(written.why, written.origin)
    if not written.value:
        why = written.why or "no authorized ranges"
        return (), (), Setting.defaulted(True, why, written.origin)  # noqa: FBT003
    ranges: list[AddressRange] = []
    tags: list[str] = []
    for text in written.value:
        try:
            item = AddressRange.parse(text)
        except ValueError:
            if not text[:1].isalpha():
                _tell_unreadable(draft, api, text)
                why = f"the authorized range `{text}` cannot be read"
                return (), (), Setting.unknown(why, written.origin)
            tags.append(text)
        else:
            if item != _ONLY_OWN_ADDRESS:
                ranges.append(item)
    closed = Setting.defaulted(False, "authorized ranges", written.origin)  # noqa: FBT003
    return tuple(ranges), tuple(tags), closed


def _tell_unreadable(draft: Draft, api: ApiServer, text: str) -> None:
    draft.tell(
        Level.ERROR,
        api.authorized_ranges.origin or api.origin,
        what=f"the authorized range `{text}` is neither a CIDR nor a service tag",
        why="AKS takes network addresses with a prefix length, and one service tag",
        mend="write it as `203.0.113.0/24`",
    )
