"""What names lead to outside private zones: in public, at endpoints, in the cluster."""

from seawall.engine.path.dns.names import is_under
from seawall.engine.path.dns.resolution import Answers, Resolution, not_known
from seawall.engine.path.dns.zones import same
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.network import Subnet
from seawall.model.setting import Setting
from seawall.model.special_names import NEVER_PUBLIC

IPV4 = 4
AKS_SOURCE = "AKS docs, private-clusters"
SPECIAL_SOURCE = "IANA, Special-Use Domain Names; ICANN on .internal"


class Published:
    """What is known of names without asking any private zone."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def owner(self, name: str) -> PlatformResource | None:
        """Return the resource in the input that owns a name, in lower case."""
        resources = self._atlas.fabric.resources
        return next((each for each in resources if name in each.host_names), None)

    def public(self, name: str, owner: PlatformResource | None) -> Resolution:
        """Return what a name resolves to where no private zone is asked."""
        cluster = self._atlas.cluster
        if cluster and owner and same(cluster.api_server.resource, owner.id):
            special = self._of_api_server(name, owner)
            if special is not None:
                return special
        last = name.rpartition(".")[2]
        if last in NEVER_PUBLIC or "." not in name:
            says = f"no public name ends in `{last}`"
            return Resolution(name, Answers.NOTHING, says, source=SPECIAL_SOURCE)
        return Resolution(name, Answers.PUBLIC, f"`{name}` resolves publicly")

    def _of_api_server(self, name: str, owner: PlatformResource) -> Resolution | None:
        """Return the public answer for a private cluster's API server.

        Returns:
            None if its public address is what the name resolves to.

        Source:
            AKS docs, private-clusters: the public name of a private cluster resolves
            to its private address.
        """
        api = self._atlas.cluster.api_server if self._atlas.cluster else None
        if api is None or api.private.is_surely(value=False):
            return None
        if not api.private.known:
            return not_known(name, f"whether the cluster is private: {api.private.why}")
        suffix = owner.private_suffix
        is_private_name = is_under(name, suffix) if suffix else ".private" in f".{name}"
        if is_private_name or api.public_name.is_surely(value=False):
            return Resolution(
                name,
                Answers.NOTHING,
                f"no private DNS zone that answers for `{name}` is linked",
                source=AKS_SOURCE,
            )
        if not api.public_name.known:
            return not_known(name, "whether the cluster has a public name is not known")
        says = f"`{name}` resolves publicly to the private address"
        found = self.at_endpoints(name, owner, says)
        return found or not_known(name, "the API server's address is not known")

    def at_endpoints(
        self, name: str, owner: PlatformResource, says: str
    ) -> Resolution | None:
        """Return where the private endpoints of a resource are, or None.

        An API server in the cluster's network has none: it is somewhere in its subnet.
        """
        known, homes = self._in_network(owner)
        waiting = []
        for endpoint in self._atlas.endpoints_of(owner):
            home = self._atlas.subnet(endpoint.subnet)
            if endpoint.address is not None:
                known = known | at(endpoint.address)
            elif home is not None and home.prefixes:
                homes = (*homes, _likely(home))
                waiting.append(endpoint.id)
            else:
                return None
        addresses = known
        for space in homes:
            addresses = addresses | space
        if not addresses:
            return None
        return Resolution(
            name,
            Answers.PRIVATE,
            says,
            addresses=addresses,
            endpoints=tuple(waiting),
            somewhere=tuple(space - known for space in homes),
        )

    def _in_network(self, owner: PlatformResource) -> tuple[Space, tuple[Space, ...]]:
        """Return where a private API server is that listens in a subnet of its own.

        Returns:
            Its address, and where it is instead if that is not known.

        Source:
            AKS docs, api-server-vnet-integration.
        """
        api = self._atlas.cluster.api_server if self._atlas.cluster else None
        if api is None or not same(api.resource, owner.id):
            return NOWHERE, ()
        if api.internal_address is not None:
            return at(api.internal_address), ()
        is_there = api.vnet_integration.is_surely(value=True)
        home = self._atlas.subnet(api.subnet.value) if is_there else None
        return NOWHERE, (Space.of(home.prefixes),) if home else ()

    def internal(
        self,
        subnet: Setting[str],
        address: Address | None,
        owner: PlatformResource | None,
    ) -> Resolution:
        """Return where the cluster's own pods and nodes find its API server."""
        home = self._atlas.subnet(subnet.value)
        says = "the cluster uses the API server's internal address"
        source = "AKS docs, api-server-vnet-integration"
        somewhere: tuple[Space, ...] = ()
        if address is not None:
            where = at(address)
        elif home is not None and home.prefixes:
            where = Space.of(home.prefixes)
            somewhere = (where,)
        else:
            return not_known("", "the API server's internal address is not known")
        return Resolution(
            "",
            Answers.PRIVATE,
            says,
            addresses=where,
            somewhere=somewhere,
            resource=owner,
            source=source,
        )


def _likely(home: Subnet) -> Space:
    """Return where a private endpoint in a subnet may have its address.

    Source:
        Azure SDK, PrivateEndpointIPVersionType: IPv4 unless it is asked for otherwise.
    """
    prefixes = [each for each in home.prefixes if each.version == IPV4]
    return Space.of(prefixes or home.prefixes)
