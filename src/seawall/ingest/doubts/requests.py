"""What a request to Azure's API may change, by its method and its address.

An address that is not known may be one of Azure Resource Manager's, which has one of
its own in each cloud and in each region.

Source: Azure CLI reference, az rest; Azure PowerShell reference, Invoke-AzRestMethod;
PowerShell reference, Invoke-RestMethod; curl's manual; GNU Wget manual, HTTP Options;
Azure docs, async-operations and use-resource-manager-private-link-rest (endpoints).
"""

import re

from seawall.ingest.doubts.calls import tokens
from seawall.ingest.doubts.lists import (
    ACCOUNTS,
    CLUSTERS,
    COLLECTION_GROUPS,
    COSMOS,
    GROUPS,
    NETWORKS,
    REGISTRIES,
    SERVERS,
    TABLES,
    VAULTS,
    ZONE_LINKS,
)

FIREWALLED = {
    "acr": REGISTRIES,
    "cosmosdb": COSMOS,
    "keyvault": VAULTS,
    "sql server": SERVERS,
    "storage account": ACCOUNTS,
}
"""Platform resources that have a firewall, by their groups of commands."""

NOTHING: tuple[str, ...] = ()
ANYTHING = None

_KNOWN = (
    *(GROUPS, TABLES, NETWORKS, COLLECTION_GROUPS.rpartition("/")[0], CLUSTERS),
    ZONE_LINKS.rpartition("/")[0],
    *FIREWALLED.values(),
)
_BEARING = ("microsoft.network/", "microsoft.resources/deploy", "microsoft.cdn/")
_HARMLESS_TYPES = tuple(
    f"microsoft.network/{each}"
    for each in (
        "applicationsecurity",
        "bastion",
        "ddos",
        "dnszones",
        "networkwatchers",
    )
)
_TYPES = re.compile(r"\b(microsoft\.[a-z.]+/\w+)", re.IGNORECASE)
_OPTION = r"(?:^|[\s\"',\[])--?"
_VALUE = r"[\s=:,\"']+"
_METHOD = re.compile(
    rf"{_OPTION}(?:m|me|met|metho?|method|request|custommethod){_VALUE}([^\s\"',]+)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(rf"{_OPTION}(?:u|ur[il]|path){_VALUE}", re.IGNORECASE)
_UNKNOWN = re.compile(rf"{_OPTION}ur[il]{_VALUE}\$", re.IGNORECASE)
_SENDS = re.compile(rf"{_OPTION}(?:post|body)-(?:data|file)\b")
_SPLAT = re.compile(r"^[\s,\"']*[@$*?]|[\s,][@*][a-z]\w*(?=[\s\])]|$)", re.IGNORECASE)
_LIST = re.compile(r"\$\{\w+\[[@*]\]")
_ALONE = re.compile(
    r"-[fgiIjkLnNsSvqR#046]+|--(?:silent|fail|location|show-error|insecure|verbose)"
    r"|[^-].*"
)
"""What stands before an argument that is none of an option's."""

_ACTION = re.compile(
    r"/(?:list|get|check|validate|whatif)[a-z]*(?:[?\s\"']|$)", re.IGNORECASE
)
_HOST = re.compile(r"(?:--url=|^)https?://([^/?\s\"']*)", re.IGNORECASE)
_CURL_METHOD = re.compile(r"(?:-[a-zA-WYZ#046]*X|--request(?:=|$))(.*)")
_FLAGS = "-[fgiIjkLnNsSvqR#046]*"
_CURL_SENDS = re.compile(rf"{_FLAGS}[dTFK]|--(?:data|json|upload-file|form|config)")
_CURL_ASKS = re.compile(rf"{_FLAGS}G[a-zA-Z]*|--get")
_FEWEST = 3
"""How many labels after one that is not known tell that a host is elsewhere."""


def of_request(rest: str) -> tuple[str, ...] | None:
    """Return what a request of a tool of Azure may change; without a method it asks."""
    address = _address(rest)
    methods = {each.lower() for each in _METHOD.findall(rest)}
    given = tokens(rest)
    if not methods and (_SPLAT.search(rest) or _LIST.search(rest) or _is_open(given)):
        return ANYTHING
    return _of(methods or {"get"}, address, rest, elsewhere=_is_elsewhere(address))


def of_other(words: str, rest: str) -> tuple[str, ...] | None:
    """Return what a request of a program may change that asks any server."""
    held = re.sub(r"^[\"']", "", rest)
    given = tokens(held) + tokens(held.replace("\\", ""))
    curl = words == "curl"
    methods = _of_curl(given) if curl else {it.lower() for it in _METHOD.findall(rest)}
    splat = _LIST.search(rest) or (not curl and _SPLAT.search(rest))
    if not methods and (splat or _SENDS.search(rest)):
        methods = {"post"}
    if not methods <= {"get", "head", "options"}:
        hosts = [it for it in given if _HOST.match(it)]
        hidden = _is_open(given) or _UNKNOWN.search(rest) or not hosts
        elsewhere = not hidden and all(_is_elsewhere(it) for it in hosts)
        address = next((it for it in hosts if not _is_elsewhere(it)), "")
        return _of(methods, address, rest, elsewhere=elsewhere)
    return NOTHING


def typed(rest: str) -> tuple[str, ...] | None:
    """Return the types that are named; None for anything if none is, or may deploy."""
    found = {each.lower() for each in _TYPES.findall(rest)}
    told = {each for each in found if each.startswith(_KNOWN)}
    others = {it for it in found - told if it.startswith(_BEARING)}
    if not found or any(not it.startswith(_HARMLESS_TYPES) for it in others):
        return ANYTHING
    return tuple(told)


def _of(
    methods: set[str], address: str, rest: str, *, elsewhere: bool
) -> tuple[str, ...] | None:
    asks = {"get", "head", "options"}
    if _ACTION.search(address):
        asks.add("post")
    if methods <= asks or elsewhere:
        return NOTHING
    return typed(rest) if _TYPES.search(address) else ANYTHING


def _is_open(given: list[str]) -> bool:
    """Tell whether an argument is not known that no option takes."""
    before = ""
    for each in given:
        if before and each.startswith("$") and _ALONE.fullmatch(before):
            return True
        if ")" in each and "(" not in each:
            return False
        before = each
    return False


def _address(rest: str) -> str:
    """Return the address that a request is sent to; empty if none is told."""
    found = _ADDRESS.search(rest)
    after = tokens(rest[found.end() :]) if found else []
    return after[0] if after else ""


def _is_elsewhere(address: str) -> bool:
    """Tell whether an address is surely none of Azure Resource Manager's."""
    found = _HOST.match(address)
    if not found:
        return False
    host = found[1].lower()
    if "management" in re.split(r"[.:@]", host):
        return False
    _, _, told = re.sub(
        r"\$\w+|\$?\{+[^}]*\}+|\$\([^)]*\)|%\w+%", "$", host
    ).rpartition("$")
    if re.search(r"[$`{}%]", told) or not host:
        return False
    return told == host or told.count(".") >= _FEWEST


def _of_curl(given: list[str]) -> set[str]:
    """Return the methods that curl is told to use, or uses by what it sends."""
    methods: set[str] = set()
    for at, each in enumerate(given):
        found = _CURL_METHOD.fullmatch(each)
        if found:
            methods.add((found[1] or "".join(given[at + 1 : at + 2])).lower())
    if not methods and any(_CURL_SENDS.match(it) for it in given):
        asks = any(_CURL_ASKS.fullmatch(it) for it in given)
        methods.add("get" if asks else "post")
    return methods
