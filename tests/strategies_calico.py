"""Generators of Calico's objects: as written, and as `felix` takes them."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from felix import LAST, Felix, Thing, Tree, prefixed, text_of

KEYS = ("app", "role")
VALUES = ("a", "ab", "b")
SPACES = ("x", "y")
ACCOUNTS = ("default", "robot")
PODS = {"x/1": "10.244.0.1", "x/2": "10.244.0.2", "y/1": "10.244.1.1"}
OUTSIDE = ("8.8.8.8", "203.0.113.5", "203.0.113.200", "192.0.2.1")
NETS = (
    "10.244.0.1/32",
    "10.244.0.0/24",
    "10.244.0.0/16",
    "203.0.113.0/25",
    "203.0.113.0/24",
    "0.0.0.0/0",
)
PORTS = (80, 81, 443, "80:90", "http")
NUMBERED = ("TCP", "UDP")
BUILT_IN = {
    "kube-admin": (1_000.0, "Pass"),
    "default": (1_000_000.0, "Deny"),
    "kube-baseline": (10_000_000.0, "Pass"),
}
V3, RAW = "projectcalico.org/v3", "crd.projectcalico.org/v1"


@dataclass(frozen=True)
class World:
    """Objects as written, and what `felix` is told of them."""

    objects: tuple[dict[str, Any], ...]
    felix: Felix


def labels() -> SearchStrategy[dict[str, str]]:
    """A few labels."""
    return st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=2)


def trees(*more: tuple[str, tuple[str, ...]]) -> SearchStrategy[Tree]:
    """Selectors over the keys of all, and over *more* keys with their values."""
    pairs = [*((key, VALUES) for key in KEYS), *more]

    @st.composite
    def leaves(draw: DrawFn) -> Tree:
        key, values = draw(st.sampled_from(pairs))
        form = draw(st.sampled_from(("==", "!=", "has", "in", "not in", "contains")))
        if form == "contains":
            form = draw(st.sampled_from(("contains", "starts with", "ends with")))
        if form == "has":
            return ("has", key)
        if form in ("in", "not in"):
            listed = draw(st.lists(st.sampled_from(values), max_size=2, unique=True))
            return (form, key, tuple(listed))
        return (form, key, draw(st.sampled_from(values)))

    return st.recursive(
        st.just(("all",)) | leaves() | leaves(),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(("and", "or")), inner, inner),
            st.tuples(st.just("not"), inner),
        ),
        max_leaves=3,
    )


ENDPOINTS = trees(
    ("projectcalico.org/namespace", SPACES),
    ("projectcalico.org/serviceaccount", ACCOUNTS),
    ("projectcalico.org/orchestrator", ("k8s", "x")),
    ("pcns.role", VALUES),
)
NAMESPACES = trees(
    ("projectcalico.org/name", SPACES), ("kubernetes.io/metadata.name", SPACES)
)
ACCOUNT_TREES = trees(("projectcalico.org/name", ACCOUNTS))


@st.composite
def entities(draw: DrawFn) -> dict[str, Any]:
    """A source or destination, without ports."""
    nets = st.lists(st.sampled_from(NETS), min_size=1, max_size=2)
    fields: dict[str, SearchStrategy[Any]] = {
        "selector": ENDPOINTS,
        "notSelector": ENDPOINTS,
        "namespaceSelector": st.just(("global",)) | NAMESPACES,
        "nets": nets,
        "notNets": nets,
        "serviceAccounts": st.fixed_dictionaries(
            {},
            optional={
                "names": st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=2),
                "selector": ACCOUNT_TREES,
            },
        ),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True))
    return {name: draw(fields[name]) for name in chosen}


@st.composite
def rules(draw: DrawFn) -> dict[str, Any]:
    """A rule, with trees for selectors."""
    rule: dict[str, Any] = {
        "action": draw(st.sampled_from(("Allow", "Allow", "Deny", "Pass", "Log")))
    }
    for name in ("source", "destination"):
        if draw(st.booleans()):
            rule[name] = draw(entities())
    form = draw(st.sampled_from(("all", "ports", "protocol", "not", "icmp")))
    if form == "ports":
        rule["protocol"] = draw(st.sampled_from(NUMBERED))
        field = draw(st.sampled_from(("ports", "ports", "notPorts")))
        ports = draw(st.lists(st.sampled_from(PORTS), min_size=1, max_size=2))
        rule["destination"] = {**rule.get("destination", {}), field: ports}
    elif form == "protocol":
        rule["protocol"] = draw(st.sampled_from(("TCP", "UDP", "SCTP", "ICMP")))
    elif form == "not":
        rule["notProtocol"] = draw(st.sampled_from(("TCP", "UDP", "ICMP")))
    elif form == "icmp":
        rule["protocol"] = "ICMP"
        field = draw(st.sampled_from(("icmp", "notICMP")))
        rule[field] = draw(st.sampled_from(({"type": 8}, {"type": 8, "code": 1})))
    return rule


@st.composite
def policies(draw: DrawFn, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy as written, and as `felix` takes it."""
    space = draw(st.sampled_from((None, None, *SPACES)))
    tier = draw(st.sampled_from(("default", "default", "front", "kube-baseline")))
    group = draw(st.sampled_from((V3, V3, RAW)))
    order = draw(st.sampled_from((None, 1.0, 1.0, 1500.0)))
    lists = st.lists(rules(), max_size=3)
    ways = {way: draw(lists) for way in ("ingress", "egress")}
    stated = draw(
        st.sampled_from((None, None, ("Ingress",), ("Egress",), ("Ingress", "Egress")))
    )
    types = {way for way in ways if ways[way]} or {"ingress"}
    if group == RAW:
        types = set(ways)
    if stated is not None:
        types = {item.lower() for item in stated}
    parts: list[Tree] = []
    spec: dict[str, Any] = {"tier": tier, "order": order}
    for name, found, prefix in (
        ("selector", ENDPOINTS, ""),
        ("serviceAccountSelector", ACCOUNT_TREES, "pcsa."),
        ("namespaceSelector", NAMESPACES, "pcns."),
    ):
        if (name == "namespaceSelector" and space) or not draw(st.booleans()):
            continue
        tree = draw(found)
        spec[name] = text_of(tree)
        parts.append(prefixed(tree, prefix) if prefix else tree)
    if space:
        parts.append(("==", "projectcalico.org/namespace", space))
    selector: Tree = ("all",)
    for part in parts:
        selector = ("and", selector, part)
    spec |= {way: [written(rule) for rule in ways[way]] for way in ways}
    if stated is not None:
        spec["types"] = list(stated)
    # Global ones sort before the others in every release.
    name = ("n" if space else "g") + draw(st.sampled_from("pq")) + str(number)
    body = {
        "apiVersion": group,
        "kind": "NetworkPolicy" if space else "GlobalNetworkPolicy",
        "metadata": {"name": name, **({"namespace": space} if space else {})},
        "spec": spec,
    }
    meant = {
        "name": name,
        "namespace": space,
        "tier": tier,
        "order": LAST if order is None else order,
        "selector": selector,
        "types": types,
        **ways,
    }
    return body, meant


def written(value: Any) -> Any:
    """Return a rule with its trees as text."""
    if isinstance(value, tuple):
        return text_of(value)
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    return value


@st.composite
def worlds(draw: DrawFn) -> World:
    """A small cluster with policies of Calico, and perhaps one of Kubernetes."""
    objects: list[dict[str, Any]] = []
    things: list[Thing] = []
    inherited: dict[str, dict[str, str]] = {}
    for space in SPACES:
        own = draw(labels())
        objects.append(_object("v1", "Namespace", space, None, labels=own))
        inherited[space] = {f"pcns.{key}": value for key, value in own.items()}
        inherited[space] |= {
            "pcns.projectcalico.org/name": space,
            "pcns.kubernetes.io/metadata.name": space,
            "projectcalico.org/namespace": space,
        }
    accounts = {}
    for space in SPACES:
        for name in ACCOUNTS:
            own = accounts[space, name] = draw(labels())
            objects.append(_object("v1", "ServiceAccount", name, space, labels=own))
    for name, address in PODS.items():
        body, thing = draw(_pods(name, address, inherited, accounts))
        objects.append(body)
        things.append(thing)
    for number in range(draw(st.integers(0, 2))):
        space = draw(st.sampled_from((None, *SPACES)))
        own = draw(labels())
        nets = draw(st.lists(st.sampled_from(NETS[:-1]), min_size=1, max_size=2))
        kind = "NetworkSet" if space else "GlobalNetworkSet"
        body = _object(V3, kind, f"s{number}", space, labels=own, spec={"nets": nets})
        objects.append(body)
        both = own | (inherited[space] if space else {})
        things.append(Thing(f"s{number}", both, tuple(nets)))
    order = draw(st.sampled_from((None, 10.0, 5_000_000.0)))
    action = draw(st.sampled_from(("Deny", "Pass")))
    spec = {"order": order, "defaultAction": action}
    objects.append(_object(V3, "Tier", "front", None, spec=spec))
    tiers = BUILT_IN | {"front": (LAST if order is None else order, action)}
    found = []
    for number in range(draw(st.integers(1, 4))):
        body, meant = draw(policies(number))
        objects.append(body)
        found.append(meant)
    if draw(st.booleans()):
        body, meant = draw(_network_policies())
        objects.append(body)
        found.append(meant)
    return World(tuple(objects), Felix(tuple(things), tiers, tuple(found)))


@st.composite
def _pods(
    draw: DrawFn,
    name: str,
    address: str,
    inherited: dict[str, dict[str, str]],
    accounts: dict[tuple[str, str], dict[str, str]],
) -> tuple[dict[str, Any], Thing]:
    space, short = name.split("/")
    own, account = draw(labels()), draw(st.sampled_from(ACCOUNTS))
    number = draw(st.sampled_from((80, 8080)))
    ports = [{"name": "http", "containerPort": number}]
    spec = {
        "serviceAccountName": account,
        "containers": [{"name": "c", "image": "c", "ports": ports}],
    }
    body = _object("v1", "Pod", short, space, labels=own, spec=spec)
    body["status"] = {"podIP": address, "hostIP": "10.0.0.4"}
    of_account = accounts[space, account] | {"projectcalico.org/name": account}
    both = own | inherited[space]
    both |= {f"pcsa.{key}": value for key, value in of_account.items()}
    both |= {
        "projectcalico.org/serviceaccount": account,
        "projectcalico.org/orchestrator": "k8s",
    }
    nets = (f"{address}/32",)
    return body, Thing(name, both, nets, (("http", "TCP", number),), is_pod=True)


@st.composite
def _network_policies(draw: DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A NetworkPolicy of Kubernetes: closed for a namespace, but for another."""
    space, other = draw(st.sampled_from((SPACES, SPACES[::-1])))
    match = {"matchLabels": {"kubernetes.io/metadata.name": other}}
    spec = {"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": match}]}]}
    body = _object("networking.k8s.io/v1", "NetworkPolicy", "k", space, spec=spec)
    rule = {
        "action": "Allow",
        "source": {
            "namespaceSelector": ("==", "projectcalico.org/name", other),
            "selector": ("==", "projectcalico.org/orchestrator", "k8s"),
        },
    }
    meant = {
        "name": "knp.default.k",
        "namespace": space,
        "tier": "default",
        "order": 1000.0,
        "selector": ("==", "projectcalico.org/namespace", space),
        "types": {"ingress"},
        "ingress": [rule],
        "egress": [],
    }
    return body, meant


def _object(
    api: str,
    kind: str,
    name: str,
    space: str | None,
    *,
    labels: dict[str, str] | None = None,
    spec: dict[str, Any] | None = None,
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "labels": labels or {}}
    if space is not None:
        metadata["namespace"] = space
    body: dict[str, Any] = {"apiVersion": api, "kind": kind, "metadata": metadata}
    if spec is not None:
        body["spec"] = spec
    return body
