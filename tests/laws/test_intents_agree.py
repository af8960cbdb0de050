"""An intent about a pair says what a question about that pair says."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_reach_count_layers import snapshots

from seawall.model.end import PodEnd
from seawall.model.intent import Demand, Intent, Written
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Judged, Standing
from seawall.query.words.port import PortText, parse_port

DAY = date(2026, 11, 1)
PORTS = ("80", "443", "udp/53", "")
closely = settings(
    max_examples=max(40, settings().max_examples // 4),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def judged(
    case: Case, demand: Demand, source: Workload, target: Workload, port: str
) -> Judged:
    nowhere = Origin("intents.yaml")
    ends = [
        (Written(f"{each.namespace}/{each.name}", nowhere),)
        for each in (source, target)
    ]
    ports = (Written(port, nowhere),) if port else ()
    intent = Intent("i", demand, *ends, ports, "", (), "", nowhere)
    return judge_all(case, (intent,), DAY).judged[0]


def wanted(case: Case, source: Workload, target: Workload, port: str) -> Standing:
    asked = ask(
        case,
        PodEnd(source),
        PodEnd(target),
        parse_port(port) if port else PortText(),
    )
    if asked.partition.allowed:
        return Standing.VIOLATED
    return Standing.UNKNOWN if asked.partition.unknown else Standing.HOLDS


@closely
@given(snapshots(), st.sampled_from(PORTS), st.data())
def test_what_is_forbidden_between_pods_holds_exactly_where_nothing_passes(
    snapshot: Snapshot, port: str, data: st.DataObject
) -> None:
    case = Case(snapshot)
    names = [(each.namespace, each.name) for each in case.workloads]
    own = [
        each for each in case.workloads if names.count((each.namespace, each.name)) == 1
    ]
    if len(own) < 2:
        return
    source, target = data.draw(
        st.lists(st.sampled_from(own), min_size=2, max_size=2, unique_by=id)
    )
    found = judged(case, Demand.FORBID, source, target, port)
    assert found.standing is wanted(case, source, target, port)
    for breach in found.breaches:
        assert breach.says


@closely
@given(snapshots(), st.sampled_from(PORTS), st.data())
def test_nobody_but_some_passes_exactly_where_nobody_else_does(
    snapshot: Snapshot, port: str, data: st.DataObject
) -> None:
    """`only` is what `forbid` says of everybody else, one by one."""
    case = Case(snapshot)
    names = [(each.namespace, each.name) for each in case.workloads]
    own = [
        each
        for each in case.workloads
        if names.count((each.namespace, each.name)) == 1 and not each.host_network
    ]
    if len(own) < 2 or len(own) != len(case.workloads):
        return
    friend, target = data.draw(
        st.lists(st.sampled_from(own), min_size=2, max_size=2, unique_by=id)
    )
    found = judged(case, Demand.ONLY, friend, target, port)
    others = {
        judged(case, Demand.FORBID, each, target, port).standing
        for each in own
        if each is not friend and each is not target
    }
    if Standing.VIOLATED in others:
        assert found.standing is Standing.VIOLATED
    if found.standing is Standing.HOLDS:
        assert others <= {Standing.HOLDS}
