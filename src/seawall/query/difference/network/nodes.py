"""What nodes exchange with addresses and each other; policies know nothing of it."""

from collections.abc import Iterator

from seawall.flowspace import Field
from seawall.model.end import AddressEnd, End, InternetEnd, NodeEnd
from seawall.query.difference.change import NODES, NamedEnd
from seawall.query.difference.network.rows import (
    ANYWHERE,
    Key,
    Row,
    between,
    from_address,
    passing_by_service,
    to_address,
)
from seawall.query.difference.network.survey import Survey
from seawall.query.reach.cells import either, passing


def rows_from_nodes(survey: Survey) -> Iterator[tuple[Key, Row]]:
    """Yield what the nodes of each pool may send to addresses."""
    case, asked = survey.case, AddressEnd(survey.asked.ranges)
    for name, end in _pools(survey):
        known = passing(case.paths.partition(end, asked).partition, Field.SOURCE)
        row = Row(known, Field.DESTINATION, case, to_address(case, end))
        yield Key("ways out", "", name, ANYWHERE), row


def rows_to_nodes(survey: Survey) -> Iterator[tuple[Key, Row]]:
    """Yield what addresses may send to the nodes of each pool.

    The internet is asked where nodes may have addresses of it.
    """
    case = survey.case
    sources: list[End] = [InternetEnd()]
    if survey.inward.sources:
        sources.append(AddressEnd(survey.inward.sources.ranges))
    for name, end in _pools(survey):
        known = either(
            passing(case.paths.partition(source, end).partition, Field.DESTINATION)
            for source in sources
        )
        row = Row(known, Field.SOURCE, case, from_address(case, end))
        yield Key("ways in", "", ANYWHERE, name), row


def rows_between_nodes(survey: Survey) -> Iterator[tuple[Key, Row]]:
    """Yield what the nodes of each pool may send to those of each, their own too.

    Nodes of one pool are alike, so two of them speak for all.
    """
    case = survey.case
    for source, one in _pools(survey):
        for target, other in _pools(survey):
            known = passing_by_service(case.paths.partition(one, other))
            row = Row(known, None, case, between(case, one, other))
            yield Key(NODES, "", source, target), row


def _pools(survey: Survey) -> Iterator[tuple[NamedEnd, NodeEnd]]:
    cluster = survey.case.cluster
    for pool in cluster.pools if cluster else ():
        yield NamedEnd("end", f"nodes of {pool.name}"), NodeEnd(pool.name)
