"""Needs of every kind, as examples: each thing that a need can ask for occurs once."""

from seawall.design.requirements.needs import (
    Access,
    AddressPlan,
    Call,
    Desk,
    Egress,
    EgressName,
    Entry,
    ExistingNetwork,
    Limits,
    Operator,
    PaasService,
    PodControl,
    Requirements,
    Scale,
    Segment,
    ServiceAccess,
    ServiceKind,
    WayIn,
)
from seawall.model.address import AddressRange

_OFFICE = AddressRange.parse("10.250.0.0/24")
_SMALL = AddressRange.parse("10.9.7.0/24")
_SUBNETS = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
    "/virtualNetworks/spoke/subnets/"
)


def _plain(**stated: object) -> Requirements:
    return Requirements("shop", "westeurope", {}, **stated)  # type: ignore[arg-type]


_CALL = Call("web", (8080,), ("GET",), ("/prices/.*",))
_SEGMENTS = (
    Segment("web", "web", (8080,), (), "red"),
    Segment("api", "api", (8080,), (_CALL,), "blue"),
)

EVERY_NEED: tuple[Requirements, ...] = (
    Requirements("shop", "qatarcentral", {}, kubernetes="1.28"),
    _plain(preset="learning", control=PodControl.NONE),
    *(_plain(access=each) for each in Access),
    *(
        _plain(access=Access.RANGES, access_ranges=(_OFFICE,) * count)
        for count in (201, 2001)
    ),
    *(_plain(run_command=each) for each in (True, False)),
    _plain(operators=tuple(Operator("admins", each, (_OFFICE,)) for each in Desk)),
    *(_plain(egress=each, limits=Limits(firewall=True)) for each in Egress),
    _plain(
        segments=_SEGMENTS,
        egress=Egress.NAMES,
        names=(EgressName("api.example.com", (443,), ("web",)),),
        fixed_address=True,
    ),
    *(_plain(control=each) for each in PodControl),
    *(_plain(default_deny=each) for each in (True, False)),
    _plain(network_sees_pods=True, encrypted=True, windows=True),
    _plain(entries=tuple(Entry(each, "web", 8080) for each in WayIn)),
    _plain(entries=(Entry(WayIn.PUBLIC, "web", 8080),) * 2),
    _plain(
        entries=(
            Entry(WayIn.PUBLIC_WAF, "web", 8080),
            Entry(WayIn.PUBLIC_WAF, "web", 8080, host="web.example", ranges=(_OFFICE,)),
        )
    ),
    *(
        _plain(services=(PaasService(ServiceKind.KEY_VAULT, "kv-shop", each),))
        for each in ServiceAccess
    ),
    _plain(scale=Scale(6_000, 300)),
    _plain(
        scale=Scale(300, 110), addresses=AddressPlan(space=(_SMALL,), pods=(_SMALL,))
    ),
    _plain(
        scale=Scale(300, 110),
        existing=ExistingNetwork(
            f"{_SUBNETS}nodes",
            _SMALL,
            f"{_SUBNETS}pods",
            AddressRange.parse("10.9.8.0/24"),
            "10.0.1.4",
        ),
    ),
    _plain(existing=ExistingNetwork(f"{_SUBNETS}nodes", _SMALL)),
    _plain(compliance=("pci-dss",), limits=Limits(*(False,) * 5)),
)
