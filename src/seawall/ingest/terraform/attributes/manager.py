"""Network managers: groups, security admin rules, deployments."""

from seawall.ingest.terraform.shape import Kind, Parent, each, link, links_of, one

_MANAGER = "azurerm_network_manager"
_GROUP = f"{_MANAGER}_network_group"
_CONFIGURATION = f"{_MANAGER}_security_admin_configuration"
_COLLECTION = f"{_MANAGER}_admin_rule_collection"
_ARM = "microsoft.network/networkmanagers"
_SIDE = {
    "addressPrefix": "address_prefix",
    "addressPrefixType": "address_prefix_type",
}

MANAGER = {
    _MANAGER: Kind(
        _ARM,
        {
            "networkManagerScopes": one(
                "scope",
                {
                    "managementGroups": "management_group_ids",
                    "subscriptions": "subscription_ids",
                },
            ),
            "networkManagerScopeAccesses": "scope_accesses",
        },
    ),
    _GROUP: Kind(
        f"{_ARM}/networkgroups", {}, Parent((_MANAGER,), id="network_manager_id")
    ),
    f"{_MANAGER}_static_member": Kind(
        f"{_ARM}/networkgroups/staticmembers",
        {"resourceId": link("target_virtual_network_id", "azurerm_virtual_network")},
        Parent((_GROUP,), id="network_group_id"),
    ),
    _CONFIGURATION: Kind(
        f"{_ARM}/securityadminconfigurations",
        {
            "applyOnNetworkIntentPolicyBasedServices": "apply_on_network_intent_policy_"
            "based_services"
        },
        Parent((_MANAGER,), id="network_manager_id"),
    ),
    _COLLECTION: Kind(
        f"{_ARM}/securityadminconfigurations/rulecollections",
        {"appliesToGroups": links_of("network_group_ids", _GROUP)},
        Parent((_CONFIGURATION,), id="security_admin_configuration_id"),
    ),
    f"{_MANAGER}_admin_rule": Kind(
        f"{_ARM}/securityadminconfigurations/rulecollections/rules",
        {
            "access": "action",
            "direction": "direction",
            "priority": "priority",
            "protocol": "protocol",
            "sources": each("source", _SIDE),
            "destinations": each("destination", _SIDE),
            "sourcePortRanges": "source_port_ranges",
            "destinationPortRanges": "destination_port_ranges",
        },
        Parent((_COLLECTION,), id="admin_rule_collection_id"),
    ),
    f"{_MANAGER}_deployment": Kind(
        f"{_ARM}/deployments",
        {
            "networkManager": link("network_manager_id", _MANAGER),
            "scopeAccess": "scope_access",
            "configurationIds": links_of("configuration_ids", _CONFIGURATION),
        },
    ),
}
