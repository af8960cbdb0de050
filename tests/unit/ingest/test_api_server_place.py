"""The API server as policies of Cilium mean it: only where it may be."""

from pathlib import Path

from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.ends import Addresses, AllOf, AnyOf, Ends, Not, Perhaps, World
from seawall.model.snapshot import Snapshot

CONTOSO = Path(__file__).parents[3] / "examples" / "contoso"
POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: inside, namespace: identity}}
spec:
  endpointSelector: {{}}
  egress: [{{toEntities: [{entity}]}}]
"""
ASSUMED = "cilium-cluster-entity-without-api-server"


def meant(snapshot: Snapshot) -> Ends:
    (policy,) = [it for it in snapshot.objects.ranked_policies if it.name == "inside"]
    return policy.egress[0].far


def written(tmp_path: Path, entity: str) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.format(entity=entity))
    return path


def test_without_a_cluster_the_api_server_is_left_out_and_that_is_said(
    tmp_path: Path,
) -> None:
    snapshot = load([written(tmp_path, "cluster")])
    assert meant(snapshot) == Not(World())
    assert ASSUMED in {item.id for item in snapshot.assumptions}


def test_beside_a_private_cluster_it_may_be_at_private_addresses(
    tmp_path: Path,
) -> None:
    snapshot = load([CONTOSO, written(tmp_path, "cluster")])
    assert ASSUMED not in {item.id for item in snapshot.assumptions}
    found = meant(snapshot)
    assert isinstance(found, AnyOf)
    inside, server = found.items
    assert inside == Not(World())
    assert isinstance(server, Perhaps)
    assert isinstance(server.item, AllOf)
    world, blocks = server.item.items
    assert world == World()
    assert isinstance(blocks, AnyOf)
    assert all(isinstance(item, Addresses) for item in blocks.items)


def test_no_public_address_is_that_of_a_private_api_server(tmp_path: Path) -> None:
    snapshot = load([CONTOSO, written(tmp_path, "kube-apiserver")])
    found = meant(snapshot)
    assert isinstance(found, Perhaps)
    assert isinstance(found.item, AllOf)
    blocks = found.item.items[1]
    assert isinstance(blocks, AnyOf)
    public = AddressRange.parse("8.8.8.8")
    for item in blocks.items:
        assert isinstance(item, Addresses)
        assert not item.block.block.overlaps(public)
