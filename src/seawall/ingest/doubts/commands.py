"""Commands that a deployment runs, and what they may change.

They are never run. A command of Azure's own tools that may write is taken to change
what its group is about, and anything where that is not known, unless it is known to
change nothing that bears on packets. What other programs do is not looked into.

Source: Azure CLI reference, az network, az aks, az rest, az resource, az deployment;
Azure PowerShell reference, Az.Network, Az.Resources, Az.Accounts, Invoke-AzRestMethod.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from seawall.ingest.doubts.lists import (
    COLLECTION_GROUPS,
    GROUPS,
    NETWORKS,
    SUBNETS,
    TABLES,
    ZONE_LINKS,
)

_CLUSTERS = "microsoft.containerservice/managedclusters"
_NOTHING: tuple[str, ...] = ()
_ANYTHING = None

_HARMLESS = """
    account acr ad advisor appconfig appservice artifacts backup batch bicep billing
    boards cloud cognitiveservices config configure consumption container containerapp
    cosmosdb datafactory devops disk eventgrid eventhubs extension feature feedback find
    functionapp identity image init interactive iot keyvault kusto lock login logic
    logout maintenance monitor mysql next pipelines postgres ppg provider redis relay
    repos role search security servicebus sig signalr snapshot sql sshkey staticwebapp
    storage synapse tag ts upgrade version webapp webpubsub
"""
"""Groups whose commands change nothing of networks, filters, routes or clusters."""

_FIREWALLED = {
    "acr": "microsoft.containerregistry/registries",
    "cosmosdb": "microsoft.documentdb/databaseaccounts",
    "keyvault": "microsoft.keyvault/vaults",
    "sql server": "microsoft.sql/servers",
    "storage account": "microsoft.storage/storageaccounts",
}
_RULES = ("network-rule", "firewall-rule", "vnet-rule", "private-endpoint-connection")
"""Commands about platform resources that may change whom these let in."""

_GROUPS: dict[str, tuple[str, ...]] = {
    "network nsg": (GROUPS,),
    "network route-table": (TABLES,),
    "network vnet": (NETWORKS, SUBNETS),
    "network vnet subnet": (SUBNETS,),
    "network vnet peering": (NETWORKS,),
    "network nat": (SUBNETS,),
    "network firewall": (COLLECTION_GROUPS,),
    "network private-dns": (ZONE_LINKS,),
    "aks": (_CLUSTERS,),
    **dict.fromkeys(_HARMLESS.split(), _NOTHING),
    **{
        f"{name} {command}": (kind,)
        for name, kind in _FIREWALLED.items()
        for command in ("create", "update", *_RULES)
    },
    **dict.fromkeys(
        (
            *("aks start", "aks stop", "aks scale", "aks upgrade", "aks rotate-certs"),
            *("aks nodepool start", "aks nodepool stop", "aks nodepool scale"),
            *("aks nodepool upgrade", "aks operation-abort", "aks install-cli"),
            *("group create", "group update", "resource tag"),
            *("network asg", "network bastion", "network ddos-protection"),
            *("network dns", "network public-ip", "network traffic-manager"),
            "network watcher",
        ),
        _NOTHING,
    ),
}
"""What the commands of a group may change; the longest name counts."""

_READS = re.compile(
    r"(list|show|get|check|exists|wait|validate|what-if|export|find|query|test|download"
    r"|browse|preview|version|login|help)\b.*",
    re.IGNORECASE,
)

_IDLE = (
    r"\w+ (account|ad[a-z]|applicationinsights|applicationsecuritygroup|config$"
    r"|containerregistry|context|cosmosdb|default|disk|environment|image|keyvault"
    r"|log|monitor|operationalinsights|publicip|resourcelock|resourceprovider|role"
    r"|sql|storage|tag|userassignedidentity|webapp)"
)
_CMDLETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(start|stop) aks", _NOTHING),
    (r"(?!remove)\w+ resourcegroup$", _NOTHING),
    (r"\w+ keyvault($|networkrule)", (_FIREWALLED["keyvault"],)),
    (r"\w+ storageaccount($|networkrule)", (_FIREWALLED["storage account"],)),
    (r"\w+ containerregistry($|networkrule)", (_FIREWALLED["acr"],)),
    (r"\w+ sqlserver($|firewall|virtualnetwork)", (_FIREWALLED["sql server"],)),
    (r"\w+ cosmosdbaccount$", (_FIREWALLED["cosmosdb"],)),
    (r"\w+ networksecurity", (GROUPS,)),
    (r"\w+ route(table|config)", (TABLES,)),
    (r"\w+ virtualnetwork$", (NETWORKS, SUBNETS)),
    (r"\w+ virtualnetworksubnetconfig", (SUBNETS,)),
    (r"\w+ virtualnetworkpeering", (NETWORKS,)),
    (r"\w+ natgateway", (SUBNETS,)),
    (r"\w+ firewall", (COLLECTION_GROUPS,)),
    (r"\w+ privatedns", (ZONE_LINKS,)),
    (r"\w+ aks", (_CLUSTERS,)),
    (_IDLE, _NOTHING),
)
"""What cmdlets may change, by their verb and how their noun begins."""

_KNOWN = (
    *(GROUPS, TABLES, NETWORKS, COLLECTION_GROUPS.rpartition("/")[0], _CLUSTERS),
    ZONE_LINKS.rpartition("/")[0],
    *_FIREWALLED.values(),
)
_BEARING = ("microsoft.network/", "microsoft.resources/deploy")
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
_WRITES = (
    "add|approve|clear|complete|deny|disable|enable|grant|initialize|invoke|join|lock"
    "|merge|move|new|publish|push|remove|rename|repair|reset|restore|resume|revoke|set"
    "|start|stop|suspend|switch|sync|undo|unlock|update"
)

_AZ = re.compile(
    r"(?<![\w.-])az(?:\.cmd|\.exe)?((?:[ \t]+[a-z][\w-]*(?![\w.=/:]))+)", re.IGNORECASE
)
_OPEN_AZ = re.compile(r"(?<![\w.-])az[ \t]+[$?{(]", re.IGNORECASE)
_CMDLET = re.compile(rf"(?<![\w-])({_WRITES})-az(?:urerm)?([a-z]\w*)", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:terraform|tofu) (?:-\S+ )*(?:apply|destroy)\b|\bazd (?:up|down|provision)\b"
    r"|\bpulumi (?:up|destroy)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:curl|wget|invoke-restmethod|invoke-webrequest)\b(?=[^\n;|]*management\.azure)",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\s(?:--method|-method|-m|--request|-x)[ =:]*(\S+)", re.IGNORECASE
)
_ACTION = re.compile(
    r"/(?:list|get|check|validate|whatif)[a-z]*(?:[?\s]|$)", re.IGNORECASE
)
_TYPES = re.compile(r"\b(microsoft\.[a-z.]+/\w+)", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\s(?:--url|--uri|-u|-uri)[ =:]+https://(?!management\.)[\w.-]+", re.IGNORECASE
)
_END = re.compile(r"[\n;|]|&&")


@dataclass(frozen=True, slots=True)
class Command:
    """What a command may change.

    Attributes:
        kinds: Types of resources, in lower case and in order.
        deploys: Whether it deploys a template, and so may change anything.
    """

    kinds: tuple[str, ...]
    deploys: bool

    @property
    def why(self) -> str:
        """What is not known because of it."""
        shown = ", ".join(f"`{kind}`" for kind in self.kinds) or "whatever it deploys"
        return f"it may change {shown}, and what rests on that is unknown"


class _Called(NamedTuple):
    """A command as it is called: its words in lower case, and what follows them."""

    words: str
    rest: str


def command_of(text: str) -> Command | None:
    """Return what a text of commands may change; None if nothing that is known."""
    plain = _plain(text)
    found = [_of_az(each) for each in _called(_AZ, plain)]
    found += [_of_cmdlet(each) for each in _called(_CMDLET, plain)]
    found += [_of_request(each.rest) for each in _called(_REQUEST, plain)]
    if _OPEN_AZ.search(plain) or _OTHERS.search(plain):
        found.append(_ANYTHING)
    deploys = any(each is None for each in found)
    kinds = {kind for each in found if each for kind in each}
    if deploys:
        return Command((), deploys=True)
    return Command(tuple(sorted(kinds)), deploys=False) if kinds else None


def _plain(text: str) -> str:
    """Return commands a line each, without quotes and what only stands beside them."""
    joined = re.sub(r"[\\`,][ \t\r]*\n", " ", text)
    joined = re.sub(r"(?m)^[ \t]*#.*$", "", joined)
    return re.sub(r"[\"'\[\],]", " ", joined)


def _called(pattern: re.Pattern[str], text: str) -> Iterator[_Called]:
    for match in pattern.finditer(text):
        end = _END.search(text, match.end())
        rest = text[match.end() : end.start() if end else len(text)]
        words = " ".join(it for it in match.groups() if it).lower().split()
        yield _Called(" ".join(words), rest)


def _of_az(called: _Called) -> tuple[str, ...] | None:
    """Return what a command of the CLI may change; None for anything."""
    words = called.words.split()
    if _READS.fullmatch(words[-1]):
        return _NOTHING
    if words[0] == "rest":
        return _of_request(called.rest)
    for count in range(len(words), 0, -1):
        known = _GROUPS.get(" ".join(words[:count]))
        if known is not None:
            return known
    return _typed(called.rest) if words[0] == "resource" else _ANYTHING


def _of_cmdlet(called: _Called) -> tuple[str, ...] | None:
    """Return what a cmdlet of PowerShell that writes may change; None for anything."""
    noun = called.words.split()[1]
    if noun == "restmethod":
        return _of_request(called.rest)
    if noun == "resource":
        return _typed(called.rest)
    for pattern, kinds in _CMDLETS:
        if re.match(pattern, called.words):
            return kinds
    return _ANYTHING


def _of_request(rest: str) -> tuple[str, ...] | None:
    """Return what a request may change; without a method it only asks.

    Source: Azure CLI reference, az rest; Azure PowerShell reference,
    Invoke-AzRestMethod.
    """
    method = _METHOD.search(rest)
    word = method[1].lower() if method else "get"
    asks = word in ("get", "head") or (word == "post" and _ACTION.search(rest))
    if asks or _ELSEWHERE.search(rest):
        return _NOTHING
    return _typed(rest)


def _typed(rest: str) -> tuple[str, ...] | None:
    """Return the types that are named; None for anything if none is, or may deploy."""
    found = {each.lower() for each in _TYPES.findall(rest)}
    told = {each for each in found if each.startswith(_KNOWN)}
    others = {it for it in found - told if it.startswith(_BEARING)}
    if not found or any(not it.startswith(_HARMLESS_TYPES) for it in others):
        return _ANYTHING
    return tuple(told)
