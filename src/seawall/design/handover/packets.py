"""A sample of packets, each decided by the definition, beside the verdict over sets.

The two share no code; where they differ, one of them is wrong and nothing is proved.

Source: docs/decisions/0002, docs/semantics/path.md, V3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from seawall.flowspace import FlowSet, Header
from seawall.model.address import Address, AddressRange
from seawall.model.end import AddressEnd, End, NodeEnd, OnPremisesEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet
from seawall.model.trace import Verdict
from seawall.query.ask import answered, plain
from seawall.query.case import Case
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow

_CHOICES = 6
_WITH_PORTS = (6, 17, 132)
_OUTSIDE = ("198.51.100.100", "169.254.169.254", "168.63.129.16")
"""A public address for documentation, and the platform's own."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What became of a sample.

    Attributes:
        count: How many packets were decided.
        differing: Packets of which the two say different things, in words.
    """

    count: int
    differing: tuple[str, ...]


def sample(case: Case) -> Sample:
    """Decide packets between all workloads, and from them to the outside.

    Of each pair one packet that passes is taken, and one that does not.

    Complexity: a walk for each pair, and `_CHOICES` walks for each packet.
    """
    count = 0
    differing = []
    for source, target in _pairs(case):
        answer = answered(case, source, target, FlowSet.everything())
        parts = {
            Verdict.ALLOWED: answer.allowed,
            Verdict.DENIED: answer.denied,
            Verdict.UNKNOWN: answer.unknown,
        }
        for verdict, flows in parts.items():
            header = flows.witness(plain(flows))
            if header is None:
                continue
            count += 1
            found = _decided(case, source, target, header)
            if found is not verdict:
                ends = f"{case.end_text(source)} -> {case.end_text(target)}"
                differing.append(
                    f"{ends}, protocol {header.protocol}, port "
                    f"{header.destination_port}: {verdict.value} over sets, "
                    f"{found.value} alone"
                )
    return Sample(count, tuple(differing))


def _pairs(case: Case) -> Iterator[tuple[End, End]]:
    pods: list[End] = [PodEnd(workload) for workload in case.workloads]
    outside: list[End] = [
        AddressEnd((AddressRange.of(ip_address(text)),)) for text in _OUTSIDE
    ]
    for source in pods:
        for target in (*pods, *outside):
            if target != source:
                yield source, target


def _decided(case: Case, source: End, target: End, header: Header) -> Verdict:
    start = case.paths.starts(source)[0]
    if not isinstance(source, PodEnd | NodeEnd | SubnetEnd | OnPremisesEnd):
        raise TypeError(f"no packets of {source} are sampled")
    here = Start(source, start.pool.name if start.pool else "", start.network or "")
    packet = _packet(header)
    return agreed(
        follow(case.snapshot, here, packet, target=target, choice=_Chosen(turn)).verdict
        for turn in range(_CHOICES)
    )


def _packet(header: Header) -> Packet:
    source, destination = ip_address(header.source), ip_address(header.destination)
    if header.protocol in _WITH_PORTS:
        return Packet(
            source,
            destination,
            header.protocol,
            header.source_port,
            header.destination_port,
        )
    return Packet(source, destination, header.protocol)


@dataclass(slots=True)
class _Chosen:
    """Chooses for the platform: by turns the lowest or highest of the options."""

    turn: int

    def address(self, what: str, options: tuple[AddressRange, ...]) -> Address:
        """Return one address of *options*."""
        item = options[(self.turn // 2 + len(what)) % len(options)]
        return item.highest if self.turn % 2 else item.lowest

    def port(self) -> int:
        """Return a source port."""
        return (1024, 40000, 65535)[self.turn % 3]
