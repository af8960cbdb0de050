"""How the API server is reached, and by which names."""

from seawall.design.choose.clause import Clause, Rule, never
from seawall.design.choose.rules.taken import taken
from seawall.design.options import (
    ApiServer,
    AuthorizedRanges,
    Network,
    OutboundType,
    PrivateZone,
    PublicName,
)

PRIVATE = (ApiServer.PRIVATE_LINK, ApiServer.VNET_PRIVATE)
PUBLIC = (ApiServer.PUBLIC, ApiServer.VNET_PUBLIC)
INTEGRATED = (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE)
_ZONES = (PrivateZone.SYSTEM, PrivateZone.CUSTOM, PrivateZone.NONE)

RULES = (
    taken(
        "AKSV029",
        *(never(kind, AuthorizedRanges.STATED) for kind in PRIVATE),
    ),
    taken("AKSV030", never(PrivateZone.NONE, PublicName.OFF)),
    Rule(
        "DES101",
        "private zones and public names are settings of private clusters, and a "
        "private cluster has a setting for its zone",
        "AKS docs, private-clusters",
        (
            *(Clause((kind,), _ZONES) for kind in PRIVATE),
            *(Clause((kind,), (PrivateZone.NOT_NEEDED,)) for kind in PUBLIC),
            *(Clause((kind,), (PublicName.OFF,)) for kind in PUBLIC),
        ),
    ),
    Rule(
        "DES104",
        "nodes call a public API server from the address that they leave from, which "
        "must be among its ranges, and of a NAT gateway that AKS makes it is not known "
        "before it stands",
        "AKS docs, api-server-authorized-ip-ranges, limit-egress-traffic",
        (
            never(
                ApiServer.PUBLIC,
                AuthorizedRanges.STATED,
                OutboundType.MANAGED_NAT_GATEWAY,
            ),
        ),
    ),
    Rule(
        "DES102",
        "with VNet integration the API server has a subnet of its own, and a network "
        "that stands already states none",
        "AKS docs, api-server-vnet-integration",
        tuple(never(kind, Network.EXISTING) for kind in INTEGRATED),
    ),
    Rule(
        "DES103",
        "a zone of one's own is linked to networks of one's own; what AKS makes for "
        "itself is not edited",
        "AKS docs, private-clusters, support-policies",
        (never(PrivateZone.CUSTOM, Network.MANAGED),),
    ),
)
