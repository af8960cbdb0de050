"""What may leave past every route by a service endpoint, where that is not known.

A question about the internet does not say which addresses are those of a service, so
the service is asked about by its tag.

Source: docs/semantics/path.md, R15.
"""

from collections.abc import Iterator

from seawall.engine.path.routes.straight import TAGS
from seawall.flowspace import FlowSet
from seawall.model.end import End, NodeEnd, PodEnd, SubnetEnd, TagEnd
from seawall.model.trace import Layer
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.intents.pair import Crossing

_INSIDE = (NodeEnd, PodEnd, SubnetEnd)


def straight(case: Case, source: End) -> Iterator[Crossing]:
    """Yield what an end may send to a service past every route, a crossing a service.

    Nothing where the addresses of the service are known: there the internet is told
    apart from it.

    Complexity: a walk for each service that subnets have endpoints for.
    """
    if not isinstance(source, _INSIDE):
        return
    for service in _services(case):
        tag = TAGS[service.lower()]
        if case.paths.atlas.tag_space(tag) is not None:
            continue
        target = TagEnd(tag)
        answer = answered(case, source, target, FlowSet.everything())
        parts = [
            way.verdicts()
            for way in answer.branches
            if any(step.layer is Layer.SERVICE_ENDPOINT for step in way.steps)
        ]
        flows = FlowSet.union_of(part.allowed | part.unknown for part in parts)
        if flows:
            via = f"a service endpoint for {service}, past every route"
            yield Crossing(source, target, FlowSet.empty(), flows, via)


def _services(case: Case) -> list[str]:
    return sorted(
        {
            service
            for subnet in case.snapshot.fabric.subnets
            for service in subnet.service_endpoints
            if service.lower() in TAGS
        }
    )
