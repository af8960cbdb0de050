"""Private Link services, Front Door and Application Gateways for Containers."""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import Kind, Parent, each, link, one

_PROFILE = "azurerm_cdn_frontdoor_profile"
_GROUP = "azurerm_cdn_frontdoor_origin_group"
_FRONTS = "load_balancer_frontend_ip_configuration_ids"


def _subscriptions(name: str) -> object:
    def read(block: Block, _links: Links) -> Field:
        found = block.field(name)
        return Field({"subscriptions": found}, found.origin)

    return read


def _fronts(block: Block, links: Links) -> Field:
    """Return the front ends of load balancers as references."""
    found = block.field(_FRONTS)
    values = [
        str(it.value) for it in found.items() if it.is_given and not it.unresolved
    ]
    if not values:
        # Which of its front ends is known only once it is made.
        values = [
            f"{target}/frontendipconfigurations/?"
            for target in links.targets(block, _FRONTS, ("azurerm_lb",))
        ]
    return Field([Field({"id": item}, found.origin) for item in values], found.origin)


_CONTROLLER = "azurerm_application_load_balancer"
_OF_CONTROLLER = Parent((_CONTROLLER,), id="application_load_balancer_id")

PRIVATE_LINKS = {
    _CONTROLLER: Kind("microsoft.servicenetworking/trafficcontrollers", {}),
    "azurerm_application_load_balancer_frontend": Kind(
        "microsoft.servicenetworking/trafficcontrollers/frontends",
        {"fqdn": "fully_qualified_domain_name"},
        _OF_CONTROLLER,
    ),
    "azurerm_application_load_balancer_subnet_association": Kind(
        "microsoft.servicenetworking/trafficcontrollers/associations",
        {"subnet": link("subnet_id", "azurerm_subnet")},
        _OF_CONTROLLER,
    ),
    "azurerm_private_link_service": Kind(
        "microsoft.network/privatelinkservices",
        {
            "ipConfigurations": each(
                "nat_ip_configuration",
                {
                    "name": "name",
                    "subnet": link("subnet_id", "azurerm_subnet"),
                    "privateIPAddress": "private_ip_address",
                },
            ),
            "loadBalancerFrontendIpConfigurations": _fronts,
            "visibility": _subscriptions("visibility_subscription_ids"),
            "autoApproval": _subscriptions("auto_approval_subscription_ids"),
        },
    ),
    _PROFILE: Kind("microsoft.cdn/profiles", {}),
    _GROUP: Kind(
        "microsoft.cdn/profiles/origingroups",
        {},
        Parent((_PROFILE,), id="cdn_frontdoor_profile_id"),
    ),
    "azurerm_cdn_frontdoor_origin": Kind(
        "microsoft.cdn/profiles/origingroups/origins",
        {
            "hostName": "host_name",
            "sharedPrivateLinkResource": one(
                "private_link",
                {
                    "privateLink": link(
                        "private_link_target_id", "azurerm_private_link_service"
                    )
                },
            ),
        },
        Parent((_GROUP,), id="cdn_frontdoor_origin_group_id"),
    ),
}
