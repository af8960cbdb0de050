"""What commands of `kubectl` and `helm` may change of the objects of a cluster.

What they name counts: the verb, the kind, the name, the namespace, the file. Whatever
of these is not told may be any.

Source: kubernetes.io, kubectl reference (apply, create, delete, edit, label, patch,
replace); helm.sh, helm install, helm upgrade, helm uninstall.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seawall.ingest.doubts.calls import Called, calls, commands_in, tokens

_CALLED = re.compile(
    r"(?<![\w./-])(kubectl|oc|helm)(?:\.exe)?(?=[ \t]+[\w$-])", re.IGNORECASE
)
_OPEN = re.compile(r"[$?<{%`*]")
_OPTIONS = """
    -n --namespace -f --filename -k --kustomize -l --selector --context --kubeconfig
    -p --patch --patch-file --type -o --output -s --server --user --cluster --token
    --field-selector --timeout --grace-period --field-manager --as --request-timeout
    --version --repo --set --set-string --values --kube-context --history-max
    --description --post-renderer --username --password --ca-file
"""
_VALUED = frozenset(_OPTIONS.split())
_FILES = ("-f", "--filename", "-k", "--kustomize")
_SPACES = ("-n", "--namespace")
_WRITES = frozenset({"apply", "create", "replace"})
_CHANGES = frozenset({"patch", "edit", "delete", "set"})
_INSTALLS = frozenset({"install", "upgrade"})
_MARKS = frozenset({"label", "annotate"})
_SHORT = {
    "netpol": "networkpolicy",
    "ns": "namespace",
    "cnp": "ciliumnetworkpolicy",
    "ccnp": "ciliumclusterwidenetworkpolicy",
    "gnp": "globalnetworkpolicy",
    "ciliumnp": "ciliumnetworkpolicy",
    "anp": "adminnetworkpolicy",
    "banp": "baselineadminnetworkpolicy",
    "pa": "peerauthentication",
    "ap": "authorizationpolicy",
}
_POLICY = re.compile(r"\w*networkpolicy|authorizationpolicy|peerauthentication")
_TOLD = re.compile(r"[a-z,]+(?:\.[a-z0-9.]+\.(?:io|org))?", re.IGNORECASE)
NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Order:
    """What a command may change.

    Attributes:
        kind: In lower case, as `networkpolicy`; empty for any policy.
        name: Of the object; None for any.
        namespace: Of the object; None for any.
        file: Only objects of files of that name, if the input has such; empty for any.
        adds: Whether it may make an object of that kind.
        release: Whether it installs a chart, whose workloads are not known.
    """

    kind: str = ""
    name: str | None = None
    namespace: str | None = None
    file: str = ""
    adds: bool = False
    release: bool = False

    @property
    def why(self) -> str:
        """What is not known because of it."""
        if self.release:
            return f"the workloads of the chart `{self.name or '?'}` are not known"
        what = f"`{self.kind}`" if self.kind else "policies"
        called = f" `{self.name}`" if self.name else ""
        where = f" of namespace `{self.namespace}`" if self.namespace else ""
        return f"it may change {what}{called}{where}; what rests on that is unknown"


def orders_of(text: str) -> tuple[Order, ...]:
    """Return what a text of commands may change of objects; each once."""
    if not _CALLED.search(text):
        return ()
    found = calls(_CALLED, commands_in(text))
    return tuple(dict.fromkeys(it for each in found for it in _orders(each)))


def is_told(word: str) -> bool:
    """Whether a word is one that tells what a command is about: a verb or a kind."""
    if word.lower() in _WRITES | _CHANGES | _MARKS | _INSTALLS:
        return True
    if not _TOLD.fullmatch(word):
        return False
    return any(
        kind == NAMESPACE or _POLICY.fullmatch(kind) is not None
        for kind in map(_kind, word.split(","))
    )


def _orders(called: Called) -> Iterator[Order]:
    words, options = _split(tokens(called.rest))
    namespace = next((options[it] for it in _SPACES if it in options), None)
    space = namespace if namespace and not _OPEN.search(namespace) else None
    if any(it.startswith("--dry-run") and "none" not in it for it in options):
        return
    verb = words[0].lower() if words else ""
    if called.words.startswith("helm"):
        if verb in _INSTALLS:
            yield Order(name=_named(words[1:2]), namespace=space, release=True)
        return
    files = [options[it] for it in _FILES if it in options]
    if _OPEN.search(verb):
        yield Order(adds=True, namespace=space)
    elif verb in _WRITES | _CHANGES and files:
        name = files[0].replace("\\", "/").rpartition("/")[2]
        local = "://" not in files[0] and name not in {"", "-", "."}
        file = name if local and not _OPEN.search(name) else ""
        yield Order(file=file, namespace=space, adds=verb in _WRITES)
    elif verb in _CHANGES:
        yield from _named_orders(words[1:], space)
    elif verb in _MARKS:
        told = [it for it in words[1:] if "=" not in it and not it.endswith("-")]
        for order in _named_orders(told, space):
            if order.kind == NAMESPACE:
                yield order


def _named_orders(words: list[str], space: str | None) -> Iterator[Order]:
    """Yield what `KIND NAME…`, `KIND/NAME…` or `KIND,KIND` may be about."""
    if not words:
        return
    pairs = [it.partition("/") for it in words]
    if pairs[0][1]:
        told = [(kind, _named([name])) for kind, _, name in pairs]
    else:
        names = [_named([it]) for it in words[1:]] or [None]
        told = [(kind, name) for kind in words[0].split(",") for name in names]
    for written, name in told:
        if _OPEN.search(written):
            yield Order(name=name, namespace=space)
            continue
        kind = _kind(written)
        if kind == NAMESPACE:
            yield Order(NAMESPACE, name)
        elif _POLICY.fullmatch(kind):
            yield Order(kind, name, space)


def _kind(written: str) -> str:
    word = written.lower().partition(".")[0]
    word = _SHORT.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")


def _named(words: list[str]) -> str | None:
    return None if not words or _OPEN.search(words[0]) else words[0]


def _split(given: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the words of a command, and its options with what these are given."""
    words: list[str] = []
    options: dict[str, str] = {}
    waiting = ""
    for each in given:
        if waiting:
            options[waiting], waiting = each, ""
        elif each.startswith("-") and len(each) > 1:
            name, told, value = each.partition("=")
            options[name] = value
            waiting = name if not told and name in _VALUED else ""
        else:
            words.append(each)
    return words, options
