"""Whether a firewall's name pattern matches a DNS name: yes, no, or not known."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from seawall.model.catalogue import PLATFORM_DOMAINS, tag_names


class Matches(Enum):
    """Whether something matches."""

    YES = 2
    MAYBE = 1
    NO = 0


def strongest(found: Iterable[Matches]) -> Matches:
    """Return the strongest of several; NO if there are none."""
    return max(found, key=lambda each: each.value, default=Matches.NO)


def pattern_matches(pattern: str, name: str) -> bool:
    """Say whether a pattern of an application rule matches a name.

    Args:
        pattern: `x` is that name, `*.x` any name below it at any depth, `*x` any name
            that ends so, `*` any name. Case does not matter.
        name: In any case.

    Source:
        Azure docs, firewall-faq, "How do wildcards work in target URLs and target
        FQDNs in application rules".
    """
    wanted, given = pattern.strip().lower(), name.lower()
    if wanted.startswith("*"):
        return given.endswith(wanted[1:])
    return given == wanted


def tag_matches(tag: str, name: str) -> Matches:
    """Say whether a firewall FQDN tag holds a name.

    Source:
        Azure docs, firewall fqdn-tags: the platform maintains the names.
    """
    given = name.lower()
    if any(_compiled(pattern).fullmatch(given) for pattern in tag_names(tag)):
        return Matches.YES
    if any(is_under(given, domain) for domain in PLATFORM_DOMAINS):
        return Matches.MAYBE
    return Matches.NO


def is_under(name: str, zone: str) -> bool:
    """Say whether a name is a zone's own or below it."""
    return name == zone or name.endswith(f".{zone}")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    below = pattern.startswith("*.")
    escaped = re.escape(pattern[2:] if below else pattern)
    escaped = escaped.replace(re.escape("<region>"), "[^.]+")
    return re.compile((r".+\." if below else "") + escaped)
