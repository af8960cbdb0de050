"""Admin rules that are not in the input: what they may do, and where.

Source: Azure docs, concept-security-admins and concept-network-manager-scope.
"""

from seawall.ingest.azure.records.values import text
from seawall.ingest.resource import ResourceRecord
from seawall.model.admin import AdminAccess, AdminRule
from seawall.model.filter import ANYWHERE
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT
from seawall.model.policy import Direction

_FINAL = (AdminAccess.DENY, AdminAccess.ALWAYS_ALLOW)
"""What changes an answer; `Allow` leaves it to the security groups."""


def anything(origin: Origin) -> tuple[AdminRule, ...]:
    """Return rules that stand for those that nobody has seen.

    They hold only where a collection may apply, so that each may match.
    """
    return tuple(
        AdminRule(
            "rules that are not in the input",
            0,
            direction,
            access,
            None,
            (ANYWHERE,),
            (EVERY_PORT,),
            (ANYWHERE,),
            (EVERY_PORT,),
            origin,
        )
        for direction in Direction
        for access in _FINAL
    )


def may_hold(manager: ResourceRecord, network: str) -> bool:
    """Whether a network is, or may be, in the scope of a manager.

    Source: Azure docs, concept-network-manager-scope: management groups hold
    subscriptions that the manager does not list.
    """
    scopes = manager.body.get("networkManagerScopes")
    listed = scopes.get("subscriptions")
    groups = scopes.get("managementGroups")
    if not scopes.is_given or listed.unresolved or groups.unresolved:
        return True
    if list(groups.items()):
        return True
    start, _, rest = network.partition("/subscriptions/")
    if start or not rest:
        return True
    own = rest.partition("/")[0]
    names = {(text(item) or "").lower().rstrip("/") for item in listed.items()}
    return any(name.rpartition("/")[2] in ("", own) for name in names)
