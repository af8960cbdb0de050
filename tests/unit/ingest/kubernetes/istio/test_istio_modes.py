"""Which mode of mutual TLS counts, against a definition that looks at one pod."""

from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from seawall.ingest.kubernetes.istio.peer import PeerAuthentication, refusals
from seawall.ingest.kubernetes.istio.rule import Proxy
from seawall.model.dataplane import SPEC
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.selector import EVERYTHING, Operator, Requirement, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import MeshRole, Workload
from seawall.reference.policy import PodAt, PolicyQuestion, decide

HERE = Origin("a.yaml")
SIDECAR = Proxy(
    MeshRole.SIDECAR, frozenset({MeshRole.SIDECAR, MeshRole.GATEWAY}), frozenset()
)
APP_A = Selector((Requirement("app", Operator.IN, frozenset({"a"})),))
MODES = ("STRICT", "PERMISSIVE", None)


@st.composite
def modes(draw: st.DrawFn) -> PeerAuthentication:
    """One object: for the mesh, a namespace, or some pods of it."""
    namespace = draw(st.sampled_from(("istio-system", "red", "blue")))
    selector, ports = EVERYTHING, ()
    if namespace != "istio-system" and draw(st.booleans()):
        selector = APP_A
        if draw(st.booleans()):
            ports = ((80, draw(st.sampled_from(MODES))),)
    mode = draw(st.sampled_from(MODES))
    return PeerAuthentication(namespace, "p", selector, mode, ports, HERE)


def possible(
    objects: list[PeerAuthentication], namespace: str, app: str
) -> set[str | None]:
    """Return the modes that may count away from single ports, whichever is oldest."""
    levels: list[list[PeerAuthentication]] = [[], [], []]
    for item in objects:
        if item.namespace == "istio-system":
            levels[0].append(item)
        elif item.namespace == namespace and item.selector == EVERYTHING:
            levels[1].append(item)
        elif item.namespace == namespace and app == "a":
            levels[2].append(item)
    found = set()
    for chosen in product(*(level or [None] for level in levels)):
        stated = [item.mode for item in chosen if item is not None and item.mode]
        found.add(stated[-1] if stated else "PERMISSIVE")
    return found


def wide(namespace: str, mode: str | None) -> PeerAuthentication:
    return PeerAuthentication(namespace, "p", EVERYTHING, mode, (), HERE)


@example([wide("istio-system", "STRICT"), wide("red", "PERMISSIVE"), wide("red", None)])
@given(objects=st.lists(modes(), max_size=4))
def test_the_narrowest_mode_that_is_set_counts(
    objects: list[PeerAuthentication],
) -> None:
    policies = tuple(refusals(objects, [SIDECAR]))
    outside = Workload("plain", "old", "Pod", (), HERE, mesh=MeshRole.NONE)
    for namespace, app in product(("red", "blue"), ("a", "b")):
        pod = Workload(
            namespace, "pod", "Pod", (("app", app),), HERE, mesh=MeshRole.SIDECAR
        )
        cluster = KubernetesObjects(workloads=(outside, pod), ranked_policies=policies)
        question = PolicyQuestion(PodAt(outside), PodAt(pod), Protocol.TCP, 81)
        verdict = decide(cluster, SPEC, question).verdict
        found = possible(objects, namespace, app)
        if verdict is Verdict.DENIED:
            assert found == {"STRICT"}
        elif verdict is Verdict.ALLOWED:
            assert found == {"PERMISSIVE"}
        elif len(objects) <= 1:
            raise AssertionError(verdict)
