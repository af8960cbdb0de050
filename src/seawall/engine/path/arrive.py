"""What becomes of a packet that has a public destination or comes to an endpoint."""

from seawall.engine.path.endpoint_policy import policy_ruling
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch
from seawall.engine.path.ground.tags import Tags
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.engine.path.perimeter import SOURCE as PERIMETER_SOURCE
from seawall.engine.path.perimeter import by_address, by_endpoint, said, with_perimeter
from seawall.engine.path.resource_rules import Admitted, Leaving, by_rules, words
from seawall.engine.path.translation.outbound import CLUSTER_LOAD_BALANCER
from seawall.model.cluster import OutboundType
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.network import Subnet
from seawall.model.trace import DecidingRule, Layer

RESOURCE_SOURCE = (
    "AKS docs, api-server-authorized-ip-ranges; Azure docs, storage-network-security"
)
ENDPOINT_SOURCE = "Azure docs, private-endpoint-overview"
_NOBODY = Admitted(NOTHING, NOTHING)


class Resources:
    """Decides at the doors of platform resources."""

    def __init__(self, atlas: Atlas, tags: Tags) -> None:
        self._atlas = atlas
        self._tags = tags

    def by_public_address(
        self, branch: Branch, resource: PlatformResource, left: Leaving | None = None
    ) -> Branch:
        """End a way at the public address of a platform resource.

        Args:
            branch: The packets.
            resource: The resource.
            left: How they left for the internet; None for those that start there.

        Source:
            AKS docs, api-server-authorized-ip-ranges; Azure docs,
            storage-network-security.
        """
        listed = by_rules(self._atlas, self._tags, resource, left)
        if self._admits_own_cluster(branch, resource):
            listed = Admitted(EVERYTHING, EVERYTHING)
        outer = _NOBODY
        if resource.perimeter:
            outer = by_address(resource, resource.perimeter, self._tags, left)
        ruling = self._ruling(resource, listed, outer, words(resource, left))
        return branch.judged(Layer.RESOURCE_FIREWALL, resource.name, ruling).arrived(
            Arrival(ArrivalKind.RESOURCE)
        )

    def by_service_endpoint(
        self, branch: Branch, resource: PlatformResource, subnet: Subnet
    ) -> Branch:
        """End a way at a platform resource, over a service endpoint of a subnet.

        Source:
            Azure docs, virtual-network-service-endpoints-overview: the resource sees
            the subnet, not an address.
        """
        member = subnet.id.lower() in {id_.lower() for id_ in resource.allowed_subnets}
        admitted = EVERYTHING if member else NOTHING
        outer = by_endpoint(resource.perimeter) if resource.perimeter else _NOBODY
        says = words(resource, None)
        ruling = self._ruling(resource, Admitted(admitted, admitted), outer, says)
        limits = policy_ruling(self._atlas, subnet, resource)
        return (
            branch.judged(Layer.SERVICE_ENDPOINT, subnet.name, limits)
            .judged(Layer.RESOURCE_FIREWALL, resource.name, ruling)
            .arrived(Arrival(ArrivalKind.RESOURCE, subnet=subnet.id))
        )

    def by_stated_address(self, branch: Branch, resource: PlatformResource) -> Branch:
        """End a way at a public address that a private zone gives for a name.

        Source:
            Inferred: who writes a record decides what stands in it, not the platform.
        """
        says = (
            f"whether the public address that a private zone gives for "
            f"{branch.question.name} is that of {resource.name} is not known"
        )
        rule = DecidingRule(resource.name, resource.origin)
        ruling = Ruling.not_known(says, RESOURCE_SOURCE, rule)
        return branch.judged(Layer.RESOURCE_FIREWALL, resource.name, ruling).arrived(
            Arrival(ArrivalKind.RESOURCE)
        )

    def _ruling(
        self,
        resource: PlatformResource,
        listed: Admitted,
        outer: Admitted,
        says: str,
    ) -> Ruling:
        rule = DecidingRule(resource.name, resource.origin)
        own = _by_switches(resource, listed)
        source = RESOURCE_SOURCE
        perimeter = resource.perimeter
        if perimeter is not None:
            rule = DecidingRule(f"{perimeter.name}", perimeter.origin)
            says, source = said(perimeter, says), PERIMETER_SOURCE
        sure, possible = with_perimeter(resource, own, outer)
        return Ruling(~possible, possible - sure, constant(says, source, rule))

    def _admits_own_cluster(self, branch: Branch, resource: PlatformResource) -> bool:
        """Say whether an API server sees its own cluster's load balancer.

        Source:
            AKS docs, api-server-authorized-ip-ranges: the outbound address of the
            cluster's load balancer is admitted.
        """
        cluster = self._atlas.cluster
        last = next((each for each in reversed(branch.rewrites) if each.sources), None)
        return (
            cluster is not None
            and resource.id.lower() == cluster.api_server.resource.lower()
            and cluster.outbound.is_surely(OutboundType.LOAD_BALANCER)
            and last is not None
            and last.by == CLUSTER_LOAD_BALANCER
        )

    def by_endpoint(self, branch: Branch, endpoint: PrivateEndpoint) -> Branch:
        """End a way at a private endpoint, behind its subnet's filter.

        Source:
            Azure docs, private-endpoint-overview: only an approved connection carries
            traffic, and the resource's firewall does not apply.
        """
        rule = DecidingRule(endpoint.name, endpoint.origin)
        approved = endpoint.approved
        ruling = Ruling(
            NOTHING,
            NOTHING,
            constant("the connection is approved", ENDPOINT_SOURCE, rule),
        )
        if approved.is_surely(value=False):
            says = "the connection is not approved"
            ruling = Ruling.denying(says, ENDPOINT_SOURCE, rule)
        elif not approved.known:
            says = f"whether the connection is approved: {approved.why}"
            ruling = Ruling.not_known(says, ENDPOINT_SOURCE, rule)
        return branch.judged(Layer.PRIVATE_ENDPOINT, endpoint.name, ruling).arrived(
            Arrival(ArrivalKind.ENDPOINT, subnet=endpoint.subnet, endpoint=endpoint)
        )


def _by_switches(resource: PlatformResource, listed: Admitted) -> Admitted:
    """Return what a resource admits by its own firewall.

    Args:
        resource: The resource.
        listed: What its rules name.
    """
    sure, possible = listed
    default, public = resource.default_access_allowed, resource.public
    if default.may_be(value=True):
        possible = EVERYTHING
        sure = EVERYTHING if default.known else sure
    if public.is_surely(value=False):
        return _NOBODY
    return Admitted(sure if public.known else NOTHING, possible)
