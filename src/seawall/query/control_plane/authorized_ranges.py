"""The authorized ranges of an API server, judged as values: what each lets in."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.model.address import AddressRange, merged
from seawall.model.cluster import ApiServer

ANYONE = frozenset({"*", "internet", "any"})
CLOUD = "azurecloud"
OWN_ADDRESS = AddressRange.parse("0.0.0.0/32")
MOST = 200
MOST_INTEGRATED = 2000
_V4 = 4
_PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_LARGE = 2**24
"""A /8 and more is no one organisation's, whoever they are."""


@dataclass(frozen=True, slots=True)
class RangeNote:
    """What is to be said about some of the ranges.

    Attributes:
        kind: `everyone`, `large`, `tag`, `own address`, `without effect`, `too many`,
            `unreadable`.
        texts: The ranges as written.
        says: What it means, as a clause.
    """

    kind: str
    texts: tuple[str, ...]
    says: str


def admits_everyone(api: ApiServer) -> tuple[str, ...]:
    """Return the ranges that together hold every IPv4 address; empty if none do.

    Two halves are as wide as the whole.
    """
    written = api.authorized_ranges.value or ()
    named = tuple(text for text in written if text.lower() in ANYONE)
    if named:
        return named
    ranges = [(text, found) for text in written if (found := _parsed(text))]
    whole = AddressRange.everything(_V4)
    wide = sorted(ranges, key=lambda item: item[1].first - item[1].last)
    for count in range(1, len(wide) + 1):
        if whole in merged(found for _, found in wide[:count]):
            texts = {text for text, found in wide[:count] if found.version == _V4}
            return tuple(text for text in written if text in texts)
    sixes = [text for text, found in ranges if found == AddressRange.everything(6)]
    return tuple(sixes)


def judged(api: ApiServer) -> Iterator[RangeNote]:
    """Yield what is to be said about the authorized ranges.

    Source:
        AKS docs, api-server-authorized-ip-ranges and api-server-service-tags, read
        2026-08.
    """
    written = api.authorized_ranges.value or ()
    if not written:
        return
    if api.private.is_surely(value=True):
        says = "authorized ranges hold for a public address, which it does not have"
        yield RangeNote("without effect", written, says)
        return
    yield from _by_width(api, written)
    tags = tuple(text for text in written if _is_tag(text))
    for tag in tags:
        says = f"the tag {tag} holds addresses that Azure keeps, of every customer"
        if tag.lower().partition(".")[0] == CLOUD:
            says = f"the tag {tag} holds the machines of every tenant of Azure"
        yield RangeNote("tag", (tag,), says)
    if len(tags) > 1:
        yield RangeNote("too many", tags, "AKS takes one service tag at most")
    most = MOST_INTEGRATED if api.vnet_integration.value else MOST
    if len(written) > most:
        says = f"AKS takes {most} ranges at most, and here are {len(written)}"
        yield RangeNote("too many", (), says)


def _by_width(api: ApiServer, written: tuple[str, ...]) -> Iterator[RangeNote]:
    everyone = admits_everyone(api)
    if everyone:
        says = "they hold every address" if len(everyone) > 1 else "it holds everyone"
        yield RangeNote("everyone", everyone, says)
    for text in written:
        found = _parsed(text)
        if found is None or text in everyone:
            continue
        if found == OWN_ADDRESS:
            says = "it admits the cluster's own outbound address and nobody else"
            yield RangeNote("own address", (text,), says)
        elif admits_nobody(found):
            says = "nobody comes to a public address with a private one"
            yield RangeNote("without effect", (text,), says)
        elif found.version == _V4 and found.last - found.first + 1 >= _LARGE:
            says = f"it holds {found.last - found.first + 1:,} addresses"
            yield RangeNote("large", (text,), says)


def admits_nobody(found: AddressRange) -> bool:
    """Whether a range holds private addresses only, which nobody comes with."""
    return found.version == _V4 and any(
        item.first <= found.first and found.last <= item.last for item in _PRIVATE
    )


def _parsed(text: str) -> AddressRange | None:
    try:
        return AddressRange.parse(text)
    except ValueError:
        return None


def _is_tag(text: str) -> bool:
    return text[:1].isalpha() and text.lower() not in ANYONE and not _parsed(text)
