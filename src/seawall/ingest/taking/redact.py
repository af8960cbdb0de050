"""Replaces names by made-up ones, everywhere alike, so that nothing else changes.

Names are gathered where documents say what something is called: namespaces, objects,
values of labels, resources of Azure and their groups, hosts. Then each scalar is cut
into segments at the characters that join names, and every segment that is a name
becomes its made-up one. What the platform itself calls by a name stays, and so does
every word that is a key somewhere. Addresses stay: verdicts hang on which range holds
which. Comments go, and so does prose that nothing is decided by.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.stored.form import is_dropped
from seawall.ingest.taking.drop import replaced
from seawall.ingest.taking.tree import Branch, Leaf, NoTree, Value, trees
from seawall.model.private_zones import PRIVATE_ZONES

_CUT = re.compile(r"([/.:@,;=\[\]\"'\s*]+)")
_GUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"\s*[0-9a-f.:]*[.:][0-9a-f.:]*(?:[/-][0-9a-f.:]+)?\s*", re.IGNORECASE
)
_NAMED = re.compile(r"[a-z0-9][a-z0-9_-]*", re.IGNORECASE)
_COMMENT = re.compile(r"(?m)(^|[ \t])#[^\n]*")
_PROSE = frozenset(
    {
        "description",
        "displayname",
        "summary",
        "image",
        "command",
        "args",
        "email",
        "createdby",
        "lastmodifiedby",
        "message",
        "reason",
        "because",
    }
)
"""Keys under which texts decide nothing."""

_FORMAT = frozenset(
    {
        "access",
        "action",
        "apigroup",
        "apiversion",
        "direction",
        "effect",
        "kind",
        "location",
        "mode",
        "operator",
        "policytypes",
        "preset",
        "protocol",
        "protocols",
        "provider_name",
        "region",
        "scheme",
        "schemaversion",
        "terraform_version",
        "tier",
        "type",
    }
)
"""Keys under which words of a format stand, which stay."""

_PLATFORM = (
    "azure.com",
    "azure.net",
    "azure.cn",
    "azure.us",
    "windows.net",
    "microsoft.com",
    "microsoftonline.com",
    "azmk8s.io",
    "azurecr.io",
    "azconfig.io",
    "azurefd.net",
    "azureedge.net",
    "azurewebsites.net",
    "trafficmanager.net",
    "ubuntu.com",
)
_CUSTOMERS = tuple(
    sorted(
        {
            *(public for public, _ in PRIVATE_ZONES),
            *(private for _, private in PRIVATE_ZONES),
            "azmk8s.io",
            "cloudapp.azure.com",
            "azurefd.net",
            "trafficmanager.net",
        },
        key=len,
        reverse=True,
    )
)

_LABELS = frozenset({"labels", "matchlabels", "selector", "nodeselector"})
_HOSTS = frozenset({"host", "hosts", "hostname", "fqdn", "dnsname", "matchname"})
_MAPS = frozenset({"labels", "matchlabels", "selector", "annotations", "data", "tags"})
"""Mappings whose keys are not words of a format."""

_OF_ID = ("subscriptions", "resourcegroups", "providers")
_WORDS = """
default kube-system kube-public kube-node-lease kube-dns coredns
app-routing-system gatekeeper-system calico-system tigera-operator
aks-istio-ingress aks-istio-egress aks-istio-system konnectivity-agent
tunnelfront aks-link kubernetes azure-ip-masq-agent
azure-ip-masq-agent-config azure-ip-masq-agent-config-reconciled
ip-masq-agent azurefirewallsubnet azurefirewallmanagementsubnet
gatewaysubnet azurebastionsubnet routeserversubnet privatelink azmk8s hcp
private com net org io local svc cluster azure windows core database vault
vaultcore blob file queue table web dfs azurecr mongo documents redis cache
servicebus search azconfig www data scm westeurope northeurope true false none null
yes no on off any all allow deny tcp udp sctp icmp http https dns ssh tls
system user linux azurelinux ubuntu internal external public internet calico
cilium kubenet overlay standard basic premium free base automatic
loadbalancer userdefinedrouting enabled disabled ambient restricted
baseline privileged json yaml yml tf tfstate kustomization
allowvnetinbound allowazureloadbalancerinbound denyallinbound
allowvnetoutbound allowinternetoutbound denyalloutbound
ns pod pods node nodes subnet service tag onprem imds wireserver api-server anyone
"""
_STAY = frozenset(_WORDS.split())
_OF_PLATFORM = ("azure-ip-masq", "ip-masq", "konnectivity-", "kube-")
"""What is no name of the user's, or is a name that decides by itself."""


class Names:
    """Made-up names for those of some texts.

    Args:
        texts: Every text of the input.
        paths: Every path of the input.
    """

    def __init__(self, texts: Sequence[str], paths: Sequence[str]) -> None:
        found: dict[str, None] = {}
        keys: set[str] = set()
        regions: set[str] = set()
        for text in texts:
            try:
                roots = trees(text)
            except NoTree:
                continue
            for root in roots:
                for name in _names(root, "", set()):
                    found[name.lower()] = None
                keys.update(_keys(root))
                regions.update(_regions(root))
        for path in paths:
            for part in _CUT.split(path):
                for name in _single([part]):
                    found[name.lower()] = None
        names = set(found) - _STAY - keys - regions
        kept = sorted(name for name in names if not name.startswith(_OF_PLATFORM))
        self._made = {name: f"n{number}" for number, name in enumerate(kept, 1)}
        self._ids: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._made) + len(self._ids)

    def redacted(self, text: str) -> str:
        """Return a text with made-up names, with as many lines.

        A text that cannot be read as a whole loses everything but its lines.
        """
        try:
            roots = trees(text)
        except NoTree:
            return "\n" * text.count("\n")
        found: dict[int, tuple[Leaf, str]] = {}
        for root in roots:
            self._visit(root, "", found, set())
        if not text.lstrip().startswith(("{", "[")):
            return _without_comments(replaced(text, found))
        return replaced(text, found)

    def path(self, path: str) -> str:
        """Return a made-up path."""
        return self.said(path)

    def said(self, text: str) -> str:
        """Return a scalar with made-up names."""
        if _ADDRESS.fullmatch(text):
            return text
        text = _GUID.sub(lambda match: self._guid(match[0]), text)
        parts = _CUT.split(text)
        return "".join(self._made.get(part.lower(), part) for part in parts)

    def _guid(self, text: str) -> str:
        number = len(self._ids) + 1
        known = self._ids.setdefault(text.lower(), f"{number:08x}-0000-0000-0000-")
        return (
            known if len(known) > len("00000000-0000-0000-0000-") else known + "0" * 12
        )

    def _visit(
        self,
        value: Value,
        key: str,
        found: dict[int, tuple[Leaf, str]],
        seen: set[int],
    ) -> None:
        if isinstance(value, Leaf):
            format_word = key.lower() in _FORMAT
            if not value.is_text or is_dropped(value.text) or format_word:
                return
            new = "(left out)" if key.lower() in _PROSE else self.said(value.text)
            if new != value.text:
                found[value.start] = (value, _escaped(new))
            return
        if id(value) in seen:
            return
        seen.add(id(value))
        for leaf in value.keys:
            new = self.said(leaf.text)
            if new != leaf.text and leaf.text.lower() in self._made:
                found[leaf.start] = (leaf, _escaped(new))
        for name, child in value.children:
            self._visit(child, name if isinstance(name, str) else key, found, seen)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _without_comments(text: str) -> str:
    return "\n".join(
        line if not line.lstrip().startswith("#") else "" for line in text.split("\n")
    )


def _names(value: Value, key: str, seen: set[int]) -> Iterator[str]:
    if isinstance(value, Leaf):
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    inside = key.lower()
    for name, child in value.children:
        word = (name if isinstance(name, str) else key).lower()
        if isinstance(child, Branch):
            yield from _names(child, word, seen)
            continue
        yield from _said(child, word, inside, is_item=isinstance(name, int))


def _said(leaf: Leaf, word: str, inside: str, *, is_item: bool) -> Iterator[str]:
    text = leaf.text
    if not leaf.is_text or not text:
        return
    if text.startswith("/subscriptions/") or "/resourcegroups/" in text.lower():
        yield from _of_id(text)
    elif word in _HOSTS or word.endswith(("fqdn", "fqdns", "matchpattern")):
        yield from _of_host(text)
    elif _names_something(word, inside, is_item=is_item) and "/" not in text:
        yield from _single([text])


def _names_something(word: str, inside: str, *, is_item: bool) -> bool:
    letters = word.replace("_", "")
    if letters.endswith(("name", "namespace", "resourcegroup")):
        return True
    return inside in _LABELS or (inside == "values" and is_item)


def _of_id(text: str) -> Iterator[str]:
    parts = text.strip("/").split("/")
    for index in range(1, len(parts), 2):
        if parts[index - 1].lower() != "providers":
            yield from _single([parts[index]])


def _of_host(text: str) -> Iterator[str]:
    """Yield the parts of a host's name that its owner chose.

    In the platform's own domains these are the labels before a suffix that customers
    get names under; other names there are the platform's.
    """
    name = text.lower().strip("*. ")
    if not name.endswith(_PLATFORM):
        yield from _single(name.split(".")[:-1])
        return
    for suffix in _CUSTOMERS:
        if name.endswith("." + suffix):
            yield from _single(name.removesuffix("." + suffix).split(".")[:1])
            return


def _single(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        if _NAMED.fullmatch(part) and not part.isdigit():
            yield part


def _keys(value: Value, inside: str = "") -> Iterator[str]:
    """Yield the words that are keys of a format, in lower case."""
    waiting: list[tuple[Value, str]] = [(value, inside)]
    seen: set[int] = set()
    while waiting:
        here, key = waiting.pop()
        if isinstance(here, Leaf) or id(here) in seen:
            continue
        seen.add(id(here))
        for name, child in here.children:
            if isinstance(name, str):
                if key.lower() not in _MAPS:
                    yield name.lower()
                waiting.append((child, name))
            else:
                waiting.append((child, key))


def _regions(root: Value) -> Iterator[str]:
    """Yield the regions of Azure, which stand in names that the platform makes."""
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        here = waiting.pop()
        if isinstance(here, Leaf) or id(here) in seen:
            continue
        seen.add(id(here))
        for name, child in here.children:
            if name in {"location", "region"} and isinstance(child, Leaf):
                yield child.text.lower().replace(" ", "")
            waiting.append(child)
