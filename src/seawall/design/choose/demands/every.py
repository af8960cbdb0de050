"""All that is asked for by one set of needs."""

from seawall.design.choose.clause import Demand
from seawall.design.choose.demands import (
    api_server,
    doors,
    egress,
    pods,
    promises,
    room,
)
from seawall.design.requirements.needs import Requirements

_SUBJECTS = (api_server, egress, doors, pods, room, promises)


def every_demand(needs: Requirements) -> tuple[Demand, ...]:
    """Return the demands, in an order that is always the same."""
    return tuple(each for subject in _SUBJECTS for each in subject.demands(needs))
