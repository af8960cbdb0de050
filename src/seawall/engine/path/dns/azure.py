"""What Azure's own resolver answers to the clients of one network."""

from collections.abc import Callable
from dataclasses import replace

from seawall.engine.path.dns.blocking import SOURCE as BLOCKING_SOURCE
from seawall.engine.path.dns.blocking import blocked
from seawall.engine.path.dns.names import is_under
from seawall.engine.path.dns.published import Published
from seawall.engine.path.dns.records import Held, Kind, held
from seawall.engine.path.dns.resolution import (
    Answers,
    Link,
    Query,
    Resolution,
    handed_on,
    not_known,
)
from seawall.engine.path.dns.zones import (
    falls_back,
    forwarding,
    is_private_link,
    links,
    platform_alias,
    private_name,
    private_zone,
)
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import at
from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource
from seawall.model.name import AddressRecord, DnsZone
from seawall.model.trace import DecidingRule, Verdict

RESOLVER_SOURCE = "Azure docs, private-resolver-endpoints-rulesets"
ALIAS_SOURCE = "Azure docs, dns-private-records; RFC 1034, section 3.6.2"

_LONGEST = 8
"""How many aliases may follow one another; how many Azure follows is not documented."""


class AzureDns:
    """Azure's own resolver, in the networks of one snapshot."""

    def __init__(
        self,
        atlas: Atlas,
        published: Published,
        asked_of: Callable[[Query, str, tuple[Address, ...]], Resolution],
    ) -> None:
        """Prepare.

        Args:
            atlas: The networks.
            published: What names are without any private zone.
            asked_of: Asks servers for clients in a network.
        """
        self._atlas = atlas
        self._published = published
        self._asked_of = asked_of

    def answer(self, query: Query, network: str) -> Resolution:
        """Return what Azure's own resolver answers in a network.

        Source:
            Azure docs, private-endpoint-dns: the public name of a resource with a
            private endpoint is an alias of its private name; AKS docs,
            private-clusters: the public name of an API server has an A record.
        """
        name = query.name
        stopped = blocked(self._atlas.fabric.name_policies, network, name)
        if stopped is not None:
            verdict, says, rule = stopped
            is_sure = verdict is Verdict.DENIED
            answer = Answers.NOTHING if is_sure else Answers.UNKNOWN
            return Resolution(name, answer, says, rule=rule, source=BLOCKING_SOURCE)
        return self._let(query, network)

    def _let(self, query: Query, network: str) -> Resolution:
        """Return the answer to a question that no policy stops."""
        name = query.name
        found = self._inside(query, name, network)
        if found is not None:
            return found
        owner = self._published.owner(name)
        if owner is None:
            return self._perhaps_private(query, network)
        if owner.is_api_server or not self._atlas.endpoints_of(owner):
            return self._published.public(name, owner)
        if not private_zone(name, owner) and self._may_ask_a_zone(network):
            return not_known(name, f"the private zone of `{owner.name}` is not known")
        alias = private_name(name, owner)
        return (
            None if alias == name else self._inside(query, alias, network)
        ) or self._past_endpoints(name, owner, network)

    def _inside(self, query: Query, asked: str, network: str) -> Resolution | None:
        """Return what zones or rulesets of a network answer before the public does.

        Source:
            Azure docs, private-resolver-endpoints-rulesets: zones before rulesets.
        """
        return self._by_zone(query, asked, network) or self._by_ruleset(
            query, asked, network
        )

    def _by_ruleset(self, query: Query, asked: str, network: str) -> Resolution | None:
        """Return the answer of the servers that a ruleset sends a name to, if any.

        Source:
            Azure docs, private-resolver-endpoints-rulesets: the longest domain wins.
        """
        said = forwarding(self._atlas.fabric.rulesets, asked, network)
        if said is None:
            return None
        if isinstance(said, str):
            return not_known(query.name, said)
        ruleset, rule = said
        deciding = DecidingRule(f"{ruleset.name}/{rule.name}", rule.origin)
        if not rule.servers or query.depth == 0:
            says = f"what the servers of `{rule.name}` answer is not known"
            return not_known(query.name, says, deciding)
        found = self._asked_of(query.deeper(), network, rule.servers)
        listed = ", ".join(str(each) for each in rule.servers)
        says = f"names under `{rule.domain or '.'}` are asked for at {listed}"
        return handed_on(found, Link(ruleset.name, says, deciding, RESOLVER_SOURCE))

    def _perhaps_private(self, query: Query, network: str) -> Resolution:
        """Return the answer for a name whose owner is not in the input.

        Source:
            Azure docs, private-endpoint-dns: an endpoint anywhere makes the public
            name of a resource an alias.
        """
        name = query.name
        public = self._published.public(name, None)
        alias = platform_alias(name)
        found = self._inside(query, alias, network) if alias else None
        if found is None or _is_plainly_public(found):
            return public
        says = (
            "whether a private endpoint serves it is not in the input: if one does, "
            f"{found.doubt or found.says}; if none does, it resolves publicly"
        )
        if found.answer is Answers.NOTHING:
            return replace(public, doubt=says, rule=found.rule, chain=found.chain)
        return replace(not_known(name, says, found.rule), chain=found.chain)

    def _past_endpoints(
        self, name: str, owner: PlatformResource, network: str
    ) -> Resolution:
        """Return the public answer for a resource whose private name nobody is asked.

        Source:
            Azure docs, private-endpoint-dns: without a link the public address stays.
        """
        found = self._published.public(name, owner)
        zone = private_zone(name, owner)
        if found.answer is not Answers.PUBLIC or not zone:
            return found
        endpoint = self._atlas.endpoints_of(owner)[0]
        says = (
            f"`{name}` resolves publicly although private endpoint `{endpoint.name}` "
            f"serves it: zone `{zone}` is not linked to "
            f"`{self._atlas.short(network)}`, where the resolver stands"
        )
        return replace(found, says=says)

    def _may_ask_a_zone(self, network: str) -> bool:
        return any(
            links(zone, network) or not zone.complete.is_surely(value=True)
            for zone in self._atlas.fabric.zones
        )

    def _by_zone(self, query: Query, asked: str, network: str) -> Resolution | None:
        """Return the answer of the private zone that a network would ask, if any."""
        matching = [
            each for each in self._atlas.fabric.zones if is_under(asked, each.name)
        ]
        matching.sort(key=lambda zone: (-len(zone.name), not links(zone, network)))
        for zone in matching:
            if links(zone, network):
                return self._answer(query, asked, zone, network)
            if not zone.complete.is_surely(value=True):
                return not_known(
                    query.name,
                    f"whether zone `{zone.name}` is linked to "
                    f"`{self._atlas.short(network)}` is not known",
                    DecidingRule(zone.name, zone.origin),
                )
        return None

    def _answer(
        self, query: Query, asked: str, zone: DnsZone, network: str
    ) -> Resolution:
        """Return what a linked zone answers.

        Source:
            RFC 4592; Azure docs, private-dns-records, dns-zones-records.
        """
        name = query.name
        found = held(zone, asked)
        rule = DecidingRule(f"zone {zone.name}", found.origin)
        standing = found.record or found.alias
        if not zone.complete.is_surely(value=True) and (
            standing is None or found.by_wildcard
        ):
            return not_known(
                name, f"the records of zone `{zone.name}` are not all known", rule
            )
        if found.kind is Kind.UNCLEAR:
            return not_known(name, f"in zone `{zone.name}` {found.says}", rule)
        if found.record is not None:
            return self._from_record(query, found.record, zone)
        if found.kind is Kind.ALIAS:
            return self._along(query, asked, found, zone, network)
        if found.kind is Kind.EMPTY:
            says = f"zone `{zone.name}` has {found.says} for it"
            return Resolution(name, Answers.NOTHING, says, rule=rule)
        return self._missing(query, found, zone, network)

    def _missing(
        self, query: Query, found: Held, zone: DnsZone, network: str
    ) -> Resolution:
        """Return the answer where a linked zone does not have the name.

        Source:
            Azure docs, private-dns-fallback: without a record the name does not
            resolve, unless the link falls back to public resolution.
        """
        name = query.name
        rule = DecidingRule(f"zone {zone.name}", found.origin)
        if falls_back(zone, network):
            if not is_private_link(zone):
                says = (
                    f"zone `{zone.name}` has no record for it, and its link falls back "
                    "to the internet, which is documented for `privatelink` zones only"
                )
                return not_known(name, says, rule)
            if found.kind is Kind.BETWEEN:
                says = (
                    f"zone `{zone.name}` has names below it only, and whether its link "
                    "falls back to the internet for it is not documented"
                )
                return not_known(name, says, rule)
            return self._published.public(name, self._published.owner(name))
        says = f"zone `{zone.name}` is linked and has no record for it"
        return Resolution(name, Answers.NOTHING, says, rule=rule)

    def _along(
        self, query: Query, asked: str, found: Held, zone: DnsZone, network: str
    ) -> Resolution:
        """Return the answer for what a name is an alias of, asked from the start.

        Source:
            RFC 1034, section 3.6.2; Azure docs, dns-private-records.
        """
        rule = DecidingRule(f"zone {zone.name}", found.origin)
        target = found.alias.target if found.alias is not None else None
        if not target:
            return not_known(query.name, f"what `{asked}` is an alias of", rule)
        next_ = query.toward(target)
        link = Link(
            f"zone {zone.name}",
            f"`{asked}` is an alias of `{target}`",
            rule,
            ALIAS_SOURCE,
        )
        if target in next_.trail:
            says = f"its aliases lead in a circle: `{asked}` is one of `{target}`"
            return Resolution(
                query.name, Answers.NOTHING, says, rule=rule, source=ALIAS_SOURCE
            )
        if len(next_.trail) > _LONGEST:
            says = (
                f"more than {_LONGEST} aliases follow one another, and how many the "
                "resolver follows is not documented"
            )
            return not_known(query.name, says, rule)
        onward = self.answer(next_, network)
        canonical = onward.canonical or target
        return handed_on(replace(onward, canonical=canonical), link)

    def _from_record(
        self, query: Query, record: AddressRecord, zone: DnsZone
    ) -> Resolution:
        name = query.name
        rule = DecidingRule(f"zone {zone.name}", record.origin)
        says = f"zone `{zone.name}` has a record"
        if record.addresses:
            return Resolution(
                name, Answers.PRIVATE, says, addresses=at(*record.addresses), rule=rule
            )
        owner = self._published.owner(name)
        found = self._published.at_endpoints(name, owner, says) if owner else None
        if found is None:
            return not_known(name, "the address of its record is not known yet", rule)
        return replace(found, rule=rule)


def _is_plainly_public(found: Resolution) -> bool:
    return found.answer is Answers.PUBLIC and not found.doubt and not found.canonical
