"""Patterns of names in rules of Azure Firewall: which are valid, and what they catch.

Source: Azure docs, firewall-faq, "How do wildcards work in target URLs and target FQDNs
in application rules", and domain-filtering-overview: none in network rules.
"""

import re
from typing import NamedTuple

from seawall.ingest.azure.records.values import texts
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field

_VALID = re.compile(r"\*|(?:\*\.?)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_SUFFIX = re.compile(r"\*[a-z0-9_-]")


class Patterns(NamedTuple):
    """The patterns of one application rule.

    Attributes:
        valid: In lower case.
        refused: Those that the platform does not take; they may match any name.
    """

    valid: tuple[str, ...]
    refused: tuple[str, ...]


def name_patterns(field: Field, notes: Notes) -> Patterns:
    """Return the patterns of a rule, and tell of those that surprise."""
    valid: list[str] = []
    refused: list[str] = []
    for written in texts(field):
        pattern = written.strip().lower()
        if not _VALID.fullmatch(pattern):
            refused.append(pattern)
            notes.error(
                field.origin,
                f"`{written}` is not a pattern of names",
                "a wildcard stands at the left end only; the platform refuses others, "
                "so that whether the rule matches a name is unknown",
                "write a name, `*.name` or `*name`",
            )
            continue
        valid.append(pattern.removesuffix("."))
        if _SUFFIX.match(pattern):
            bare = pattern[1:]
            notes.warning(
                field.origin,
                f"`{written}` also matches names that only end so, such as "
                f"`look-alike-{bare}`",
                "without a dot behind the wildcard any name with this ending matches",
                f"write `*.{bare}` and `{bare}`",
            )
    return Patterns(tuple(valid), tuple(refused))


def tell_of_wild_names(field: Field, wild: tuple[str, ...], notes: Notes) -> None:
    """Tell of wildcards in the names of a network rule, which it does not take."""
    for written in wild:
        notes.error(
            field.origin,
            f"`{written}` in a network rule is not a name",
            "network rules resolve names, and a wildcard has no address; whether the "
            "rule matches is unknown",
            "write whole names, or an application rule",
        )
