"""One packet, asked of the engine and of the definition at once."""

from ipaddress import ip_address

import strategies_fabric as fabric_strategies
from fabrics import cidr
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.end import AddressEnd, End, NameEnd
from seawall.model.packet import Packet
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.name import resolve
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN


def ask(
    asked: Snapshot,
    source: End,
    to: str,
    port: int = 443,
    *,
    protocol: int = 6,
    sender: str = "",
) -> Verdict:
    """Return the verdict that both implementations give on one packet.

    Where the platform has a choice, the definition is asked for many.
    """
    model = PathModel.build(asked)
    name = to if to[0].isalpha() else None
    target: End = NameEnd(to) if name else AddressEnd((cidr(to),))
    start = model.starts(source)[0]
    found = resolve(asked, start.network, name) if name else None
    sent_to = ip_address("1.2.3.4") if name else cidr(to).lowest
    if found is not None and found.addresses:
        sent_to = found.addresses[0]
    sent_from = ip_address(sender) if sender else start.sources.ranges[0].lowest
    packet = Packet(sent_from, sent_to, protocol, 40000, port)
    if protocol not in (6, 17, 132):
        packet = Packet(sent_from, sent_to, protocol)
    here = Start(source, start.pool.name if start.pool else "", start.network or "")
    if found is not None and found.kind in ("nothing", "unknown"):
        verdict = D if found.kind == "nothing" else U
    else:
        verdict = agreed(
            follow(
                asked,
                here,
                packet,
                name=name,
                target=target,
                choice=fabric_strategies.Drawn(number),
            ).verdict
            for number in range(10)
        )
    header = Header(
        sent_to.version,
        protocol,
        int(sent_from),
        int(sent_to),
        packet.source_port,
        packet.destination_port,
    )
    answer = model.partition(source, target)
    ours = {
        A: header in answer.allowed,
        D: header in answer.denied,
        U: header in answer.unknown,
    }
    if any(ours.values()):
        assert ours[verdict], (verdict, ours)
    else:
        assert verdict is D
        assert not answer.allowed
        assert not answer.unknown
    return verdict
