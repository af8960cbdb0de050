"""Links of private DNS zones, after which a name leads to its private endpoint."""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Answers, Space
from seawall.engine.path.dns.zones import private_zone
from seawall.flowspace import FlowSet
from seawall.model.end import ApiServerEnd, End, NameEnd
from seawall.model.name import DnsZone, ZoneLink
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.query.ask import Asked
from seawall.query.case import Case
from seawall.query.fix.change import Snippet
from seawall.query.fix.group import resource_group

_ORIGIN = Origin("fix")


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A network that is linked to a private DNS zone.

    Attributes:
        zone: Id of the zone.
        zone_name: The suffix that it answers for.
        network: Id of the network.
        network_name: Its name.
    """

    zone: str
    zone_name: str
    network: str
    network_name: str
    kind: str = "private DNS link"

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        return f"links {self.zone_name} to {self.network_name}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever carries it out must know, as sentences.

        Source: Azure docs, private-dns-fallback.
        """
        says = (
            f"Whoever asks in {self.network_name} gets the answers of this zone; names "
            "below it that have no record there no longer resolve."
        )
        return (says,)

    @property
    def touches(self) -> FlowSet:
        """Headers from anywhere; where they go is for the names to say."""
        return Space.parse("0.0.0.0/32").as_destinations()

    def other_names(
        self, snapshot: Snapshot, pairs: Iterable[tuple[End, End]]
    ) -> Iterator[str]:
        """Yield names of other services in the input that lead below the zone."""
        asked = {end.name.rstrip(".") for _, end in pairs if isinstance(end, NameEnd)}
        for resource in snapshot.fabric.resources:
            for name in resource.host_names:
                if name not in asked and private_zone(name, resource) == self.zone_name:
                    yield name

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the link."""
        link = ZoneLink(self.network, falls_back=False, origin=_ORIGIN)
        zones = tuple(
            replace(item, links=(*item.links, link)) if item.id == self.zone else item
            for item in snapshot.fabric.zones
        )
        return replace(snapshot, fabric=replace(snapshot.fabric, zones=zones))

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the link as a command and as the JSON of ARM.

        Source: Azure CLI docs, az network private-dns link vnet create; Azure REST,
        Virtual Network Links.
        """
        name = f"{self.zone_name}/{self.network_name}"
        command = " \\\n  ".join(
            (
                "az network private-dns link vnet create",
                f"--resource-group {shlex.quote(resource_group(self.zone))}",
                f"--zone-name {shlex.quote(self.zone_name)}",
                f"--name {shlex.quote(self.network_name)}",
                f"--virtual-network {shlex.quote(self.network)}",
                "--registration-enabled false",
            )
        )
        body = {
            "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
            "name": name,
            "location": "global",
            "properties": {
                "registrationEnabled": False,
                "virtualNetwork": {"id": self.network},
            },
        }
        return (
            Snippet("az", name, command + "\n"),
            Snippet("arm", name, json.dumps(body, indent=2) + "\n"),
        )


def linked(case: Case, pair: Asked) -> LinkChange | None:
    """Return a link after which the name of a question leads to a private address.

    None if it leads there already, if it is not about a name, or if no zone in the
    input does that.
    """
    target = pair.target
    if not isinstance(target, NameEnd | ApiServerEnd):
        return None
    for start in case.paths.starts(pair.source):
        found = case.paths.asking.resolved(start, target)
        if found.answer is Answers.PRIVATE:
            continue
        for change in _candidates(case, start.network):
            after = case.changed(change.applied(case.snapshot))
            again = after.paths.asking.resolved(start, target)
            if again.answer is Answers.PRIVATE:
                return change
    return None


def _candidates(case: Case, home: str | None) -> Iterator[LinkChange]:
    """Yield links that are not there, those of the client's own network first."""
    fabric = case.snapshot.fabric
    networks = sorted(fabric.networks, key=lambda item: item.id != home)
    for network in networks:
        for zone in fabric.zones:
            if not _is_linked(zone, network.id):
                yield LinkChange(zone.id, zone.name, network.id, network.name)


def _is_linked(zone: DnsZone, network: str) -> bool:
    return any(link.network.lower() == network.lower() for link in zone.links)
