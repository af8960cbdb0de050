"""Ways in through proxies where the network around the cluster is known."""

from pathlib import Path

from seawall.ingest import LoadOptions, load
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.edge import edge
from seawall.query.reach.answer import reach
from seawall.query.reach.policy import Narrowing

CONTOSO = Path(__file__).parents[3] / "examples" / "contoso"
SEALED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: sealed, namespace: ingress}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


def _verdicts(snapshot: Snapshot) -> tuple[dict[str, Verdict], dict[str, Verdict]]:
    case = Case(snapshot)
    overview = {item.target_text: item.verdict for item in edge(case)}
    answer = reach(snapshot, case.dataplane, Narrowing(), layers="all")
    return overview, {item.target_text: item.verdict for item in answer.ways_in}


def test_the_proxy_reaches_the_pods_through_every_layer() -> None:
    overview, rows = _verdicts(load([CONTOSO], options=LoadOptions()))
    assert overview["shop/storefront[Deployment]"] is Verdict.ALLOWED
    assert rows == overview


def test_what_the_proxy_may_not_send_does_not_come_in(tmp_path: Path) -> None:
    policies = CONTOSO / "manifests" / "ingress" / "policies.yaml"
    files = [path for path in CONTOSO.rglob("*") if path.is_file() and path != policies]
    (tmp_path / "sealed.yaml").write_text(SEALED)
    snapshot = load([*files, tmp_path], options=LoadOptions())
    overview, rows = _verdicts(snapshot)
    assert overview["shop/storefront[Deployment]"] is Verdict.DENIED
    assert rows == overview
    reasons = [item.reason for item in edge(Case(snapshot))]
    assert all("network policy" in reason for reason in reasons)
