"""Commands that a deployment runs, and what they may change.

They are never run. A command of Azure's own tools that may write is taken to change
what its group is about, and anything where that is not known, unless it is known to
change nothing that bears on packets. What other programs do is not looked into.

Source: Azure CLI reference, az network, az aks, az rest, az resource, az deployment;
Azure PowerShell reference, Az.Network, Az.Resources, Az.Accounts, Invoke-AzRestMethod.
"""

import re
from dataclasses import dataclass

from seawall.ingest.doubts.calls import Called, bare, calls, commands_in
from seawall.ingest.doubts.clusters import settings_of
from seawall.ingest.doubts.lists import (
    ACCOUNTS,
    CLUSTERS,
    COLLECTION_GROUPS,
    COSMOS,
    GROUPS,
    NETWORKS,
    REGISTRIES,
    SERVERS,
    SUBNETS,
    TABLES,
    VAULTS,
    ZONE_LINKS,
)
from seawall.ingest.doubts.requests import (
    ANYTHING,
    FIREWALLED,
    NOTHING,
    of_other,
    of_request,
    typed,
)

_HARMLESS = """
    account acr ad advisor appconfig appservice artifacts backup batch bicep billing
    boards cloud cognitiveservices config configure consumption container containerapp
    cosmosdb datafactory devops disk eventgrid eventhubs extension feature feedback find
    functionapp grafana identity image init interactive iot keyvault kusto lock login
    logic logout maintenance monitor mysql next pipelines postgres ppg provider redis
    relay repos role search security servicebus sig signalr snapshot sql sshkey
    staticwebapp storage synapse tag ts upgrade version webapp webpubsub
"""
"""Groups whose commands change nothing of networks, filters, routes or clusters."""

_RULES = ("network-rule", "firewall-rule", "vnet-rule", "private-endpoint-connection")
"""Commands about platform resources that may change whom these let in."""

_RUNS = ("restart", "run-command", "start", "stop")
"""What machines are told that leaves their networks as they are."""

_GROUPS: dict[str, tuple[str, ...]] = {
    "network nsg": (GROUPS,),
    "network route-table": (TABLES,),
    "network vnet": (NETWORKS, SUBNETS),
    "network vnet subnet": (SUBNETS,),
    "network vnet peering": (NETWORKS,),
    "network nat": (SUBNETS,),
    "network firewall": (COLLECTION_GROUPS,),
    "network private-dns": (ZONE_LINKS,),
    "aks": (CLUSTERS,),
    **dict.fromkeys(_HARMLESS.split(), NOTHING),
    **{
        f"{name} {command}": (kind,)
        for name, kind in FIREWALLED.items()
        for command in ("create", "update", *_RULES)
    },
    **dict.fromkeys(
        (
            *("aks start", "aks stop", "aks scale", "aks upgrade", "aks rotate-certs"),
            *("aks nodepool start", "aks nodepool stop", "aks nodepool scale"),
            *("aks nodepool upgrade", "aks operation-abort", "aks install-cli"),
            *("aks command", "aks kollect", "aks maintenanceconfiguration"),
            *("aks nodepool snapshot", "aks oidc-issuer", "aks snapshot"),
            *(f"{it} {run}" for it in ("vm", "vmss") for run in _RUNS),
            *("policy definition", "policy set-definition", "policy exemption"),
            *("policy event", "policy metadata", "policy state"),
            *("afd custom-domain", "afd endpoint purge", "afd secret"),
            *("cdn custom-domain", "cdn endpoint load", "cdn endpoint purge"),
            *("group create", "group update", "resource tag"),
            *("network asg", "network bastion", "network ddos-protection"),
            *("network dns", "network public-ip", "network traffic-manager"),
            "network watcher",
        ),
        NOTHING,
    ),
}
"""What the commands of a group may change; the longest name counts."""

_FIRST = frozenset(
    {name.split()[0] for name in _GROUPS}
    | {"deployment", "deployment-scripts", "resource", "rest", "stack", "up", "vwan"}
)
"""Groups that a command may be of without an option; other words may be prose."""

_OPTION = re.compile(r"(?:^|[\s\"',])(?:--?[a-z]|[@$*{])", re.IGNORECASE)
_READS = re.compile(
    r"(list|show|get|check|exists|wait|validate|what-if|export|find|query|test|download"
    r"|browse|preview|version|login|help)\b.*",
    re.IGNORECASE,
)

_IDLE = (
    r"\w+ (account|ad[a-z]|applicationinsights|applicationsecuritygroup|config$"
    r"|containerregistry|context|cosmosdb|currentstorageaccount$|default|diagnosticsetting|disk|environment|federatedidentity|image|keyvault"
    r"|log|monitor|operationalinsights|publicip|resourcelock|resourceprovider|role"
    r"|sql|storage|tag|userassignedidentity|webapp)"
)
_CMDLETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(start|stop) aks", NOTHING),
    (r"(start|stop|restart) vm(ss)?$|invoke (aks|vm|vmssvm)runcommand$", NOTHING),
    (r"(?!remove)\w+ resourcegroup$", NOTHING),
    (r"\w+ keyvault($|networkrule)", (VAULTS,)),
    (r"\w+ storageaccount($|networkrule)", (ACCOUNTS,)),
    (r"\w+ containerregistry($|networkrule)", (REGISTRIES,)),
    (r"\w+ sqlserver($|firewall|virtualnetwork)", (SERVERS,)),
    (r"\w+ cosmosdbaccount$", (COSMOS,)),
    (r"\w+ networksecurity", (GROUPS,)),
    (r"\w+ route(table|config)", (TABLES,)),
    (r"\w+ virtualnetwork$", (NETWORKS, SUBNETS)),
    (r"\w+ virtualnetworksubnetconfig", (SUBNETS,)),
    (r"\w+ virtualnetworkpeering", (NETWORKS,)),
    (r"\w+ natgateway", (SUBNETS,)),
    (r"\w+ firewall", (COLLECTION_GROUPS,)),
    (r"\w+ privatedns", (ZONE_LINKS,)),
    (r"\w+ aks", (CLUSTERS,)),
    (_IDLE, NOTHING),
)
"""What cmdlets may change, by their verb and how their noun begins."""

_WRITES = (
    "add|approve|clear|complete|deny|disable|enable|grant|initialize|invoke|join|lock"
    "|merge|move|new|publish|push|remove|rename|repair|reset|restore|resume|revoke|set"
    "|start|stop|suspend|switch|sync|undo|unlock|update"
)

_SHOWS = r"--(?:only-show-errors|debug|verbose)(?![\w-])"
_GLOBAL = rf"(?:{_SHOWS}|(?:-o|--output|--subscription)(?:[ \t]+|=)[^\s-]\S*)"
"""What every command of the CLI takes, and may be told before its group."""

_AZ = re.compile(
    rf"(?<![\w.-])(?:az(?:\.cmd|\.exe)?|azure\.cli)(?:[ \t]+{_GLOBAL})*"
    rf"((?:[ \t]+(?:{_SHOWS}|[a-z][\w-]*(?![\w.=/:])))+)",
    re.IGNORECASE,
)
_OPEN_AZ = re.compile(
    rf"(?<![\w.-])(?:az(?:\.cmd|\.exe)?|azure\.cli)(?:[ \t]+{_GLOBAL})*[ \t]+"
    rf"(?:[$?{{(@*+%]|(?!{_GLOBAL}|--?(?:version|help|v|h)\b)--?[a-z])",
    re.IGNORECASE,
)
_CMDLET = re.compile(rf"(?<![\w-])({_WRITES})-az(?:urerm)?([a-z]\w*)", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:terraform|tofu)(?:\.exe)?(?:[ \t]+-(?:chdir=[^\n;|&]*?|\S*))*[ \t]+"
    r"(?:apply|destroy)\b|\bterragrunt\b[^\n;|]*[ \t](?:apply|destroy)\b"
    r"|\bazd (?:up|down|provision)\b|\bpulumi (?:up|destroy)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?<![\w.-])(curl|wget|invoke-restmethod|invoke-webrequest|irm|iwr)(?:\.exe)?"
    r"(?![\w./-])",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:^|[\s\"',])(?:--ids?|--resource-type|-resourceid|-resourcetype|-id)[\s=:,\"']+"
    r"((?:(?![\s\"',]-)[^;|\n])*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Command:
    """What a command may change.

    Attributes:
        kinds: Types of resources, in lower case and in order.
        deploys: Whether it deploys a template, and so may change anything.
        settings: What it may set of clusters, if not anything, as paths.
    """

    kinds: tuple[str, ...]
    deploys: bool
    settings: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """What is not known because of it."""
        named = [f"`{kind}`" for kind in self.kinds]
        named += [f"`{path}` of clusters" for path in self.settings]
        shown = ", ".join(named) or "whatever it deploys"
        return f"it may change {shown}, and what rests on that is unknown"


def command_of(text: str) -> Command | None:
    """Return what a text of commands may change; None if nothing that is known."""
    text = commands_in(text)
    found: list[tuple[str, ...] | None] = []
    settings: set[str] = set()
    for each in calls(_AZ, text):
        own = _settings_of(each)
        settings.update(own or ())
        found.append(_of_az(each, own))
    found += [_of_cmdlet(each) for each in calls(_CMDLET, text)]
    found += [of_other(*each) for each in calls(_REQUEST, text)]
    if _OPEN_AZ.search(bare(text)) or _OTHERS.search(bare(text)):
        found.append(ANYTHING)
    deploys = any(each is None for each in found)
    kinds = {kind for each in found if each for kind in each}
    if deploys:
        return Command((), deploys=True)
    if not kinds and not settings:
        return None
    return Command(tuple(sorted(kinds)), False, tuple(sorted(settings)))  # noqa: FBT003


def _settings_of(called: Called) -> tuple[str, ...] | None:
    """Return what a command about a cluster may set; None if that is not told."""
    words = re.sub(_SHOWS, " ", called.words).split()
    if words[:1] != ["aks"] or _READS.fullmatch(words[-1]):
        return None
    return settings_of(words, called.rest)


def _of_az(called: Called, settings: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return what a command of the CLI may change; None for anything.

    Args:
        called: The command.
        settings: What it may set of clusters, which is told apart; None if not that.
    """
    words = re.sub(_SHOWS, " ", called.words).split()
    if not words or _READS.fullmatch(words[-1]):
        return NOTHING
    if words[0] not in _FIRST and not _OPTION.search(called.rest):
        return NOTHING
    if words[0] == "rest":
        return of_request(called.rest)
    if settings is not None:
        return NOTHING
    for count in range(len(words), 0, -1):
        known = _GROUPS.get(" ".join(words[:count]))
        if known is not None:
            return known
    return _of_resource(called.rest) if words[0] == "resource" else ANYTHING


def _of_resource(rest: str) -> tuple[str, ...] | None:
    """Return what a command about any resource may change, by its type or id."""
    found = _ID.search(rest)
    return typed(found[1]) if found else ANYTHING


def _of_cmdlet(called: Called) -> tuple[str, ...] | None:
    """Return what a cmdlet of PowerShell that writes may change; None for anything."""
    noun = called.words.split()[1]
    if noun == "restmethod":
        return of_request(called.rest)
    if noun == "resource":
        return _of_resource(called.rest)
    for pattern, kinds in _CMDLETS:
        if re.match(pattern, called.words):
            return kinds
    return ANYTHING
