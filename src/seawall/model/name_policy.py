"""DNS security policies: which names Azure's own resolver answers in a network.

Source: Azure docs, dns-security-policy; Azure REST, DNS Security Rules.
"""

from dataclasses import dataclass

from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class NameRule:
    """One rule of a policy.

    Attributes:
        name: Its name.
        priority: The lowest comes first.
        blocks: Whether it blocks names rather than allowing or only reporting them.
        enabled: Whether it counts.
        domains: The domains of its lists, in lower case, without dots at their ends,
            empty for every name; None when a list is not in the input.
        origin: Where it stands.
    """

    name: str
    priority: int
    blocks: Setting[bool]
    enabled: Setting[bool]
    domains: tuple[str, ...] | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """A DNS security policy.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        networks: Ids of the networks that it is linked to.
        rules: In any order.
        complete: Whether all rules and links are in the input; if not, why.
        origin: Where it stands.
    """

    id: str
    name: str
    networks: tuple[str, ...]
    rules: tuple[NameRule, ...]
    complete: Setting[bool]
    origin: Origin
