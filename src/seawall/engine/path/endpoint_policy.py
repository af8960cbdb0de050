"""Service endpoint policies: which accounts a subnet reaches over its endpoint."""

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.model.endpoint import PlatformResource
from seawall.model.network import Subnet
from seawall.model.trace import DecidingRule

SOURCE = "Azure docs, virtual-network-service-endpoint-policies-overview"
_STORAGE = "microsoft.storage"
_REGIONAL = (_STORAGE, "microsoft.sql")


def serves(atlas: Atlas, subnet: Subnet, resource: PlatformResource) -> bool | None:
    """Say whether an endpoint of a subnet leads to a resource; None if it may.

    Source:
        Azure docs, virtual-network-service-endpoints-overview: `Microsoft.Sql` for the
        region of the network alone, others for every region; storage-network-security:
        `Microsoft.Storage` for the region and its pair, `Microsoft.Storage.Global` for
        every region.
    """
    wanted = resource.service_endpoint.lower()
    offered = {service.lower() for service in subnet.service_endpoints}
    if not wanted or not offered & {wanted, f"{wanted}.global"}:
        return False
    if wanted not in _REGIONAL or f"{wanted}.global" in offered:
        return True
    home = atlas.network(subnet.network)
    if home is None or not home.region or not resource.region:
        return None
    if home.region == resource.region:
        return True
    # Which region is paired with which is not read.
    return None if wanted == _STORAGE else False


def policy_ruling(atlas: Atlas, subnet: Subnet, resource: PlatformResource) -> Ruling:
    """Return what the policies of a subnet say about one resource.

    Source:
        Azure docs, virtual-network-service-endpoint-policies-overview: several policies
        together allow what any of them lists; they filter the regions of the endpoint.
    """
    passing = Ruling.passing(
        f"{subnet.name} has a service endpoint; no route changes it",
        "Azure docs, virtual-network-service-endpoints-overview",
    )
    held = subnet.service_policies
    if resource.service_endpoint.lower() != _STORAGE or held.value == ():
        return passing
    policies = {each.id.lower(): each for each in atlas.fabric.endpoint_policies}
    found = [policies.get(id_.lower()) for id_ in held.value or ()]
    for policy in found:
        for listed in policy.resources if policy else ():
            if f"{resource.id.lower()}/".startswith(f"{listed.rstrip('/')}/"):
                rule = DecidingRule(policy.name, policy.origin) if policy else None
                says = f"a service endpoint policy lists {resource.name}"
                return Ruling(NOTHING, NOTHING, constant(says, SOURCE, rule))
    if not held.known:
        return Ruling.not_known(f"service endpoint policies: {held.why}", SOURCE)
    for policy in found:
        if policy is None or not policy.complete.is_surely(value=True):
            says = "what a service endpoint policy of the subnet lists is not known"
            return Ruling.not_known(says, SOURCE)
    first = next(each for each in found if each is not None)
    rule = DecidingRule(first.name, first.origin)
    home = atlas.network(subnet.network)
    if home is None or not home.region or home.region != resource.region:
        says = (
            f"no service endpoint policy lists {resource.name}, and whether it is in a "
            "region that they filter is not known"
        )
        return Ruling.not_known(says, SOURCE, rule)
    says = f"no service endpoint policy of {subnet.name} lists {resource.name}"
    return Ruling.denying(says, SOURCE, rule)
