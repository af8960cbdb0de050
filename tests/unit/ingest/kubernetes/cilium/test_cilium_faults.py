"""A malformed policy of Cilium is told at its line and makes its verdicts unknown."""

from pathlib import Path

import pytest

from policy_witness import Witnesses
from reading import read, told
from seawall.model.diagnostic import Level
from seawall.model.policy import Direction
from seawall.model.trace import Verdict

CLUSTER = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: x, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: x, labels: {app: db}}
spec: {containers: [{name: c, image: c}]}
"""
HEAD = """apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: one, namespace: x}
"""
WEB = "spec:\n  endpointSelector: {matchLabels: {app: web}}\n"


def rule(text: str, section: str = "ingress") -> str:
    """Return a policy for x/web with one rule."""
    lines = "\n".join(f"    {line}" for line in text.strip().splitlines())
    return f"{HEAD}{WEB}  {section}:\n  -{lines[3:]}\n"


def ports(text: str, section: str = "ingress") -> str:
    """Return a policy for x/web with one entry of `toPorts`."""
    return rule(f"toPorts:\n- ports:\n  - {text}", section)


MALFORMED: dict[str, tuple[str, str]] = {
    "no specification": (HEAD + "# fault\n", "neither `spec` nor `specs`"),
    "a specification that is a list": (
        HEAD + "spec: [a]  # fault\n",
        "`spec` is",
    ),
    "specifications that are no list": (
        HEAD + "specs: {a: b}  # fault\n",
        "`specs` is",
    ),
    "a misspelt field": (
        HEAD + WEB + "  ingres: [{}]  # fault\n  egress: [{}]\n",
        "unknown field `ingres`",
    ),
    "a field beside the specification": (
        HEAD + "rules: []  # fault\n" + WEB + "  ingress: [{}]\n",
        "unknown field `rules`",
    ),
    "no subject": (
        HEAD + "spec:  # fault\n  ingress: [{}]\n",
        "neither `endpointSelector` nor `nodeSelector`",
    ),
    "two subjects": (
        HEAD
        + WEB.replace("spec:", "spec:  # fault")
        + "  nodeSelector: {}\n  ingress: [{}]\n",
        "both `endpointSelector` and `nodeSelector`",
    ),
    "nodes in a namespaced policy": (
        HEAD + "spec:\n  nodeSelector: {}  # fault\n  ingress: [{}]\n",
        "`nodeSelector` in a namespaced policy",
    ),
    "no rules at all": (
        HEAD + WEB.replace("spec:", "spec:  # fault"),
        "no list of rules",
    ),
    "rules that are no list": (
        HEAD + WEB + "  ingress: {}  # fault\n",
        "`ingress` is",
    ),
    "a rule that is a word": (
        HEAD + WEB + "  ingress:\n  - all  # fault\n",
        "`rule` is `all`",
    ),
    "a label without a value": (
        HEAD
        + "spec:\n  endpointSelector:\n    matchLabels:\n      app:  # fault\n"
        + "  ingress: [{}]\n",
        "label `app` has no value",
    ),
    "a label that is a number": (
        rule("fromEndpoints:\n- matchLabels:\n    k8s:app: 5  # fault"),
        "not text",
    ),
    "a key of two colons": (
        rule("fromEndpoints:\n- matchLabels:\n    k8s:app:x: a  # fault"),
        "`k8s:app:x` is not valid here",
    ),
    "a value of a wrong form": (
        rule("fromEndpoints:\n- matchLabels:\n    k8s:app: a b  # fault"),
        "`a b` is not valid here",
    ),
    "an unknown operator": (
        rule(
            "fromEndpoints:\n- matchExpressions:\n  - key: app\n"
            "    operator: Is  # fault\n    values: [a]"
        ),
        "operator `Is` does not exist",
    ),
    "a selector that is a word": (
        rule("fromEndpoints:\n- web  # fault"),
        "is `web`",
    ),
    "peers of a mapping": (
        rule("fromEndpoints: {matchLabels: {app: db}}  # fault"),
        "`fromEndpoints` is",
    ),
    "two kinds of peers": (
        rule("fromEndpoints: [{}]\nfromEntities: [world]  # fault"),
        "`fromEndpoints` and `fromEntities` in one rule",
    ),
    "blocks in both forms": (
        rule(
            "toCIDR: [1.1.1.1/32]\ntoCIDRSet: [{cidr: 2.2.2.2/32}]  # fault", "egress"
        ),
        "`toCIDR` and `toCIDRSet` in one rule",
    ),
    "peers of the other direction": (
        rule("toEndpoints: [{}]  # fault"),
        "unknown field `toEndpoints`",
    ),
    "an unknown entity": (
        rule("fromEntities:\n- world\n- internet  # fault"),
        "entity `internet` does not exist",
    ),
    "an address without a length": (
        rule("fromCIDR:\n- 10.0.0.1  # fault"),
        "`10.0.0.1` is not valid here",
    ),
    "a block that is a mapping": (
        rule("fromCIDR:\n- {cidr: 10.0.0.0/8}  # fault"),
        "is `{",
    ),
    "a set without a block": (
        rule("fromCIDRSet:\n- except: [10.0.0.0/8]  # fault"),
        "entry names no addresses",
    ),
    "a set with two forms": (
        rule("fromCIDRSet:\n- cidr: 10.0.0.0/8  # fault\n  cidrGroupRef: a"),
        "`cidr` and `cidrGroupRef`",
    ),
    "an except outside": (
        rule("fromCIDRSet:\n- cidr: 10.0.0.0/8\n  except:\n  - 11.0.0.0/9  # fault"),
        "not inside",
    ),
    "an except of the other family": (
        rule("fromCIDRSet:\n- cidr: 10.0.0.0/8\n  except:\n  - fd00::/9  # fault"),
        "not inside",
    ),
    "a port that is a number": (ports("port: 80  # fault"), "a number, not text"),
    "no port": (ports("protocol: TCP  # fault"), "no port given"),
    "a port that is too large": (
        ports("port: '65536'  # fault"),
        "port `65536` does not exist",
    ),
    "a port in base eight": (ports("port: '010'  # fault"), "starts with a zero"),
    "a port name that is none": (
        ports("port: a_b  # fault"),
        "`a_b` is not valid here",
    ),
    "a range that runs back": (
        ports("port: '80'\n    endPort: 70  # fault"),
        "below",
    ),
    "a range from a name": (
        ports("port: http\n    endPort: 80  # fault"),
        "beside a port name",
    ),
    "a protocol in small letters": (
        ports("port: '80'\n    protocol: tcp  # fault"),
        "protocol `tcp`",
    ),
    "ICMP among ports": (
        ports("port: '8'\n    protocol: ICMP  # fault"),
        "protocol `ICMP`",
    ),
    "ports that are no list": (
        rule("toPorts:\n- ports: '80'  # fault"),
        "`ports` is",
    ),
    "too many ports": (
        rule(
            "toPorts:\n- ports:  # fault\n"
            + "\n".join(f"  - port: '{number}'" for number in range(1, 42))
        ),
        "41 entries",
    ),
    "ports beside messages": (
        rule(
            "icmps: [{fields: [{type: 8}]}]\ntoPorts: [{ports: [{port: '1'}]}]  # fault"
        ),
        "`toPorts` and `icmps` in one rule",
    ),
    "a message that does not exist": (
        rule("icmps:\n- fields:\n  - type: Ping  # fault"),
        "ICMP type `Ping` does not exist",
    ),
    "a family that does not exist": (
        rule("icmps:\n- fields:\n  - type: 8\n    family: ipv4  # fault"),
        "family `ipv4` does not exist",
    ),
    "requests on UDP": (
        rule(
            "toPorts:\n- ports:\n  - {port: '80', protocol: UDP}  # fault\n"
            "  rules: {http: [{}]}"
        ),
        "`http` rules on protocol `UDP`",
    ),
    "requests on every port": (
        rule(
            "toPorts:\n- ports:\n  - protocol: TCP\n    port: '0'  # fault\n"
            "  rules: {http: [{}]}"
        ),
        "`http` rules on port `0`",
    ),
    "names on the way in": (
        rule(
            "toPorts:\n- ports: [{port: '53'}]\n  rules:\n"
            "    dns: [{matchPattern: '*'}]  # fault"
        ),
        "`dns` rules on the way in",
    ),
    "requests of two kinds": (
        rule(
            "toPorts:\n- ports: [{port: '53', protocol: TCP}]\n  rules:  # fault\n"
            "    dns: [{matchPattern: '*'}]\n    http: [{}]",
            "egress",
        ),
        "rules of several kinds",
    ),
    "an unknown part of a request": (
        rule(
            "toPorts:\n- ports: [{port: '80', protocol: TCP}]\n  rules:\n"
            "    http:\n    - url: /  # fault"
        ),
        "unknown field `url`",
    ),
    "rules without a parser": (
        rule(
            "toPorts:\n- ports: [{port: '80', protocol: TCP}]\n"
            "  rules:  # fault\n    l7: [{a: b}]"
        ),
        "`l7` without `l7proto`",
    ),
    "requests in a denial": (
        rule(
            "toPorts:\n- ports: [{port: '80', protocol: TCP}]\n"
            "  rules: {http: [{}]}  # fault",
            "ingressDeny",
        ),
        "unknown field `rules`",
    ),
    "names in a denial": (
        rule("toFQDNs: [{matchName: a.b}]  # fault", "egressDeny"),
        "unknown field `toFQDNs`",
    ),
    "a name of a wrong form": (
        rule("toFQDNs:\n- matchName: '*.example.com'  # fault", "egress"),
        "is not valid here",
    ),
    "a name and a pattern": (
        rule("toFQDNs:\n- matchName: a.b  # fault\n  matchPattern: '*'", "egress"),
        "both `matchName` and `matchPattern`",
    ),
    "an empty name": (
        rule("toFQDNs:\n- {}  # fault", "egress"),
        "names no domain",
    ),
    "a Service without a name": (
        rule("toServices:\n- k8sService: {namespace: x}  # fault", "egress"),
        "`serviceName` is `null`",
    ),
    "Services with ports": (
        rule(
            "toServices: [{k8sService: {serviceName: a, namespace: x}}]\n"
            "toPorts: [{ports: [{port: '1'}]}]  # fault",
            "egress",
        ),
        "`toPorts` and `toServices` in one rule",
    ),
    "a condition on other rules": (
        rule("fromEndpoints: [{}]\nfromRequires: [{matchLabels: {a: b}}]  # fault"),
        "`fromRequires` is not modelled",
    ),
    "an unknown mode of authentication": (
        rule("authentication:\n  mode: always  # fault"),
        "mode `always` does not exist",
    ),
    "default deny that is a word": (
        HEAD
        + WEB
        + "  ingress: [{}]\n  enableDefaultDeny: {ingress: no-way}  # fault\n",
        "`ingress` is `no-way`",
    ),
    "a key that stands twice": (
        HEAD + WEB + "  ingress: [{}]\n  ingress: []  # fault\n",
        "stands twice",
    ),
    "a placeholder": (
        rule("fromEndpoints:\n- matchLabels:\n    app: ${APP}  # fault"),
        "placeholder `${APP}` is not filled in",
    ),
}


@pytest.mark.parametrize(("text", "what"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_policy_is_told_at_its_line_and_makes_verdicts_unknown(
    text: str, what: str, tmp_path: Path
) -> None:
    snapshot = read(tmp_path, CLUSTER, text)
    faults = told(snapshot, Level.ERROR)
    line = next(at for at, it in enumerate(text.splitlines(), 1) if "# fault" in it)
    found = {item.origin.line: item for item in faults if item.origin}
    if what.startswith("neither `spec`"):
        line = 1
    assert line in found, [str(item.origin) + item.what for item in faults]
    assert what in found[line].what
    assert all((found[line].why, found[line].mend))
    assert not snapshot.objects.ranked_policies
    ask = Witnesses(snapshot.objects, "cilium")
    way = {way for it in snapshot.objects.opaque_policies for way in it.directions}
    if Direction.INGRESS in way:
        assert ask("x/db", "x/web") is Verdict.UNKNOWN
    if Direction.EGRESS in way:
        assert ask("x/web", "8.8.8.8") is Verdict.UNKNOWN


def test_what_is_certain_of_a_malformed_policy_stays_certain(tmp_path: Path) -> None:
    text = rule("fromEntities: [internet]")
    snapshot = read(tmp_path, CLUSTER, text)
    (policy,) = snapshot.objects.opaque_policies
    assert policy.directions == {Direction.INGRESS}
    ask = Witnesses(snapshot.objects, "cilium")
    assert ask("x/web", "8.8.8.8") is Verdict.ALLOWED
    assert ask("8.8.8.8", "x/db") is Verdict.ALLOWED


def test_each_specification_of_a_malformed_object_is_in_doubt(tmp_path: Path) -> None:
    text = (
        HEAD
        + "specs:\n- {endpointSelector: {matchLabels: {app: web}}, ingress: [{a: b}]}\n"
        + "- {endpointSelector: {matchLabels: {app: db}}, egress: [{}]}\n"
    )
    snapshot = read(tmp_path, CLUSTER, text)
    first, second = snapshot.objects.opaque_policies
    assert first.directions != second.directions
    assert first.subject != second.subject


def test_a_group_of_addresses_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    group = """
    apiVersion: cilium.io/v2alpha1
    kind: CiliumCIDRGroup
    metadata: {name: office}
    spec: {externalCIDRs: [1.1.1]}
    """
    text = rule("fromCIDRSet: [{cidrGroupRef: office}]")
    snapshot = read(tmp_path, CLUSTER, group, text)
    (fault,) = told(snapshot)
    assert "`1.1.1` is not valid here" in fault.what
    ask = Witnesses(snapshot.objects, "cilium")
    assert ask("8.8.8.8", "x/web") is Verdict.UNKNOWN
    assert ask("x/db", "x/web") is Verdict.DENIED
