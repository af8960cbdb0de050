"""What is asked of what runs, and of what runs between steps: needs that packets show.

Namespaces of segments are asked about, whatever their workloads are called.
"""

from collections.abc import Iterator, Sequence

from seawall.design.adopt.ahead import STAND_INS
from seawall.design.layout.hosts import host_of, ports_of
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    Requirements,
)
from seawall.model.intent import Demand, Exemption, Intent, Written
from seawall.model.origin import Origin

_UNSTATED = Origin("the requirements")
_API = "api-server"
_INTERNET = "internet"
Asked = tuple[str, Intent]
"""The path of a need, and what is asked about it."""


def asked(needs: Requirements, spared: Sequence[str] = ()) -> Iterator[Asked]:
    """Yield what is asked about needs, as intents.

    Args:
        needs: What is needed.
        spared: Names that pods reach because their nodes must.
    """
    if needs.access is Access.PRIVATE:
        yield _intent(
            needs,
            "api-server.access",
            "Nothing from the internet arrives at the API server",
            Demand.PRIVATE_CONTROL_PLANE,
        )
    yield from _operators(needs)
    spaces = list(dict.fromkeys(each.namespace for each in needs.segments))
    if spaces:
        yield from _egress(needs, spaces, spared)
        yield from _names(needs)
        yield from _services(needs)
        yield from _segments(needs)
    if spaces and needs.default_deny:
        yield _intent(
            needs,
            "pods.default-deny",
            "Pods are closed unless a policy opens them",
            Demand.DEFAULT_DENY,
            [f"ns:{each}" for each in spaces],
        )


def _operators(needs: Requirements) -> Iterator[Asked]:
    """Yield who must reach the API server, and that nobody else in the internet does.

    Those who come by a network ask for its name there, which is not known here.
    """
    known = authorized_ranges(needs)
    for index, operator in enumerate(needs.operators):
        if operator.desk is not Desk.INTERNET or not operator.ranges:
            continue
        yield _intent(
            needs,
            f"operators[{index}]",
            f"{operator.name} reach the API server",
            Demand.REQUIRE,
            [str(each) for each in operator.ranges],
            [_API],
            ports=(443,),
        )
    if needs.access is Access.RANGES and known:
        yield _intent(
            needs,
            "api-server.access",
            "The API server is reached from the internet by authorized ranges alone",
            Demand.FORBID,
            [_INTERNET],
            [_API],
            spared_sources=[*known, str(STAND_INS)],
        )


def authorized_ranges(needs: Requirements) -> tuple[str, ...]:
    """Return the ranges that needs authorize; those of nodes are not among them."""
    own = (
        each
        for operator in needs.operators
        if operator.desk is Desk.INTERNET
        for each in operator.ranges
    )
    return tuple(dict.fromkeys(map(str, (*needs.access_ranges, *own))))


def _names(needs: Requirements) -> Iterator[Asked]:
    """Yield the names that segments must reach."""
    if needs.egress in (Egress.NONE, Egress.OPEN):
        return
    for index, name in enumerate(needs.names):
        host = name.name.replace("*", "www", 1)
        for one in needs.segments:
            if not name.segments or one.name in name.segments:
                yield _intent(
                    needs,
                    f"egress.names[{index}]",
                    f"{one.name} reaches {host}",
                    Demand.REQUIRE,
                    [f"ns:{one.namespace}"],
                    [host],
                    ports=name.ports,
                )


def _services(needs: Requirements) -> Iterator[Asked]:
    """Yield the services of the platform that segments must reach."""
    for index, service in enumerate(needs.services):
        for one in needs.segments:
            if one.name in service.segments:
                yield _intent(
                    needs,
                    f"services[{index}]",
                    f"{one.name} reaches {host_of(service)}",
                    Demand.REQUIRE,
                    [f"ns:{one.namespace}"],
                    [host_of(service)],
                    ports=ports_of(service),
                )


def _egress(
    needs: Requirements, spaces: Sequence[str], spared: Sequence[str]
) -> Iterator[Asked]:
    path = "egress.to"
    ends = [f"ns:{each}" for each in spaces]
    if needs.egress is Egress.FIREWALL:
        says = "What pods send to the internet passes a firewall"
        yield _intent(needs, path, says, Demand.FIREWALL_ONLY, ends)
    elif needs.egress in (Egress.NAMES, Egress.NONE):
        named = [each.name for each in needs.names]
        listed = needs.egress is Egress.NAMES
        says = (
            "Pods reach listed names only"
            if listed
            else "Pods reach nothing in the internet"
        )
        yield _intent(
            needs,
            path,
            says,
            Demand.FORBID,
            ends,
            [_INTERNET],
            spared=(*named, *spared) if listed else (),
        )
    elif needs.egress is Egress.OPEN:
        for space in spaces:
            yield _intent(
                needs,
                path,
                f"{space} reaches the internet",
                Demand.REQUIRE,
                [f"ns:{space}"],
                [_INTERNET],
                ports=(443,),
            )


def _segments(needs: Requirements) -> Iterator[Asked]:
    spaces = {each.name: each for each in needs.segments}
    for place, one in enumerate(needs.segments):
        for number, call in enumerate(one.calls):
            other = spaces.get(call.segment)
            if other is not None and other.namespace != one.namespace:
                yield _intent(
                    needs,
                    f"segments[{place}].calls[{number}]",
                    f"{one.name} reaches {other.name}",
                    Demand.REQUIRE,
                    [f"ns:{one.namespace}"],
                    [f"ns:{other.namespace}"],
                    ports=call.ports or other.serves,
                )
        strangers = [
            f"ns:{it.namespace}"
            for it in needs.segments
            if one.tenant and it.tenant and it.tenant != one.tenant
        ]
        if strangers:
            yield _intent(
                needs,
                f"segments[{place}].tenant",
                f"{one.name} reaches no other tenant",
                Demand.FORBID,
                [f"ns:{one.namespace}"],
                strangers,
            )


def _intent(  # noqa: PLR0913
    needs: Requirements,
    path: str,
    says: str,
    demand: Demand,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    *,
    ports: Sequence[int] = (),
    spared: Sequence[str] = (),
    spared_sources: Sequence[str] = (),
) -> Asked:
    origin = needs.stated.get(path, _UNSTATED)

    def written(texts: Sequence[str]) -> tuple[Written, ...]:
        return tuple(Written(text, origin) for text in texts)

    exempt = (
        *(
            Exemption((), written([name]), (), "it is listed", None, origin)
            for name in spared
        ),
        *(
            Exemption(written([who]), (), (), "it is authorized", None, origin)
            for who in spared_sources
        ),
    )
    return path, Intent(
        says,
        demand,
        written(sources),
        written(targets),
        written([str(each) for each in ports]),
        "",
        exempt,
        "",
        origin,
    )
