"""A pod that comes to be fares as the exposure said before."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from policy_cluster import IN, cluster, pod, pods, policy, rule, term
from seawall.model.address import Address
from seawall.model.dataplane import DATAPLANES, Dataplane
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction, Policy, PolicyRule
from seawall.model.selector import EVERYTHING, Selector
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import ContainerPort, Namespace, Pod, Workload
from seawall.query.exposure.answer import Exposed, exposures
from seawall.query.exposure.future import Region
from seawall.query.exposure.label_space import Axis, holds
from seawall.query.exposure.reader import Exposure
from seawall.reference.policy import PodAt, PolicyQuestion, decide
from strategies import NAME_LABEL, ORIGIN, clusters, labels, peers, port_matches

PORTS = (1, 53, 79, 80, 81, 443, 8080)


@st.composite
def policed(draw: st.DrawFn) -> KubernetesObjects:
    """A small cluster, mostly with a policy that names pods and holds a workload."""
    objects = draw(clusters())
    if draw(st.integers(0, 4)) == 0:
        return objects
    named = st.lists(peers(version6=False), min_size=1, max_size=2).map(tuple)
    ports = st.lists(port_matches(), min_size=1, max_size=2).map(tuple)
    rules = st.lists(
        st.builds(PolicyRule, named, st.none() | ports, st.just(ORIGIN)),
        min_size=1,
        max_size=3,
    ).map(tuple)
    added = Policy(
        objects.workloads[0].namespace,
        "added",
        EVERYTHING,
        frozenset(Direction),
        draw(rules),
        draw(rules),
        ORIGIN,
    )
    return replace(objects, policies=(*objects.policies, added))


@st.composite
def newborns(
    draw: st.DrawFn, objects: KubernetesObjects
) -> tuple[Workload, Namespace, bool]:
    """A pod, its namespace, and whether that is new."""
    is_new = draw(st.booleans())
    place = draw(st.sampled_from(objects.namespaces))
    if is_new:
        name = draw(st.sampled_from(("y", "z", "w")))
        assume(all(item.name != name for item in objects.namespaces))
        held = tuple(sorted((*draw(labels()), (NAME_LABEL, name))))
        place = Namespace(name, held, declared=True, origin=ORIGIN)
    return Workload(place.name, "new", "Pod", draw(labels()), ORIGIN), place, is_new


@given(
    objects=policed(),
    dataplane=st.sampled_from(list(DATAPLANES.values())),
    data=st.data(),
)
def test_a_pod_that_comes_to_be_fares_as_its_exposure_said(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    newborn, place, is_new = data.draw(newborns(objects))
    grown = replace(objects, workloads=(*objects.workloads, newborn))
    if is_new:
        grown = replace(grown, namespaces=(*grown.namespaces, place))
    protocol = data.draw(st.sampled_from((Protocol.TCP, Protocol.UDP)))
    for item in _exposures(objects, dataplane):
        rows = [one for one in item.found if _holds(one, newborn, place, is_new=is_new)]
        # Where nothing passes there is no row; pods with a row have one alone.
        assert len(rows) <= 1
        for port in PORTS:
            wanted = _definition(grown, dataplane, item, newborn, (protocol, port))
            got = Verdict.DENIED if not rows else _said(rows[0], protocol, port)
            assert got is wanted, (item.workload.label, item.direction, port)


@given(
    objects=policed(),
    dataplane=st.sampled_from(list(DATAPLANES.values())),
    data=st.data(),
)
def test_a_pod_with_named_ports_is_never_said_to_fare_otherwise_than_it_does(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    newborn, place, is_new = data.draw(newborns(objects))
    port = data.draw(st.sampled_from(PORTS))
    newborn = replace(newborn, ports=(ContainerPort("web", port),))
    grown = replace(objects, workloads=(*objects.workloads, newborn))
    if is_new:
        grown = replace(grown, namespaces=(*grown.namespaces, place))
    for item in _exposures(objects, dataplane):
        if item.direction is Direction.INGRESS:
            continue
        wanted = _definition(grown, dataplane, item, newborn, (Protocol.TCP, port))
        rows = [one for one in item.found if _holds(one, newborn, place, is_new=is_new)]
        got = Verdict.DENIED
        for row in rows:
            got = _said(row, Protocol.TCP, port)
            if ("TCP", "web") in row.named:
                got = Verdict.ALLOWED
            elif got is Verdict.DENIED and ("TCP", "web") in row.perhaps_named:
                got = Verdict.UNKNOWN
        assert got is wanted or got is Verdict.UNKNOWN or wanted is Verdict.UNKNOWN


def test_conditions_that_cannot_be_combined_are_an_answer_and_no_guess() -> None:
    """Fourteen keys with two values each: more combinations than are looked at."""
    many = [Selector(term(f"key-{at}", "In", "a").requirements) for at in range(14)]
    objects = cluster(
        policy("x/p", ingress=[rule([pods(item)]) for item in many]),
        workloads=(pod("x/a"),),
    )
    (found,) = exposures(
        Snapshot(objects=objects), next(iter(DATAPLANES.values())),
        [(objects.workloads[0], IN)],
    )  # fmt: skip
    assert found.is_unknown
    assert not found.found
    assert "32768 combinations" in found.why


def _exposures(objects: KubernetesObjects, dataplane: Dataplane) -> list[Exposed]:
    wanted = [(item, way) for item in objects.workloads for way in Direction]
    return list(exposures(Snapshot(objects=objects), dataplane, wanted))


def _definition(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    item: Exposed,
    newborn: Workload,
    service: tuple[Protocol, int],
) -> Verdict:
    """Return what the policies of the workload's side do, for every pod of it."""
    found = {
        _in_some_family(objects, dataplane, item, each, newborn, service)
        for each in item.workload.pods or (Pod("any"),)
    }
    return found.pop() if len(found) == 1 else Verdict.UNKNOWN


def _in_some_family(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    item: Exposed,
    own_pod: Pod,
    newborn: Workload,
    service: tuple[Protocol, int],
) -> Verdict:
    first: dict[int, Address] = {}
    for address in own_pod.addresses:
        first.setdefault(address.version, address)
    verdicts = set()
    for version in first or _families(objects):
        own = PodAt(item.workload, own_pod, first.get(version))
        far = PodAt(newborn, Pod("new-born"))
        ends = (own, far) if item.direction is Direction.EGRESS else (far, own)
        decision = decide(
            objects, dataplane, PolicyQuestion(*ends, service[0], service[1], version)
        )
        side = (
            decision.egress if item.direction is Direction.EGRESS else decision.ingress
        )
        verdicts.add(side.verdict)
    order = (Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED)
    return next(verdict for verdict in order if verdict in verdicts)


def _families(objects: KubernetesObjects) -> tuple[int, ...]:
    seen = {
        address.version
        for workload in objects.workloads
        for each in workload.pods
        for address in (*each.addresses, *each.node_addresses)
    }
    return (4, 6) if 6 in seen else (4,)


def _holds(
    item: Exposure, newborn: Workload, place: Namespace, *, is_new: bool
) -> bool:
    for region, box in item.peers.parts:
        if bool(region.groups) == is_new:
            continue
        point = _point(region, newborn, place)
        if all(at in held for at, held in zip(point, box, strict=True)):
            return True
    return False


def _point(region: Region, newborn: Workload, place: Namespace) -> list[int]:
    own, around = dict(newborn.labels), dict(place.labels)
    if region.groups:
        first = [
            at
            for at, group in enumerate(region.groups)
            if place.name in {item.name for item in group}
        ]
    else:
        first = [_class(axis, around.get(axis.key)) for axis in region.places]
    return first + [_class(axis, own.get(axis.key)) for axis in region.pods]


def _class(axis: Axis, value: str | None) -> int:
    truth = [holds(item, value) for item in axis.tests]
    found = [
        at
        for at, values in enumerate(axis.classes)
        if [holds(item, values[0]) for item in axis.tests] == truth
    ]
    assert len(found) == 1
    return found[0]


def _said(item: Exposure, protocol: Protocol, port: int) -> Verdict:
    if _within(item.allowed, protocol, port):
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if _within(item.unknown, protocol, port) else Verdict.DENIED


def _within(services: Iterable[tuple[str, str]], protocol: Protocol, port: int) -> bool:
    return any(
        name == "any"
        or (
            name == protocol.name
            and any(
                PortRange.parse(part).first <= port <= PortRange.parse(part).last
                for part in ports.split(",")
            )
        )
        for name, ports in services
    )
