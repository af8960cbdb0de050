"""What is said of an input does not depend on where it lies."""

import json
from pathlib import Path

from arm_templates import required, template
from seawall.ingest import load

CLUSTER = {
    "type": "Microsoft.ContainerService/managedClusters",
    "name": "[parameters('name')]",
    "properties": {"agentPoolProfiles": [{"name": "main"}]},
}


def test_clusters_of_unknown_names_are_in_one_order_wherever_they_lie(
    tmp_path: Path,
) -> None:
    seen = set()
    for at in range(8):
        folder = tmp_path / f"place-{at}"
        for name in ("a", "b", "c"):
            (folder / name).mkdir(parents=True)
            made = template(CLUSTER, parameters=required("name"))
            (folder / name / "main.json").write_text(json.dumps(made), encoding="utf-8")
        found = load([folder])
        assert found.cluster is not None
        listed = (found.cluster, *found.other_clusters)
        seen.add(tuple(Path(it.origin.path).parent.name for it in listed))
    assert seen == {("a", "b", "c")}
