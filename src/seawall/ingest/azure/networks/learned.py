"""Routes that a gateway learned, as `az network vnet-gateway list-learned-routes` has.

Source: Azure SDK, armnetwork, GatewayRouteListResult; Azure docs, bgp-diagnostics.
"""

from dataclasses import replace
from pathlib import PurePosixPath

from seawall.ingest.azure.records.catalogue import same
from seawall.ingest.azure.records.values import prefixes, text
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Assumption
from seawall.model.network import NetworkGateway
from seawall.model.origin import Origin

SOURCE = "Azure docs, vpn-gateway bgp-diagnostics"
_OWN = "network"
_COMMAND = "az network vnet-gateway list-learned-routes -o json > NAME.json"


_OF_ROUTES = ("network", "origin", "sourcePeer")


def is_learned_list(value: object) -> bool:
    """Whether *value* holds the routes that a gateway learned."""
    rows = _rows(Field(value, Origin("")))
    return any(
        all(isinstance(row.get(key).value, str) for key in _OF_ROUTES) for row in rows
    )


def with_learned(
    gateways: tuple[NetworkGateway, ...], listed: list[Field], notes: Notes
) -> tuple[NetworkGateway, ...]:
    """Return the gateways with what the input says that they learned."""
    out = {each.id: each for each in gateways}
    for field in listed:
        found = _owner(gateways, field, notes)
        if found is not None:
            ranges = _learned(field, notes)
            if ranges is None:
                continue
            known = out[found.id]
            out[found.id] = replace(
                known,
                remote_ranges=tuple(dict.fromkeys((*known.remote_ranges, *ranges))),
                learns=False,
            )
            notes.assumptions.append(_current(found, field))
    for gateway in out.values():
        if gateway.is_open:
            notes.assumptions.append(_no_default(gateway))
    return tuple(out[each.id] for each in gateways)


def _current(gateway: NetworkGateway, field: Field) -> Assumption:
    return Assumption(
        "learned-routes-current",
        f"the gateway `{gateway.name}` still learns what it had learned in "
        f"`{field.origin.path}`, and nothing else; the age of that is not told there",
        SOURCE,
        (gateway.name,),
    )


def _no_default(gateway: NetworkGateway) -> Assumption:
    return Assumption(
        "no-learned-default-route",
        f"the gateway `{gateway.name}` learns no default route; `az network "
        "vnet-gateway list-learned-routes`, or `az network nic "
        "show-effective-route-table`, would tell",
        "Azure docs, virtual-networks-udr-overview",
        (gateway.name,),
    )


def _rows(field: Field) -> list[Field]:
    rows = field if isinstance(field.value, list) else field.get("value")
    return [row for row in rows.items() if isinstance(row.value, dict)]


def _owner(
    gateways: tuple[NetworkGateway, ...], field: Field, notes: Notes
) -> NetworkGateway | None:
    """Return the gateway that a file is named after, or else the only one."""
    stem = PurePosixPath(field.origin.path.replace("\\", "/")).name.split(".")[0]
    named = [each for each in gateways if same(each.name, stem)]
    found = named or list(gateways)
    if len(found) == 1:
        return found[0]
    notes.warning(
        field.origin,
        "learned routes are not used: which gateway learned them is not known",
        f"no gateway in the input is called `{stem}`, there are {len(gateways)}, and "
        "the output itself names none",
        f"name the file after the gateway: `{_COMMAND}`",
    )
    return None


def _learned(field: Field, notes: Notes) -> list[AddressRange] | None:
    """Return what was learned, but for the network's own prefixes."""
    found: list[AddressRange] = []
    for row in _rows(field):
        if same(text(row.get("origin")) or "", _OWN):
            continue
        written = prefixes(row.get("network"), notes)
        if not written:
            return None
        found += written
    return found
