"""One packet of an answer, place by place, in words."""

from seawall.engine.path.ground.branch import Branch, Step
from seawall.engine.path.ground.rewrite import Rewrites, applied
from seawall.engine.path.ground.space import Space, from_intervals
from seawall.engine.path.ground.verdicts import Said
from seawall.flowspace import ICMP, ICMP6, Field, FlowSet, Header
from seawall.model.packet import WITH_PORTS, Protocol
from seawall.model.trace import HeaderView, Hop, Verdict

_NAMES = {int(each): each.name for each in Protocol}
_MOST_RANGES = 3


def single(header: Header) -> FlowSet:
    """Return the set that holds one header only."""
    ported = header.protocol in WITH_PORTS
    icmp = header.protocol in (ICMP, ICMP6)
    first = ((header.source_port, header.source_port),)
    second = ((header.destination_port, header.destination_port),)
    return FlowSet.box(
        families=(header.family,),
        protocols=((header.protocol, header.protocol),),
        sources={header.family: ((header.source, header.source),)},
        destinations={header.family: ((header.destination, header.destination),)},
        source_ports=first if ported else None,
        destination_ports=second if ported else None,
        icmp_types=first if icmp else None,
        icmp_codes=second if icmp else None,
    )


def hops_of(branch: Branch, steps: tuple[Step, ...], header: Header) -> tuple[Hop, ...]:
    """Return what happens to one packet of a branch, hop by hop.

    Args:
        branch: The branch.
        steps: Its steps, policies included.
        header: A header of the branch, as it left the start.
    """
    # The name that a gateway uses is none of the client's.
    name = "" if branch.relay is not None else branch.question.name
    packet = _Packet(header, name)
    return tuple(_hop(step, packet) for step in steps)


class _Packet:
    """One packet, and how it looks after the rewrites that were asked about.

    Most places translate nothing, so that neighbours see the packet alike.
    """

    def __init__(self, header: Header, name: str) -> None:
        self.header = header
        self._single = single(header)
        self._name = name
        self._applied: dict[Rewrites, FlowSet] = {}
        self._views: dict[Rewrites, HeaderView] = {}

    def applied(self, rewrites: Rewrites) -> FlowSet:
        """Return what the packet may look like after some rewrites."""
        if rewrites not in self._applied:
            self._applied[rewrites] = applied(rewrites, self._single)
        return self._applied[rewrites]

    def view(self, rewrites: Rewrites) -> HeaderView:
        """Return how the packet looks after some rewrites, for a person."""
        if rewrites not in self._views:
            current = self.applied(rewrites)
            self._views[rewrites] = _view(self._single, current, self._name)
        return self._views[rewrites]


def _hop(step: Step, packet: _Packet) -> Hop:
    verdict = Verdict.ALLOWED
    header = packet.header
    if header in step.denied:
        verdict = Verdict.DENIED
    elif header in step.unknown:
        verdict = Verdict.UNKNOWN
    current = packet.applied(step.before)
    reason = _reason(step, current, verdict)
    return Hop(
        layer=step.layer,
        at=step.at,
        verdict=verdict,
        says=reason.says,
        rule=reason.rule,
        source=reason.source,
        before=packet.view(step.before),
        after=packet.view(step.after),
    )


def _reason(step: Step, current: FlowSet, verdict: Verdict) -> Said:
    """Return why a step decides; where choices of the platform differ, the refusal."""
    ruling = step.ruling
    parts = {
        Verdict.DENIED: current & ruling.denied,
        Verdict.UNKNOWN: current & ruling.unknown,
        Verdict.ALLOWED: current - ruling.denied - ruling.unknown,
    }
    if verdict is Verdict.UNKNOWN and not parts[Verdict.UNKNOWN]:
        refused = parts[Verdict.DENIED] or current
        found = ruling.say(refused, Verdict.DENIED)
        says = f"depends on an address that the platform chooses: {found.says}"
        return Said(says, found.rule, found.source)
    return ruling.say(parts[verdict] or current, verdict)


def view(packet: FlowSet, rewrites: Rewrites, name: str) -> HeaderView:
    """Return how a packet looks after some rewrites, for a person."""
    return _view(packet, applied(rewrites, packet), name)


def _view(packet: FlowSet, current: FlowSet, name: str) -> HeaderView:
    header = current.witness() or packet.witness()
    if header is None:
        return HeaderView("", "", "", "")
    to = _short(from_intervals(current.project(Field.DESTINATION)))
    ported = header.protocol in WITH_PORTS
    return HeaderView(
        source=_short(from_intervals(current.project(Field.SOURCE))),
        destination=f"{name}={to}" if name else to,
        protocol=_NAMES.get(header.protocol, str(header.protocol)),
        port=str(header.destination_port) if ported else "",
    )


def _short(space: Space) -> str:
    listed = [str(item) for item in space.ranges[:_MOST_RANGES]]
    more = len(space.ranges) - len(listed)
    return ",".join(listed) + (f",... ({more} more)" if more else "")
