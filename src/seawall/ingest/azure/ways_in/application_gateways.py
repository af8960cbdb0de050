"""Application gateways and their web application firewall.

Source: Azure docs, application-gateway configuration-infrastructure.
"""

from collections.abc import Iterable

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import boolean, integer, setting, text
from seawall.ingest.azure.ways_in.balancers import front_ends
from seawall.ingest.azure.ways_in.gateway_routes import backends, gateway_routes
from seawall.ingest.azure.ways_in.refusals import WAF_POLICIES, may_refuse
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.setting import Setting
from seawall.model.translation import ApplicationGateway

GATEWAYS = "microsoft.network/applicationgateways"


def application_gateways(
    catalogue: Catalogue, notes: Notes
) -> tuple[ApplicationGateway, ...]:
    """Convert the application gateways."""
    return tuple(_gateway(catalogue, item, notes) for item in catalogue.of(GATEWAYS))


def _gateway(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> ApplicationGateway:
    ports = {
        part.name.lower(): integer(part.body.get("port"))
        for part in catalogue.parts(record, "frontendPorts")
    }
    listened = (
        ports.get(last_name(referenced_id(part.body.get("frontendPort")) or ""))
        for part in catalogue.parts(record, "httpListeners")
    )
    addresses, names = _backends(catalogue, record, notes)
    settings = catalogue.parts(record, "backendHttpSettingsCollection")
    backend_ports = (integer(part.body.get("port")) for part in settings)
    subnets = (
        referenced_id(part.body.get("subnet"))
        for part in catalogue.parts(record, "gatewayIPConfigurations")
    )
    return ApplicationGateway(
        id=record.id,
        name=record.name,
        subnet=next((item for item in subnets if item), None),
        front_ends=front_ends(
            catalogue.parts(record, "frontendIPConfigurations"), notes
        ),
        listener_ports=_sorted(listened) or _sorted(ports.values()),
        backend_addresses=addresses,
        backend_names=names,
        backend_ports=_sorted(backend_ports),
        firewall_mode=_firewall_mode(catalogue, record, notes),
        origin=record.origin,
        may_refuse=may_refuse(catalogue, record, notes),
        routes=gateway_routes(catalogue, record, notes),
        managed_from_outside=_managed(record),
    )


def _managed(record: ResourceRecord) -> Setting[bool]:
    """Return whether Azure manages a gateway over the internet.

    Source: Azure docs, application-gateway-private-deployment: a gateway with network
    isolation carries a tag, which changes nothing by itself.
    """
    tag = record.body.walk("tags", "EnhancedNetworkControl")
    if boolean(tag) is True:
        return Setting.stated(False, tag.origin)  # noqa: FBT003
    return Setting.defaulted(
        True,  # noqa: FBT003
        "Azure docs, configuration-infrastructure",
        record.origin,
    )


def _sorted(ports: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({port for port in ports if port is not None}))


def _backends(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[tuple[AddressRange, ...], tuple[str, ...]]:
    addresses: list[AddressRange] = []
    names: list[str] = []
    for part in catalogue.parts(record, "backendAddressPools"):
        listed, named = backends(part, notes)
        addresses += listed
        names += named
    return tuple(addresses), tuple(dict.fromkeys(names))


def _firewall_mode(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> Setting[str]:
    """Return the mode of the web application firewall, inline or by policy."""
    policy = record.body.get("firewallPolicy")
    if not policy.left_to_service:
        return _policy_mode(catalogue, policy, notes)
    inline = record.body.get("webApplicationFirewallConfiguration")
    if not inline.is_given or inline.unresolved:
        return Setting.defaulted(None, "no web application firewall is configured")
    if boolean(inline.get("enabled")) is False:
        return Setting.stated(None, inline.get("enabled").origin)
    return _mode(inline.get("firewallMode"), notes)


def _policy_mode(catalogue: Catalogue, policy: Field, notes: Notes) -> Setting[str]:
    wanted = referenced_id(policy)
    found = catalogue.find(WAF_POLICIES, wanted or "")
    if found is None:
        why = f"the firewall policy `{wanted or 'unknown'}` is not in the input"
        return Setting.unknown(why, policy.origin)
    settings = found.body.get("policySettings")
    state = (text(settings.get("state")) or "enabled").lower()
    if state in {"disabled", "false"} or boolean(settings.get("state")) is False:
        return Setting.stated(None, settings.get("state").origin)
    return _mode(settings.get("mode"), notes)


def _mode(field: Field, notes: Notes) -> Setting[str]:
    default = Setting[str].unknown("the mode of the web application firewall is absent")
    return setting(
        field,
        default,
        lambda item: (text(item) or "").capitalize() or None,
        notes=notes,
        allowed="`Prevention` or `Detection`",
    )
