"""What a cluster needs or may need, to be held against what rules allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from seawall.flowspace import FlowSet
from seawall.model.packet import Protocol
from seawall.query.egress.candidates import Candidate
from seawall.query.egress.catalogue import CORE, Catalogue, Requirement
from seawall.query.egress.destinations import REGION, within
from seawall.query.egress.facts import Facts

_TCP = (int(Protocol.TCP), int(Protocol.TCP))
_WEB = FlowSet.box(protocols=(_TCP,), destination_ports=((80, 80), (443, 443)))


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is needed, by name or by service tag.

    Attributes:
        names: Names and patterns.
        tags: Service tags that hold it.
        services: Protocols and ports.
    """

    names: tuple[str, ...]
    tags: tuple[str, ...]
    services: FlowSet


class Needed:
    """All that a cluster needs or may need on a day."""

    def __init__(
        self,
        listed: Catalogue,
        wanted: Iterable[tuple[str, Requirement]],
        facts: Facts,
        day: date,
    ) -> None:
        """Keep what is wanted.

        Args:
            listed: The catalogue.
            wanted: Destinations as they are shown, each with its requirement.
            facts: The facts of the cluster.
            day: The day that is asked about.
        """
        self._listed = listed
        self._cloud = facts.cloud().value or ""
        self.region = facts.region
        self._day = day
        self._places: list[Place] = []
        for text, each in wanted:
            place = self._place(each)
            self._places.append(place)
            self._places.append(Place((text.lower(),), (), place.services))
        self.flows = FlowSet.union_of(
            FlowSet.box(
                families=(each.version,),
                protocols=((6, 6), (17, 17)),
                destinations={each.version: ((int(each), int(each)),)},
                destination_ports=((53, 53),),
            )
            for each in facts.dns_servers()
        )

    def names(self, name: str) -> bool:
        """Whether a name, or names by a pattern, are needed."""
        return any(
            within(name.replace(REGION, self.region or REGION), each)
            for place in self._places
            for each in place.names
        )

    def covers(self, candidate: Candidate) -> bool:
        """Whether all that a rule is about is needed.

        A rule for HTTP and HTTPS to a name is not held against a need for one of them.
        """
        if candidate.name:
            fitting = [
                place.services
                for place in self._places
                if any(within(candidate.name, each) for each in place.names)
            ]
            return bool(fitting) and candidate.services <= FlowSet.union_of(
                (_WEB, *fitting)
            )
        fitting = [
            place.services
            for place in self._places
            if any(_same_tag(candidate.tag, tag) for tag in place.tags)
        ]
        return bool(fitting) and candidate.services <= FlowSet.union_of(fitting)

    def reasons(self, candidate: Candidate) -> tuple[str, ...]:
        """Return why something that other clusters need is not needed here."""
        found: dict[str, None] = {}
        for each in self._listed.requirements:
            if self._cloud not in each.clouds:
                continue
            place = self._place(each)
            meant = (
                any(within(candidate.name, name) for name in place.names)
                if candidate.name
                else any(_same_tag(candidate.tag, tag) for tag in place.tags)
            )
            if not meant or not candidate.services & services(each):
                continue
            if each.stop is not None and each.stop <= self._day:
                found[f"not needed any more since {each.stop}: {each.why}"] = None
            elif each.feature == CORE:
                found[f"not needed by this cluster: {each.why}"] = None
            else:
                found[f"needed only for {each.feature}"] = None
        held = dict.fromkeys(
            name
            for place in self._places
            for name in place.names
            if "*" in candidate.name and within(name, candidate.name)
        )
        if held:
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            found[f"of these names only {next(iter(held))}{more} are needed"] = None
        return tuple(found)

    def _place(self, requirement: Requirement) -> Place:
        names = requirement.names.get(self._cloud, ())
        tags = (
            each.removeprefix("tag:").replace(f".{REGION}", f".{self.region}")
            for each in requirement.also
        )
        return Place(
            tuple(name.replace(REGION, self.region or REGION) for name in names),
            tuple(tag.removesuffix(".") for tag in tags),
            services(requirement),
        )


def services(requirement: Requirement) -> FlowSet:
    """Return the protocols and ports of a requirement."""
    protocol = (requirement.protocol, requirement.protocol)
    ports = tuple((port, port) for port in requirement.ports)
    return FlowSet.box(protocols=(protocol,), destination_ports=ports)


def _same_tag(narrow: str, wide: str) -> bool:
    """Whether one tag is another, or the part of it in one region."""
    return f"{narrow.lower()}.".startswith(f"{wide.lower()}.")
