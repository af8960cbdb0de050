"""Which listener of an application gateway leads to which backends.

Source: Azure docs, application-gateway application-gateway-components.
"""

from collections.abc import Iterable, Iterator

from seawall.ingest.azure.records.catalogue import Catalogue, Part
from seawall.ingest.azure.records.values import (
    has_unresolved,
    integer,
    prefix,
    text,
)
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.translation import GatewayRoute

_RULES = "requestRoutingRules"
_LISTS = (
    "frontendIPConfigurations",
    "frontendPorts",
    "httpListeners",
    "backendAddressPools",
    "backendHttpSettingsCollection",
    "urlPathMaps",
    _RULES,
)
_FOR_OTHERS = ("listeners", "routingRules")
"""Listeners that end no HTTP; they are not read."""

_LEADS = ("backendAddressPool", "backendHttpSettings", "redirectConfiguration")

Parts = dict[str, dict[str, Part]]


def gateway_routes(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[GatewayRoute, ...]:
    """Return what each listener leads to; nothing if that is not all known."""
    hidden = [has_unresolved(record.body.get(key)) for key in _LISTS]
    others = [any(True for _ in record.body.get(key).items()) for key in _FOR_OTHERS]
    if any(hidden) or any(others):
        return ()
    parts = {
        key: {part.name.lower(): part for part in catalogue.parts(record, key)}
        for key in _LISTS
    }
    found: list[GatewayRoute] = []
    for rule in parts[_RULES].values():
        listener = _named(parts["httpListeners"], rule.body.get("httpListener"))
        routes = _routes(parts, rule.body, listener, notes) if listener else None
        if routes is None:
            return ()
        found += routes
    return tuple(found)


def _routes(
    parts: Parts, rule: Field, listener: Part, notes: Notes
) -> list[GatewayRoute] | None:
    """Return what one rule leads to; None if some part of it is not there."""
    front = _named(
        parts["frontendIPConfigurations"], listener.body.get("frontendIPConfiguration")
    )
    at = _named(parts["frontendPorts"], listener.body.get("frontendPort"))
    port = integer(at.body.get("port")) if at else None
    led = list(_led(parts, rule))
    if front is None or port is None or None in led:
        return None
    name = front.name.lower()
    found = [
        GatewayRoute(name, port, *backends(pool, notes), back_ports=(number,))
        for pool, number in (each for each in led if each is not None)
    ]
    # A redirection is answered by the gateway.
    return found or [GatewayRoute(name, port, (), (), ())]


def _led(parts: Parts, rule: Field) -> Iterator[tuple[Part, int] | None]:
    """Yield the pools that a rule leads to with the port there; None if one is lost."""
    if not rule.get("urlPathMap").left_to_service:
        paths = _named(parts["urlPathMaps"], rule.get("urlPathMap"))
        if paths is None:
            yield None
            return
        body = paths.body
        yield from _pool(
            parts,
            body.get("defaultBackendAddressPool"),
            body.get("defaultBackendHttpSettings"),
            body.get("defaultRedirectConfiguration"),
        )
        for path in body.get("pathRules").items():
            yield from _pool(parts, *(path.get(key) for key in _LEADS))
        return
    yield from _pool(parts, *(rule.get(key) for key in _LEADS))


def _pool(
    parts: Parts, pool: Field, settings: Field, redirect: Field
) -> Iterator[tuple[Part, int] | None]:
    """Yield a pool with the port there; nothing for a redirection, None if it is lost.

    What has neither leads elsewhere, such as by a load distribution policy.
    """
    if pool.left_to_service:
        if redirect.left_to_service:
            yield None
        return
    found = _named(parts["backendAddressPools"], pool)
    how = _named(parts["backendHttpSettingsCollection"], settings)
    port = integer(how.body.get("port")) if how else None
    yield None if found is None or port is None else (found, port)


def _named(among: dict[str, Part], field: Field) -> Part | None:
    return among.get(last_name(referenced_id(field) or "").lower())


def backends(
    part: Part, notes: Notes
) -> tuple[tuple[AddressRange, ...], tuple[str, ...]]:
    """Return the backends of a pool, by address and by name."""
    listed: Iterable[Field] = part.body.get("backendAddresses").items()
    addresses: list[AddressRange] = []
    names: list[str] = []
    for backend in listed:
        name = text(backend.get("fqdn"))
        found = prefix(backend.get("ipAddress"), notes)
        if found is not None:
            addresses.append(found)
        elif name:
            names.append(name.lower())
    return tuple(addresses), tuple(dict.fromkeys(names))
