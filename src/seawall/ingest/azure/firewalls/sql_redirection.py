"""What application rules for SQL let pass when servers redirect their clients.

Source: Azure docs, firewall sql-fqdn-filtering: rules by name speak for port 1433 in
proxy mode; redirection uses ports 11000 to 11999, which network rules admit unless the
policy lets application rules follow.
"""

from seawall.ingest.resource import Field
from seawall.model.filter import UnreadableTerm
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    NetworkRule,
    RuleCollection,
)
from seawall.model.packet import PortRange, Protocol

_PORTS = PortRange(11000, 11999)
_LAST = (9, 65535, 65535)


def redirected(
    collections: list[RuleCollection], switch: Field
) -> list[RuleCollection]:
    """Return rules that may match what SQL servers redirect, asked after all others.

    Args:
        collections: The rules as they are written.
        switch: Whether application rules follow a redirection; not a known no.
    """
    if switch.left_to_service:
        return []
    found = []
    for collection in collections:
        rules = tuple(
            NetworkRule(
                name=f"{rule.name}, redirected",
                protocols=(int(Protocol.TCP),),
                sources=rule.sources,
                destinations=(UnreadableTerm("an SQL server that redirects"),),
                destination_names=(),
                destination_ports=(_PORTS,),
                origin=rule.origin,
            )
            for rule in collection.rules
            if isinstance(rule, ApplicationRule)
            and any(kind == "mssql" for kind, _ in rule.ports)
        )
        if rules:
            found.append(
                RuleCollection(
                    group=collection.group,
                    name=collection.name,
                    order=_LAST,
                    type=CollectionType.NETWORK,
                    access=collection.access,
                    rules=rules,
                    origin=collection.origin,
                )
            )
    return found
