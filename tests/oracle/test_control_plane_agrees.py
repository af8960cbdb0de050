"""Who calls, and what the platform needs: the engine beside the definition."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

import fabrics as fab
import strategies_fabric as fabric_strategies
from seawall.engine.path.control_plane import callers
from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.needs import MANAGER, PROBES, Need, met
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.tags import Tags
from seawall.model.admin import AdminCollection
from seawall.model.filter import ServiceTag
from seawall.model.packet import PortRange
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference import control_plane
from seawall.reference.needs import lets_in

snapshots = fabric_strategies.snapshots()
SENDERS = {
    PROBES: ("168.63.129.16",),
    MANAGER: ("1.1.1.1", "40.0.0.1", "52.0.0.0", "52.0.0.9", "20.0.0.1", "9.0.0.1"),
}


@given(snapshots, st.booleans(), st.booleans(), st.sampled_from((None, "nodes")))
def test_the_callers_are_the_same(
    snapshot: Snapshot,
    to_node: bool,  # noqa: FBT001
    named: bool,  # noqa: FBT001
    subnet: str | None,
) -> None:
    assert snapshot.cluster is not None
    first, *others = snapshot.objects.workloads
    if named:
        labels = (("app", "konnectivity-agent"),)
        first = replace(first, namespace="kube-system", labels=labels)
    api = replace(snapshot.cluster.api_server, subnet=fabric_strategies.known(subnet))
    asked = replace(
        snapshot,
        cluster=replace(snapshot.cluster, api_server=api),
        objects=replace(snapshot.objects, workloads=(first, *others)),
    )
    found = callers(Atlas(asked), to_node=to_node)
    expected = control_plane.callers(asked, to_node=to_node)
    assert list(found.ends) == (expected or [])
    assert bool(found.why) is (expected is None)


@given(
    snapshots,
    st.sampled_from(("nodes", "pods", "shared", "endpoints")),
    st.sampled_from((PROBES, MANAGER)),
    st.sampled_from((80, 443, 65200)),
    st.sampled_from((None, 0, 1)),
    st.tuples(fabric_strategies.admin_collections(), st.booleans()),
)
def test_what_the_platform_needs_is_let_in_alike(
    snapshot: Snapshot,
    where: str,
    tag: str,
    port: int,
    renamed: int | None,
    managed: tuple[tuple[AdminCollection, ...], bool],
) -> None:
    collections, gated = managed
    group = snapshot.fabric.security_groups[0]
    rules = [
        replace(rule, sources=(ServiceTag("gatewaymanager"),))
        if number == renamed
        else rule
        for number, rule in enumerate(group.rules)
    ]
    changed = replace(group, rules=tuple(rules))
    fabric = replace(
        snapshot.fabric,
        security_groups=(changed, *snapshot.fabric.security_groups[1:]),
        admin_rules=collections or snapshot.fabric.admin_rules,
    )
    if gated:
        fabric = replace(fabric, application_gateways=(fab.gateway(where),))
    asked = replace(snapshot, fabric=fabric)
    atlas = Atlas(asked)
    home = atlas.subnet(where)
    assert home is not None
    need = Need(tag, PortRange(port, port), "", "")
    found = met(atlas, Filters(atlas, Tags(atlas)), home, need).verdict
    each = {
        lets_in(asked, home, tag.lower(), ip_address(sender), to, port)
        for sender in SENDERS[tag]
        for to in (home.prefixes[0].lowest, home.prefixes[0].highest)
    }
    if found is not Verdict.UNKNOWN:
        assert each == {found}, (found, each)
    if len(each) > 1 or each == {Verdict.UNKNOWN}:
        assert found is Verdict.UNKNOWN, each
