"""Limits of the platform that an input passes: what is beyond them is not deployed.

Source: Azure docs, azure-subscription-service-limits, networking limits, read 2026-08.
"""

from seawall.ingest.notes import Notes
from seawall.model.filter import ApplicationGroup, SecurityGroup, ServiceTag
from seawall.model.network import RouteTable
from seawall.model.snapshot import Fabric

_RULES = 1000
_PREFIXES = 4000
_GROUPS_OF_ONE = 100
_GROUPS_OF_A_RULE = 10
_ROUTES = 400
_TAG_ROUTES = 25
_WHY = "Azure refuses more, so what is in force may differ from the input"


def warn_of_limits(fabric: Fabric, notes: Notes) -> None:
    """Say which groups and tables hold more than Azure takes."""
    for group in fabric.security_groups:
        _group(group, notes)
    for table in fabric.route_tables:
        _table(table, notes)


def _group(group: SecurityGroup, notes: Notes) -> None:
    own = [rule for rule in group.rules if not rule.is_default]
    sides = [[rule.sources for rule in own], [rule.destinations for rule in own]]
    terms = [[term for side in rules for term in side] for rules in sides]
    named = {
        term.id for side in terms for term in side if isinstance(term, ApplicationGroup)
    }
    most = max(
        (
            sum(isinstance(term, ApplicationGroup) for term in side)
            for rules in sides
            for side in rules
        ),
        default=0,
    )
    for count, limit, what in (
        (len(own), _RULES, "rules"),
        (len(terms[0]), _PREFIXES, "source addresses and ranges"),
        (len(terms[1]), _PREFIXES, "destination addresses and ranges"),
        (len(named), _GROUPS_OF_ONE, "application security groups"),
        (most, _GROUPS_OF_A_RULE, "application security groups on one side of a rule"),
    ):
        if count > limit:
            notes.warning(
                group.origin,
                f"the security group `{group.name}` has {count} {what}, more than "
                f"{limit}",
                _WHY,
                "join ranges, or use service tags",
            )


def _table(table: RouteTable, notes: Notes) -> None:
    tags = sum(isinstance(route.destination, ServiceTag) for route in table.routes)
    for count, limit, what in (
        (len(table.routes), _ROUTES, "routes (1000 if a network manager keeps it)"),
        (tags, _TAG_ROUTES, "routes to service tags"),
    ):
        if count > limit:
            notes.warning(
                table.origin,
                f"the route table `{table.name}` has {count} {what}, more than {limit}",
                _WHY,
                "join prefixes",
            )
