"""Room for what policies may mention next.

What an index does not tell apart, no edit can add without cutting again. Room is cheap
where it makes no more units and few more atoms.
"""

from collections.abc import Iterable

from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.model.address import AddressRange
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import BlockPeer
from seawall.model.workload import Workload

VALUES = 1_000
"""A label key with more values than this names single pods, such as the ordinal of a
StatefulSet; there is no room for it before a policy mentions it."""

PORTS = (
    *(22, 25, 53, 80, 88, 123, 389, 443, 445, 636, 1433, 1521, 2379, 3000, 3306),
    *(4317, 4318, 5000, 5432, 5671, 5672, 6379, 8000, 8080, 8081, 8443, 9000, 9090),
    *(9092, 9093, 9100, 9200, 10250, 15012, 15017, 15021, 27017, 50051),
)
BLOCKS = ("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def room_for(workloads: Iterable[Workload]) -> Vocabulary:
    """Return what policies on some workloads are likely to mention.

    That is every label key of theirs but the volatile ones, every named port, the
    numbers of these, ports that people know by heart, and private addresses.

    Complexity: linear in workloads, whatever their pods.
    """
    room = Vocabulary()
    values: dict[str, set[str]] = {}
    seen: set[tuple[tuple[str, str], ...]] = set()
    for workload in workloads:
        if workload.labels not in seen:
            seen.add(workload.labels)
            for key, value in workload.labels:
                values.setdefault(key, set()).add(value)
        for port in workload.ports:
            room.names.add((port.protocol, port.name))
            room.ports.add((port.protocol, PortRange(port.port, port.port)))
    room.label_keys = {key for key, found in values.items() if len(found) <= VALUES}
    room.ports |= {(Protocol.TCP, PortRange(port, port)) for port in PORTS}
    room.ports.add((Protocol.UDP, PortRange(53, 53)))
    blocks = (BlockPeer(AddressRange.parse(text)) for text in BLOCKS)
    room.blocks = dict.fromkeys(blocks)
    return room
