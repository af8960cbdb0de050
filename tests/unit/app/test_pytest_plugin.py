"""The plug-in for pytest, in sessions of its own."""

import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from seawall.app import testing

pytest_plugins = ["pytester"]

LOADED = (testing, yaml)
"""Sessions within this process forget what they import, and YAML is not read twice."""
ROOT = Path(__file__).parents[3]
MODULE = "seawall.app.pytest_plugin"
IS_INSTALLED = bool(entry_points(group="pytest11", name="seawall"))
PODS = "".join(
    f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {space}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: c, ports: [{{containerPort: 8080}}]}}]}}
---
"""
    for space, name in (("batch", "job"), ("payments", "api"), ("shop", "web"))
)
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-shop, namespace: payments}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
      ports: [{port: 8080}]
"""
INTENTS = """\
apiVersion: seawall/v1
kind: Intents
intents:
  - name: Batch never reaches payments
    forbid: {from: ns:batch, to: ns:payments}
  - name: The shop never reaches payments
    forbid: {from: ns:shop, to: ns:payments}
  - name: The vault is sealed
    forbid: {from: ns:batch, to: ns:vault}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    folder = pytester.mkdir("k8s")
    (folder / "pods.yaml").write_text(PODS)
    (folder / "policy.yaml").write_text(POLICY)
    return pytester


def ran(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    chosen = () if IS_INSTALLED else ("-p", MODULE)
    return project.runpytest_inprocess(*chosen, "-p", "no:randomly", *arguments)


def asserted(project: pytest.Pytester, body: str) -> pytest.RunResult:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    project.makepyfile(f"def test_it(seawall):\n    case = seawall('k8s')\n{lines}\n")
    return ran(project)


def test_the_plug_in_is_known_to_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"seawall": MODULE}
    needed = [*project["dependencies"], *project["optional-dependencies"]]
    assert not [name for name in needed if name.startswith("pytest")]


@pytest.mark.parametrize(
    "claim",
    [
        "case.assert_forbidden('ns:batch', 'payments/api')",
        "case.assert_forbidden('ns:shop', 'payments/api:9090')",
        "case.assert_forbidden(['ns:shop', 'ns:batch'], 'ns:payments', ports='9090')",
        "case.assert_required('shop/web', 'payments/api:8080')",
        "case.assert_only('shop/web', 'payments/api')",
        "case.assert_confined('payments/api', 'shop/web')",
        "case.assert_default_deny('ns:payments')",
    ],
)
def test_what_holds_passes(project: pytest.Pytester, claim: str) -> None:
    asserted(project, claim).assert_outcomes(passed=1)


def test_a_failure_shows_a_packet_and_the_rules_that_let_it_pass(
    project: pytest.Pytester,
) -> None:
    result = asserted(project, "case.assert_forbidden('ns:shop', 'payments/api:8080')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*case.assert_forbidden('ns:shop', 'payments/api:8080')",
            "E *VIOLATED*ns:shop must not reach payments/api on 8080*",
            "E *shop/web[[]Deployment] -> payments/api[[]Deployment]: TCP 8080",
            "E *as * -> * TCP 8080",
            "E *payments/from-shop ingress rule 1*",
            "E *k8s/policy.yaml:*",
        ]
    )
    assert "testing.py" not in result.stdout.str()


def test_what_must_pass_and_does_not_fails(project: pytest.Pytester) -> None:
    result = asserted(project, "case.assert_required('ns:batch', 'payments/api:8080')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *batch/job*payments/api*", "E *from-shop*"])


def test_exceptions_are_heeded(project: pytest.Pytester) -> None:
    claim = "case.assert_forbidden('ns:shop', 'payments/api', exceptions='shop/web')"
    asserted(project, claim).assert_outcomes(passed=1)


def test_what_is_not_known_fails_and_says_what_is_missing(
    project: pytest.Pytester,
) -> None:
    (project.path / "k8s" / "broken.yaml").write_text("kind: [\n")
    result = asserted(project, "case.assert_forbidden('ns:shop', 'ns:vault')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *UNKNOWN*",
            "E *no namespace `vault`*",
            "E *not read: k8s/broken.yaml*",
        ]
    )


def test_ports_stand_in_one_place(project: pytest.Pytester) -> None:
    claim = "case.assert_forbidden('ns:shop', 'payments/api:1', ports='2')"
    result = asserted(project, claim)
    result.stdout.fnmatch_lines(["E *ValueError: name the ports once*"])


def test_an_intent_of_the_input_is_named(project: pytest.Pytester) -> None:
    (project.path / "k8s" / "x.yaml").write_text(INTENTS)
    result = asserted(
        project,
        "case.assert_holds('Batch never reaches payments')\n"
        "case.assert_holds('The shop never reaches payments')",
    )
    result.stdout.fnmatch_lines(["E *VIOLATED*The shop never*"])
    result = asserted(project, "case.assert_holds('Something')")
    result.stdout.fnmatch_lines(["E *no intent is named `Something`*"])


def test_intents_are_collected_as_tests(project: pytest.Pytester) -> None:
    (project.path / "k8s" / "must.intents.yaml").write_text(INTENTS)
    result = ran(project)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*VIOLATED*The shop never reaches payments*",
            "*shop/web*payments/api*",
            "*UNKNOWN*The vault is sealed*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_intents_are_judged_by_the_setting(project: pytest.Pytester) -> None:
    project.mkdir("promises").joinpath("must.intents.yaml").write_text(INTENTS)
    project.makeini("[pytest]\nseawall_input = k8s\n")
    ran(project, "-k", "Batch").assert_outcomes(passed=1, deselected=2)


def test_the_day_decides_about_exceptions(project: pytest.Pytester) -> None:
    text = [
        *INTENTS.splitlines()[:3],
        "  - name: The shop never reaches payments",
        "    forbid: {from: ns:shop, to: ns:payments}",
        "    except: [{from: shop/web, reason: a while, expires: 2026-05-31}]",
    ]
    (project.path / "k8s" / "must.intents.yaml").write_text("\n".join(text))
    project.makeini("[pytest]\nseawall_as_of = 2026-05-31\n")
    ran(project).assert_outcomes(passed=1)
    project.makeini("[pytest]\nseawall_as_of = 2026-06-01\n")
    ran(project).assert_outcomes(failed=1)


def test_other_files_of_yaml_are_left_alone(project: pytest.Pytester) -> None:
    (project.path / "chat.intents.yaml").write_text("intents: [greet]\n")
    (project.path / "must.yaml").write_text(INTENTS)
    assert ran(project).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    ran(project, "must.yaml").assert_outcomes(passed=1, failed=2)


def test_a_file_that_cannot_be_read_stays_on_the_list(
    project: pytest.Pytester,
) -> None:
    broken = INTENTS.replace("intents:\n", "intents: {\n")
    (project.path / "k8s" / "must.intents.yaml").write_text(broken)
    ran(project).assert_outcomes(failed=1)


def test_the_case_of_the_setting(project: pytest.Pytester) -> None:
    project.makepyfile(
        "def test_it(seawall_case):\n"
        "    seawall_case.assert_forbidden('ns:batch', 'ns:payments')\n"
    )
    result = ran(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*needs the setting `seawall_input`*"])
    project.makeini("[pytest]\nseawall_input = k8s\n")
    ran(project).assert_outcomes(passed=1)


def test_what_was_read_once_is_not_read_again(project: pytest.Pytester) -> None:
    project.makepyfile(
        "def test_it(seawall):\n"
        "    assert seawall('k8s') is seawall('k8s')\n"
        "    assert seawall('k8s') is not seawall('k8s', engine='cilium')\n"
    )
    ran(project).assert_outcomes(passed=1)


def test_nothing_to_read_is_said_without_a_traceback(
    project: pytest.Pytester,
) -> None:
    project.makepyfile("def test_it(seawall):\n    seawall('nowhere')\n")
    result = ran(project)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nowhere*", "mend: *"])


def test_whoever_does_not_use_it_pays_nothing(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    project.makepyfile(
        "import sys\n"
        "def test_it():\n"
        "    mine = {m for m in sys.modules if m.startswith('seawall')}\n"
        f"    assert mine <= {{'seawall', 'seawall.app', '{MODULE}'}}, mine\n"
        "    assert 'click' not in sys.modules\n"
    )
    chosen = () if IS_INSTALLED else ("-p", MODULE)
    project.run(sys.executable, "-m", "pytest", *chosen).assert_outcomes(passed=1)
