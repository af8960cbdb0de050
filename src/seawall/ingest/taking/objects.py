"""What is dropped of Kubernetes objects: all but what some reader of ours asks for.

Source: kubernetes.io, API reference (Container, Probe, ConfigMap, Secret), Annotations;
fluxcd.io, HelmRelease; argo-cd docs, Application.
"""

import re
from collections.abc import Iterator

from seawall.ingest.taking.tree import Branch, Leaf, Value, leaves

_READ_GROUPS = (
    "apps",
    "batch",
    "extensions",
    "policy",
    "autoscaling",
    "discovery.k8s.io",
    "networking.k8s.io",
    "projectcalico.org",
    "cilium.io",
    "istio.io",
    "linkerd.io",
    "openshift.io",
    "k8s.ovn.org",
    "k8s.cni.cncf.io",
    "kustomize.config.k8s.io",
    "kustomize.toolkit.fluxcd.io",
    "argoproj.io",
    "azure.com",
    "microsoft.com",
    "seawall",
)
_CORE = frozenset({"v1", ""})
_RELEASES = frozenset(
    {"helmrelease", "helmchart", "helmchartconfig", "application", "applicationset"}
)
_OF_RELEASES = frozenset({"targetNamespace", "destination", "namespace"})
_OF_SECRETS = frozenset(
    {"apiVersion", "kind", "metadata", "type", "immutable", "name", "namespace"}
    | {"$patch", "$retainKeys"}
)
_SERVERS = frozenset({"coredns", "coredns-custom", "kube-dns"})
_AGENT = "ip-masq-agent"
_FILES = ("Corefile", ".server", ".override")
_NOTES = re.compile(
    r"^service\.beta\.kubernetes\.io/|(?:^|[./])ingress\.class$|^ingressclass\."
    r"|^kubernetes\.azure\.com/|(?:^|\.)istio\.io/|^config\.kubernetes\.io/"
    r"|^projectcalico\.org/metadata$|^management\.azure\.com/"
    r"|^kustomize\.toolkit\.fluxcd\.io/"
    r"|^config\.linkerd\.io/default-inbound-policy$|^kuma\.io/sidecar-injection$"
    r"|^consul\.hashicorp\.com/connect-service$"
)
_PATCHED = re.compile(
    r"/(?:data|stringData|binaryData|env|args|command|annotations|httpHeaders)(?:/|$)"
)
_OF_STRANGERS = frozenset({"apiVersion", "kind", "kinds", "namespace", "expression"})
"""Words by which an object says which others it makes."""
_OF_MESHES = frozenset(
    {
        "MeshTrafficPermission",
        "MeshConfig",
        "MeshPassthrough",
        "MeshTLS",
        "TrafficPermission",
        "TrafficTarget",
        "ServiceIntentions",
    }
)
"""Kinds of meshes that say whom they let in, and hold no secret."""
_MADE = frozenset(
    {"data", "stringData", "patchStrategicMerge", "patchesJson6902", "context"}
)
"""Below these Kyverno writes what is to stand in other objects."""
_COMMENTS = frozenset({"//", "$comment", "_comment", "comment", "comments"})
_OF_NAMES = frozenset({"disableNameSuffixHash", "immutable"})
_SPECS = frozenset({"template", "containers", "jobTemplate", "selector"})


def is_read_map(name: str) -> bool:
    """Whether what a ConfigMap of a name holds decides where packets or names go."""
    return name in _SERVERS or _AGENT in name


def is_read_file(key: str) -> bool:
    """Whether a key of such a ConfigMap is one that is read."""
    return key.endswith(_FILES) or key.startswith("ip-masq") or key == "config"


def is_read_note(key: str) -> bool:
    """Whether an annotation is one that is read."""
    return _NOTES.search(key) is not None


def of_object(value: Branch) -> Iterator[Leaf]:
    """Yield what is dropped of an object, by its kind."""
    kind = value.said("kind").lower()
    if kind == "secret":
        for name, child in value.children:
            if name not in _OF_SECRETS:
                yield from leaves(child, value)
    elif kind == "configmap":
        yield from _of_map(value)
    elif kind in _RELEASES:
        spec = value.get("spec")
        for name, child in spec.children if isinstance(spec, Branch) else ():
            if name not in _OF_RELEASES:
                yield from leaves(child)
    elif kind and value.get("apiVersion") is not None:
        yield from _of_stranger(value)
    if value.get("op") is not None:
        yield from _of_patch(value)


def _of_patch(value: Branch) -> Iterator[Leaf]:
    path = value.said("path")
    note = path.rpartition("/annotations/")[2].replace("~1", "/")
    if _PATCHED.search(path) and not (note != path and is_read_note(note)):
        yield from leaves(value.get("value"))


def _of_map(value: Branch) -> Iterator[Leaf]:
    meta = value.get("metadata")
    name = meta.said("name") if isinstance(meta, Branch) else ""
    yield from leaves(value.get("binaryData"), value)
    data = value.get("data")
    for key, child in data.children if isinstance(data, Branch) else ():
        if not (is_read_map(name) and is_read_file(str(key))):
            yield from leaves(child, value)


def _of_stranger(value: Branch) -> Iterator[Leaf]:
    """Yield all texts of an object of a kind that nothing of ours reads."""
    group, slash, _ = value.said("apiVersion").rpartition("/")
    known = not slash or any(
        group == each or group.endswith("." + each) for each in _READ_GROUPS
    )
    if known or value.said("kind") in _OF_MESHES:
        return
    if group.endswith("kyverno.io"):
        yield from _of_kyverno(value)
        return
    for name, child in value.children:
        if name in {"apiVersion", "kind", "metadata", "type"}:
            continue
        inside = child.children if isinstance(child, Branch) else []
        if any(str(word) in _SPECS for word, _ in inside):
            continue
        yield from _untold(child)


def _of_kyverno(value: Branch) -> Iterator[Leaf]:
    """Yield the texts of objects that a policy of Kyverno makes or changes."""
    waiting, seen = [value], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        for key, child in here.children:
            if key in _MADE:
                yield from _untold(child)
            elif isinstance(child, Branch):
                waiting.append(child)


def _untold(value: Value) -> Iterator[Leaf]:
    told = {id(leaf) for leaf in _told(value)}
    for leaf in leaves(value):
        if leaf.is_text and id(leaf) not in told:
            yield leaf


def _told(value: Value) -> Iterator[Leaf]:
    """Yield the scalars that say which objects are made."""
    waiting, seen = [value], set[int]()
    while waiting:
        here = waiting.pop()
        if not isinstance(here, Branch) or id(here) in seen:
            continue
        seen.add(id(here))
        for key, child in here.children:
            if key not in _OF_STRANGERS:
                waiting.append(child)
                continue
            listed = child.children if isinstance(child, Branch) else [(key, child)]
            for _, item in listed:
                if isinstance(item, Leaf):
                    yield item
                else:
                    waiting.append(item)


def of_key(word: str, letters: str, child: Value) -> Iterator[Leaf]:
    """Yield what is dropped below a key of whatever object."""
    if letters in {"args", "command", "arguments"} or word in _COMMENTS:
        yield from leaves(child)
    elif letters.endswith("annotations") and isinstance(child, Branch):
        for name, note in child.children:
            if isinstance(name, str) and not is_read_note(name):
                yield from leaves(note)
    elif word in {"configMapGenerator", "secretGenerator"}:
        for _, entry in child.children if isinstance(child, Branch) else ():
            if isinstance(entry, Branch):
                yield from _of_generator(entry)


def _of_generator(entry: Branch) -> Iterator[Leaf]:
    """Yield what is dropped of an object that `kustomize` makes."""
    read = is_read_map(entry.said("name"))
    for leaf in leaves(entry.get("literals")):
        if not (read and is_read_file(leaf.text.partition("=")[0])):
            yield leaf
    options = entry.get("options")
    for name, child in options.children if isinstance(options, Branch) else ():
        if name not in _OF_NAMES:
            yield from leaves(child)
