"""Which values of a document are secret: by the kind of object, by key, by look.

Source: Kubernetes docs, Secrets; kubectl, last-applied-configuration; Azure docs, ARM
template data types and parameter files; azurerm provider, kubernetes_cluster.
"""

import re
from collections.abc import Iterator

from seawall.ingest.taking.declared import NOTHING, Declared
from seawall.ingest.taking.objects import of_key, of_object
from seawall.ingest.taking.terraform_values import (
    VALUES,
    of_terraform,
    sensitive_variables,
)
from seawall.ingest.taking.tree import Branch, Leaf, Value, leaves
from seawall.ingest.taking.words import hides_all, is_secret_key, letters_of

_LISTS = frozenset({"environmentvariables", "environment", "envvars"})
"""Keys under which everything is dropped if it is a list or a mapping."""

_LABELS = frozenset({"labels", "matchLabels", "selector", "nodeSelector"})
"""Mappings whose keys say nothing of secrets: everybody reads them."""

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_EXPRESSION = re.compile(r"\s*\[(?!\[)")
_OF_PARAMETERS = frozenset({"$schema", "contentVersion", "parameters"})
_WORDS = frozenset({"", "true", "false", "null", "~"})


def secrets_in(root: Value, declared: Declared = NOTHING) -> Iterator[Leaf]:
    """Yield each scalar of a document that is secret; one may come twice.

    What only looks like a secret is not among them.
    """
    names = frozenset(sensitive_variables(root))
    yield from _of_arm(root, declared)
    yield from _visit(root, "", names, set())


def _visit(
    value: Value, key: str, names: frozenset[str], open_: set[int]
) -> Iterator[Leaf]:
    if isinstance(value, Leaf) or id(value) in open_:
        return
    open_.add(id(value))
    yield from of_object(value)
    yield from _by_kind(value, key)
    yield from of_terraform(value, key, names)
    for name, child in value.children:
        if isinstance(name, str):
            yield from _by_key(name, child, key)
        inner = name if isinstance(name, str) else key
        yield from _visit(child, inner, names, open_)
    open_.discard(id(value))


def _by_key(name: str, child: Value, inside: str) -> Iterator[Leaf]:
    letters = letters_of(name)
    is_list = letters in _LISTS and isinstance(child, Branch)
    if hides_all(name) or is_list or name.endswith("last-applied-configuration"):
        yield from leaves(child)
    elif inside not in _LABELS and is_secret_key(name):
        yield from _texts(child)
    yield from of_key(name, letters, child)


def _by_kind(value: Branch, key: str) -> Iterator[Leaf]:
    """Yield what is secret by what the mapping says that it is."""
    parts: tuple[str, ...] = ()
    if _is_declared_secret(value):
        parts = VALUES
    elif key == "env" and value.get("name") is not None:
        parts = ("value",)
    for part in parts:
        yield from leaves(value.get(part), value)
    for name, child in value.children if key == "env" else ():
        if _VARIABLE.fullmatch(str(name)):
            yield from leaves(child, value)
    if value.get("provisioningState") is not None:
        # A deployment, as the platform shows it: nothing reads what it put out.
        yield from _of_outputs(value.get("outputs"))
    kind = value.said("type").lower()
    if kind.endswith(("/extensions", "vaults/secrets")) and "compute" in kind + key:
        yield from leaves(value.get("properties"))


def _of_arm(root: Value, declared: Declared) -> Iterator[Leaf]:
    """Yield values of parameters that no template declares in the open, and outputs."""
    if not isinstance(root, Branch):
        return
    parameters = root.get("parameters")
    keys = {str(name) for name, _ in root.children}
    schema = root.said("$schema").lower()
    gives = "deploymentparameters.json" in schema or keys <= _OF_PARAMETERS
    if isinstance(parameters, Branch) and gives:
        for name, given in parameters.children:
            if isinstance(given, Branch) and declared.hides(str(name)):
                yield from leaves(given.get("value"))
    if "resources" in keys:
        yield from _of_outputs(root.get("outputs"))
    for inner in _branches(root):
        held = inner.get("parameters") if inner.get("template") is not None else None
        for name, given in held.children if isinstance(held, Branch) else ():
            if isinstance(given, Branch) and str(name).lower() in declared.secret:
                yield from leaves(given.get("value"))


def _branches(root: Value) -> Iterator[Branch]:
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Branch) and id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting += [child for _, child in value.children]


def _of_outputs(value: Value | None) -> Iterator[Leaf]:
    for _, output in value.children if isinstance(value, Branch) else ():
        told = output.get("value") if isinstance(output, Branch) else None
        for leaf in leaves(told):
            if not _EXPRESSION.match(leaf.text):
                yield leaf


def _is_declared_secret(value: Branch) -> bool:
    """Whether a parameter of ARM or a variable or output of Terraform is a secret."""
    secure = value.said("type").lower() in {"securestring", "secureobject"}
    return secure or value.said("sensitive") == "true"


def _texts(value: Value) -> Iterator[Leaf]:
    """Yield the scalar under a secret's key, those of a list, or a parameter's."""
    found = [value] if isinstance(value, Leaf) else []
    if isinstance(value, Branch):
        found = [leaf for part in VALUES for leaf in leaves(value.get(part))]
        found += [
            child
            for name, child in value.children
            if isinstance(name, int) and isinstance(child, Leaf)
        ]
    yield from (it for it in found if it.text.lower() not in _WORDS)
