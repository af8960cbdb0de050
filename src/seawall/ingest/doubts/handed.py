"""What is handed to a module or template that is not in the input, which may change it.

It may tie a security group, a route table or a NAT gateway to a subnet that it is
given, or of a network that it is given, and add rules, routes, peerings or links to
what can hold them. Of an argument that is no id, its own name tells what it names;
where that tells nothing, it is what is called so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seawall.ingest.doubts.alike import ANYTHING
from seawall.ingest.doubts.clusters import POOLS, SETTINGS
from seawall.ingest.doubts.commands import Command
from seawall.ingest.doubts.lists import (
    ACCOUNTS,
    CLUSTERS,
    COLLECTION_GROUPS,
    COSMOS,
    GROUPS,
    NETWORKS,
    PEERINGS,
    REGISTRIES,
    SERVERS,
    SUBNETS,
    TABLES,
    VAULTS,
    ZONE_LINKS,
)
from seawall.ingest.identity import last_name, type_of
from seawall.ingest.resource import Change, Field, Source
from seawall.model.origin import Origin

_POLICIES = COLLECTION_GROUPS.rpartition("/")[0]
_ZONES = ZONE_LINKS.rpartition("/")[0]

_WORDS = {
    "subnet": SUBNETS,
    "nsg": GROUPS,
    "securitygroup": GROUPS,
    "routetable": TABLES,
    "udr": TABLES,
    "vnet": NETWORKS,
    "virtualnetwork": NETWORKS,
    "firewallpolicy": _POLICIES,
    "dnszone": _ZONES,
}
"""Words at the end of an argument's name, and what its value is called by them."""

_NAMES = re.compile(
    rf"({'|'.join(_WORDS)})s?(?P<what>(resource)?(ids?|names?)|object|config)?$"
)

_LAYS = {
    GROUPS: (GROUPS + "/securityrules",),
    TABLES: (TABLES + "/routes",),
    NETWORKS: (PEERINGS,),
    _POLICIES: (COLLECTION_GROUPS,),
    _ZONES: (ZONE_LINKS,),
}
_PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    SUBNETS: (("networkSecurityGroup",), ("routeTable",), ("natGateway",)),
    NETWORKS: (("dhcpOptions", "dnsServers"),),
}

_NO_NAMES = re.compile(
    r"(^|\.)tags?\.|(tags?|location|region|environment|env|prefix|suffix|sku|tier|kind"
    r"|type|version|size|cidr|prefixes|addresses|description)$",
    re.IGNORECASE,
)
"""Names of arguments whose values name no resource."""

_POOLS = {CLUSTERS: (CLUSTERS + "/agentpools",)}
"""A cluster that is only handed over is not given more pools."""

_ADMITS: dict[str, tuple[str, ...]] = {
    VAULTS: ("networkAcls", "ipRules"),
    ACCOUNTS: ("networkAcls", "ipRules"),
    REGISTRIES: ("networkRuleSet", "ipRules"),
    COSMOS: ("ipRules",),
    SERVERS: (),
}
"""Platform resources, and where the addresses stand that they let in."""

RESOURCES = frozenset(_ADMITS)
"""Types of what has a firewall of its own; who is handed one need not change it."""

CHANGED = frozenset({*_LAYS, *_PATHS})
"""Types of what may be changed by whom it is handed to."""


_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Taker:
    """Whom something is handed to.

    Attributes:
        what: What it is and why it is not known, as a clause.
        name: Its name.
        source: What kind of input it stands in.
    """

    what: str
    name: str
    source: Source

    def change(self, kind: str, pattern: str, origin: Origin) -> Change:
        """Return how it may change what has an id, or whatever fits a pattern."""
        return Change(
            type=kind,
            id=f"{self.name}#{pattern}",
            name=self.name,
            resource_group="",
            location="",
            body=Field({}, origin),
            source=self.source,
            spelled=pattern,
            astray=f"{self.what}, and it is given `{last_name(pattern)}`",
            paths=_PATHS.get(kind, ()),
            lays=_LAYS.get(kind, ()) or _POOLS.get(kind, ()),
            inner=_PATHS[SUBNETS] if kind == NETWORKS else (),
        )

    def anything(
        self, origin: Origin, kinds: Sequence[str] | None = None
    ) -> Iterator[Change]:
        """Yield how it may change whatever there is.

        Args:
            origin: Where it stands.
            kinds: Types of resources, if only these and their parts may change.
        """
        for kind in sorted(CHANGED | {CLUSTERS}):
            if kinds is not None and not any(
                _touches(it.lower(), kind) for it in kinds
            ):
                continue
            change = self.change(kind, named(kind, ANYTHING), origin)
            paths = change.paths
            if kind == CLUSTERS:
                paths = tuple(tuple(path.split(".")) for path in SETTINGS)
            yield replace(change, astray=self.what, paths=paths)
        for kind in sorted(RESOURCES):
            if kinds is None or any(_touches(it.lower(), kind) for it in kinds):
                yield from self._admission(kind, origin)

    def settings(self, origin: Origin, paths: Sequence[str]) -> Iterator[Change]:
        """Yield how it may set something of clusters, whoever stated it."""
        own = tuple(tuple(path.split(".")) for path in paths if path != POOLS)
        change = self.change(CLUSTERS, named(CLUSTERS, ANYTHING), origin)
        change = replace(change, astray=self.what, lays=(), overrules=True)
        if own:
            yield replace(change, id=f"{change.id}#settings", paths=own)
        if POOLS in paths:
            lays = _POOLS[CLUSTERS]
            yield replace(change, id=f"{change.id}#pools", lays=lays)

    def run(self, command: Command, origin: Origin) -> Iterator[Change]:
        """Yield what a command of it may change."""
        kinds = None if command.deploys else command.kinds
        yield from self.anything(origin, kinds)
        yield from self.settings(origin, command.settings)

    def _admission(self, kind: str, origin: Origin) -> Iterator[Change]:
        """Yield how it may change whom platform resources let in."""
        change = self.change(kind, named(kind, ANYTHING), origin)
        change = replace(change, astray=self.what)
        if kind == SERVERS:
            yield replace(change, lays=(f"{SERVERS}/firewallrules",))
        else:
            yield replace(change, paths=(_ADMITS[kind],), adds=True)
        paths = (("publicNetworkAccess",),)
        yield replace(change, id=f"{change.id}#public", paths=paths)

    def named(self, kind: str, pattern: str, origin: Origin) -> Iterator[Change]:
        """Yield how it may change what has an id, if that bears on packets."""
        if kind in CHANGED or kind in _POOLS:
            yield replace(self.change(kind, pattern, origin), astray=self.what)

    def changes(
        self, argument: str, text: str, origin: Origin, *, is_known: bool
    ) -> Iterator[Change]:
        """Yield how it may change what an argument names.

        Args:
            argument: The name of the argument, with those of keys in it.
            text: An id or a name, what is not known of it in braces.
            origin: Where it stands.
            is_known: Whether any of the text is known.
        """
        kind = type_of(text)
        if kind:
            if kind in CHANGED:
                yield self.change(kind, text, origin)
            return
        if not text or (is_known and "/" in text):
            return
        folded = re.sub(r"[^a-z]", "", argument.lower())
        match = _NAMES.search(folded)
        if match is None:
            yield from self._called(argument, text, origin)
            return
        kind = _WORDS[match[1]]
        what = match["what"] or ""
        if not is_known and not what.endswith(("id", "ids", "name", "names")):
            return
        whole = not is_known and what.endswith(("id", "ids"))
        yield self.change(kind, text if whole else named(kind, text), origin)

    def _called(self, argument: str, text: str, origin: Origin) -> Iterator[Change]:
        """Yield how it may change whatever is called like an argument's value."""
        if _NO_NAMES.search(argument) is None:
            for kind in sorted(CHANGED):
                change = self.change(kind, named(kind, text), origin)
                yield replace(change, is_called=True)


def _touches(lost: str, kind: str) -> bool:
    """Whether a resource of one type, or a part of it, may change one of another."""
    return f"{kind}/".startswith(f"{lost}/") or lost.startswith(f"{kind}/")


def leaves(value: object, key: str, depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield what is handed in a value, each with the keys that lead to it.

    Args:
        value: An argument's value.
        key: The argument's name.
        depth: How deep the value lies in the argument; what lies too deep is left out.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, f"{key}.{name}", depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key, depth + 1)
    else:
        yield key, value


def once(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield each change once, however often the same thing is handed over."""
    known: set[tuple[object, ...]] = set()
    for change in changes:
        what = (
            change.type,
            change.spelled,
            change.is_called,
            change.paths,
            change.lays,
        )
        if what not in known:
            known.add(what)
            yield change


def named(kind: str, name: str, parent: str = ANYTHING) -> str:
    """Return what ids of a type fit a name, and that of a parent."""
    space, *above, last = kind.split("/")
    path = "".join(f"/{it}/{parent}" for it in above)
    home = f"/subscriptions/{ANYTHING}/resourcegroups/{ANYTHING}"
    return f"{home}/providers/{space}{path}/{last}/{name.lower()}"
