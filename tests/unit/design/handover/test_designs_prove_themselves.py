"""A design is handed over if its own files prove it, and otherwise not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, NotProved, Surface, make
from seawall.design.handover import prove as proving
from seawall.design.handover.intents import left_out
from seawall.design.handover.making import files_of
from seawall.design.requirements.needs import Requirements
from seawall.design.requirements.read import read_requirements
from seawall.ingest import load
from seawall.model.origin import Origin
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Standing

DAY = date(2026, 11, 29)
BOTH = (Surface.BICEP, Surface.ARM)
SCENARIOS = Path(__file__).parents[4] / "examples" / "scenarios"


def needed(scenario: str) -> tuple[Requirements, Decided]:
    return decided_by(SCENARIOS / f"{scenario}.yaml")


def written(text: str, folder: Path) -> tuple[Requirements, Decided]:
    file = folder / "needs.yaml"
    file.write_text(text, encoding="utf-8")
    return decided_by(file)


def decided_by(file: Path) -> tuple[Requirements, Decided]:
    needs, _ = read_requirements(file, DAY)
    assert needs is not None
    decided = choose(needs, DAY)
    assert isinstance(decided, Decided)
    return needs, decided


@pytest.mark.parametrize(
    "scenario", ["windows", "egress-by-policy", "network-sees-pods"]
)
def test_what_is_handed_over_proves_itself_again(tmp_path: Path, scenario: str) -> None:
    made = make(*needed(scenario), BOTH, tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    there = [path for path in made.folder.rglob("*.*") if path.is_file()]
    written = {path.relative_to(made.folder).as_posix() for path in there}
    assert written == {*made.files, ".seawall-design.json"}
    names = ("bicep", "kubernetes", "proof/workloads.yaml", "intents.yaml")
    snapshot = load([made.folder / name for name in names])
    tested = judge_all(Case(snapshot), snapshot.intents, DAY)
    assert len(tested.judged) == len(made.proof.judged)
    assert tested.count(Standing.HOLDS) == len(tested.judged)
    page = (made.folder / "README.md").read_text(encoding="utf-8")
    assert all(each.intent.name in page for each in tested.judged)


def test_a_script_is_handed_over_with_what_its_commands_stand_for(
    tmp_path: Path,
) -> None:
    both = (Surface.AZ, Surface.TERRAFORM)
    made = make(*needed("egress-by-policy"), both, tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    assert {"az/deploy.sh", "proof/az/commands.json", "terraform/main.tf"} <= set(
        made.files
    )
    names = ("proof/az", "kubernetes", "proof/workloads.yaml", "intents.yaml")
    snapshot = load([made.folder / name for name in names])
    tested = judge_all(Case(snapshot), snapshot.intents, DAY)
    assert tested.count(Standing.HOLDS) == len(tested.judged) > 0
    page = (made.folder / "README.md").read_text(encoding="utf-8")
    assert "`proof/az/commands.json` is what the commands" in page


def test_what_is_found_all_the_same_stands_in_the_folder_of_the_design(
    tmp_path: Path,
) -> None:
    made = make(*written(TWICE, tmp_path), (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    (told,) = (it.what for it in made.proof.notes if "AKS606" in it.what)
    assert "low: web/web-ingress ingress rule 2 adds nothing" in told
    assert "(kubernetes/20-web.yaml:" in told


def test_a_service_adds_no_rule_for_pods_that_reach_the_whole_internet(
    tmp_path: Path,
) -> None:
    both = needed("service-endpoints")
    made = make(*both, (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    assert not [it for it in made.proof.notes if "AKS606" in it.what]
    text = (made.folder / "kubernetes/20-encoder.yaml").read_text(encoding="utf-8")
    assert "services[0]: stmediafiles.blob.core.windows.net, TCP 443" in text


def test_clients_of_networks_that_are_not_connected_are_told_as_such(
    tmp_path: Path,
) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text(
        "apiVersion: seawall/v1\nkind: Requirements\nname: shop\n"
        "region: westeurope\npreset: private\n"
        "ingress: [{way: internal, to: web, port: 8080, from: [192.168.0.0/16]}]\n"
        "segments: [{name: web, serves: [8080]}]\n",
        encoding="utf-8",
    )
    needs, _ = read_requirements(path, DAY)
    assert needs is not None
    decided = choose(needs, DAY)
    assert isinstance(decided, Decided)
    made = make(needs, decided, (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    (why,) = (it.why for it in made.proof.notes if "AKS307" in it.what)
    assert "what connects their networks is not part of the design" in why


def closed(files: dict[str, str]) -> None:
    """Leave the namespace of a segment open."""
    key = "kubernetes/20-checkout.yaml"
    kept = [
        each for each in files[key].split("---\n") if "kind: NetworkPolicy" not in each
    ]
    files[key] = "---\n".join(kept)


def routed(files: dict[str, str]) -> None:
    old, new = "'userAssignedNATGateway'", "'loadBalancer'"
    files["bicep/main.bicep"] = files["bicep/main.bicep"].replace(old, new)


def public(files: dict[str, str]) -> None:
    for name in ("bicep/main.bicep", "arm/main.json"):
        files[name] = files[name].replace("Cluster: true", "Cluster: false")
        files[name] = files[name].replace('Cluster": true', 'Cluster": false')


def broken(files: dict[str, str]) -> None:
    files["kubernetes/10-guard-rails.yaml"] = "kind: [\n"


def without(files: dict[str, str]) -> None:
    files["intents.yaml"] = files["intents.yaml"].replace("ns:checkout", "ns:chekout")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (closed, "Pods are closed unless a policy opens them"),
        (routed, "Bicep: the outbound type is `loadbalancer`"),
        (routed, "ARM: cluster.outbound"),
        (public, "The API server is not reached from the internet"),
        (public, "private API server is `off` instead of `on`"),
        (
            broken,
            "it is read with a remark: kubernetes/10-guard-rails.yaml",
        ),
        (without, "is not known"),
    ],
)
def test_files_that_do_not_prove_it_are_not_handed_over(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[dict[str, str]], None],
    told: str,
) -> None:
    def harmed(*given: object, **more: object) -> dict[str, str]:
        files = files_of(*given, **more)  # type: ignore[arg-type]
        harm(files)
        return files

    monkeypatch.setattr("seawall.design.handover.making.files_of", harmed)
    made = make(*needed("egress-by-policy"), BOTH, tmp_path / "it", as_of=DAY)
    assert isinstance(made, NotProved)
    assert any(told in item.what for item in made.faults), made.faults
    assert not list(tmp_path.iterdir())


def test_what_the_definition_says_otherwise_is_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = proving.sample

    def differing(case: Case) -> object:
        return type(found(case))(1, ("a -> b: allowed over sets, denied alone",))

    monkeypatch.setattr(proving, "sample", differing)
    made = make(*needed("windows"), BOTH, tmp_path / "it", as_of=DAY)
    assert isinstance(made, NotProved)
    assert "denied alone" in made.faults[0].what


def test_a_need_that_nothing_speaks_of_is_told() -> None:
    needs, _ = needed("windows")
    stated = {**needs.stated, "pods.colour": Origin("needs.yaml")}
    changed = type(needs)(needs.name, needs.region, stated)
    assert "pods.colour" in tuple(left_out(changed, ()))


def test_what_the_audit_finds_all_the_same_is_told_with_its_need(
    tmp_path: Path,
) -> None:
    made = make(*needed("learning"), (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    told = {note.what: note.why for note in made.proof.notes}
    (what,) = [it for it in told if "AKS101" in it]
    assert "`api-server.access`" in told[what]
    page = (tmp_path / "it" / "README.md").read_text(encoding="utf-8")
    assert what in page
    closed = make(*needed("pci"), (Surface.ARM,), tmp_path / "pci", as_of=DAY)
    assert isinstance(closed, HandedOver)
    assert not [it for it in closed.proof.notes if "seawall check" in it.what]


@pytest.mark.parametrize("scenario", ["no-exfiltration", "peered-operators", "pci"])
def test_azure_verified_modules_say_the_same_as_templates(
    tmp_path: Path, scenario: str
) -> None:
    both = (Surface.ARM, Surface.TERRAFORM)
    made = make(*needed(scenario), both, tmp_path / "it", as_of=DAY, verified=True)
    assert isinstance(made, HandedOver), made
    assert made.proof.compared
    text = (made.folder / "terraform/network.tf").read_text(encoding="utf-8")
    assert 'source           = "Azure/avm-res-network-virtualnetwork/azurerm"' in text
    page = (made.folder / "README.md").read_text(encoding="utf-8")
    plain = "- `Microsoft.ContainerService/managedClusters`\n"
    assert "Azure Verified Modules" in page
    assert (plain in page) == (scenario == "pci")


def test_pods_that_reach_the_internet_come_to_a_public_door_as_everybody_does(
    tmp_path: Path,
) -> None:
    both = written(PUBLIC_DOOR, tmp_path)
    made = make(*both, (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver), made
    names = {each.intent.name for each in made.proof.judged}
    assert "Nobody but its clients outside reaches data" in names
    assert "batch reaches nobody but what it calls" in names
    text = (made.folder / "intents.yaml").read_text(encoding="utf-8")
    assert "reason: who reaches the internet may call its public address" in text
    page = (made.folder / "README.md").read_text(encoding="utf-8")
    assert "at the public address of a way in" in page


PUBLIC_DOOR = """
apiVersion: seawall/v1
kind: Requirements
name: door
region: westeurope
egress: {to: open}
ingress: [{way: public, to: data, port: 8080}]
segments:
  - {name: data, serves: [8080]}
  - {name: batch, serves: [8080]}
"""

TWICE = """
apiVersion: seawall/v1
kind: Requirements
name: twice
region: westeurope
preset: private
operators: [{name: admins, via: vpn, from: 172.20.0.0/16}]
addresses: {on-premises: [10.9.0.0/16]}
ingress:
  - {way: internal, to: web, port: 8080, from: [10.9.0.0/16]}
  - {way: internal, to: web, port: 8080, listen: 8443, from: [10.9.1.0/24]}
segments:
  - {name: web, serves: [8080]}
"""


@pytest.mark.parametrize("more", [False, True])
def test_a_firewall_confines_to_names_on_other_ports_than_those_of_the_web(
    tmp_path: Path, *, more: bool
) -> None:
    """A network rule by name lets nothing pass but to what its names lead to."""
    text = """
        apiVersion: seawall/v1
        kind: Requirements
        name: ledger
        region: westeurope
        nodes: {windows: true}
        egress:
          to: names
          names: [{name: api.example.com}, {name: db.example.com, ports: [1433]}]
        """
    both = written(dedent(text), tmp_path)
    made = make(*both, (Surface.ARM,), tmp_path / "it", as_of=DAY)
    assert isinstance(made, HandedOver)
    template = made.folder / "arm" / "main.json"
    if more:
        named = template.read_text(encoding="utf-8")
        wider = named.replace('"db.example.com"', '"db.example.com", "x.example.com"')
        assert wider != named
        template.write_text(wider, encoding="utf-8")
    names = ("arm", "kubernetes", "proof/workloads.yaml", "intents.yaml")
    snapshot = load([made.folder / name for name in names])
    tested = judge_all(Case(snapshot), snapshot.intents, DAY)
    held = tested.count(Standing.HOLDS) == len(tested.judged)
    assert held is not more
    assert "names-share-no-address" in {each.id for each in tested.assumptions}
