"""Which values are secret: by the kind of object, by their key, by their look.

A name that may be a secret's counts as one: an archive goes to other people.

Source: Kubernetes docs, Secrets; kubectl, last-applied-configuration; Terraform docs,
JSON output format (`sensitive_values`); Azure docs, ARM template data types; azurerm
provider, kubernetes_cluster (`kube_config`).
"""

import base64
import binascii
import re
from collections.abc import Iterator

from seawall.ingest.taking.tree import Branch, Leaf, Value

_WHOLE = frozenset(
    {
        "kubeconfig",
        "kubeconfigraw",
        "kubeadminconfig",
        "kubeadminconfigraw",
        "kubeconfigs",
        "securesettings",
        "protectedsettings",
        "encryptedprotectedsettings",
        "connectionstrings",
        "authorization",
        "credentials",
        "stringdata",
    }
)
"""Keys under which everything is dropped; letters alone, in lower case."""

_LISTS = frozenset({"environmentvariables", "environment", "envvars"})
"""Keys under which everything is dropped if it is a list or a mapping."""

_LABELS = frozenset({"labels", "matchLabels", "selector", "nodeSelector"})
"""Mappings whose keys say nothing of secrets: everybody reads them."""

_ENDS = (
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secretvalue",
    "secretkey",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "sharedkey",
    "primarykey",
    "secondarykey",
    "mastersharedkey",
    "signingkey",
    "encryptionkey",
    "privatekey",
    "privatekeypem",
    "clientkey",
    "clientkeydata",
    "clientcertificate",
    "clientcertificatedata",
    "certificatedata",
    "pfx",
    "pkcs12",
    "connectionstring",
    "saskey",
    "sastoken",
    "sasurl",
    "sasuri",
    "authkey",
    "credential",
    "presharedkey",
    "securevalue",
    "htpasswd",
    "dockerconfigjson",
)
"""Ends of keys whose texts are dropped."""

_NOT = frozenset({"automountserviceaccounttoken", "secretname", "tokensecret"})
_VALUES = ("value", "default", "defaultValue", "constant_value")

_LOOKS = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"
    r"|\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|SharedSecret)="
    r"|[?&;]sig=[A-Za-z0-9%+/=]{16,}"
    r"|\b(?:password|pwd)\s*=\s*[^\s;]{3,}"
    r"|[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bAKIA[A-Z0-9]{16}\b"
    r"|\bclient-key-data\b",
    re.IGNORECASE,
)
_CODED = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]+")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_LETTERS = re.compile(r"[^a-z0-9]+")


def secrets_in(root: Value) -> Iterator[Leaf]:
    """Yield each scalar of a document that is secret; one may come twice."""
    names = frozenset(_sensitive_variables(root))
    yield from _visit(root, "", names, set())


def looks_secret(text: str) -> bool:
    """Whether a text has the look of a key, a token or a connection string."""
    return _LOOKS.search(text) is not None or _is_coded_key(text)


def is_secret_key(key: str) -> bool:
    """Whether what stands under a key is secret, going by its name."""
    letters = _LETTERS.sub("", key.lower())
    return letters not in _NOT and (letters in _WHOLE or letters.endswith(_ENDS))


def _is_coded_key(text: str) -> bool:
    for match in _CODED.finditer(text):
        coded = "".join(match[0].split())
        try:
            plain = base64.b64decode(coded[: len(coded) // 4 * 4])
        except (binascii.Error, ValueError):
            continue
        if b"PRIVATE KEY" in plain:
            return True
    return False


def _visit(
    value: Value, key: str, names: frozenset[str], open_: set[int]
) -> Iterator[Leaf]:
    if isinstance(value, Leaf):
        if looks_secret(value.text):
            yield value
        return
    if id(value) in open_:
        return
    open_.add(id(value))
    yield from _by_kind(value, key, names)
    for name, child in value.children:
        word = str(name)
        letters = _LETTERS.sub("", word.lower())
        is_whole = isinstance(name, str) and (
            letters in _WHOLE or (letters in _LISTS and isinstance(child, Branch))
        )
        if is_whole or word.endswith("last-applied-configuration"):
            yield from leaves(child)
        elif isinstance(name, str) and key not in _LABELS and is_secret_key(name):
            yield from _texts(child)
        yield from _visit(child, word if isinstance(name, str) else key, names, open_)
    open_.discard(id(value))


def _by_kind(value: Branch, key: str, names: frozenset[str]) -> Iterator[Leaf]:
    """Yield what is secret by what the object says that it is."""
    parts: tuple[str, ...] = ()
    if value.said("kind").lower() == "secret":
        parts = ("data", "stringData", "binaryData")
    elif _is_declared_secret(value):
        parts = _VALUES
    elif key == "env" and value.get("name") is not None:
        parts = ("value",)
    for part in parts:
        yield from leaves(value.get(part), value)
    for name, child in value.children if key == "env" else ():
        if _VARIABLE.fullmatch(str(name)):
            yield from leaves(child, value)
    yield from _of_terraform(value, names)


def _is_declared_secret(value: Branch) -> bool:
    """Whether a parameter of ARM or a variable or output of Terraform is a secret."""
    secure = value.said("type").lower() in {"securestring", "secureobject"}
    return secure or value.said("sensitive") == "true"


def _of_terraform(value: Branch, names: frozenset[str]) -> Iterator[Leaf]:
    for plain, marked in (
        ("values", "sensitive_values"),
        ("before", "before_sensitive"),
        ("after", "after_sensitive"),
    ):
        yield from _marked(value.get(plain), value.get(marked))
    yield from _named(value.get("attributes"), value.get("sensitive_attributes"))
    variables = value.get("variables")
    for name, variable in variables.children if isinstance(variables, Branch) else ():
        if name in names and isinstance(variable, Branch):
            for part in _VALUES:
                yield from leaves(variable.get(part))


def _sensitive_variables(root: Value) -> Iterator[str]:
    """Yield the names of variables of Terraform that are declared as sensitive."""
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Branch) or id(value) in seen:
            continue
        seen.add(id(value))
        variables = value.get("variables")
        if isinstance(variables, Branch):
            for name, variable in variables.children:
                if (
                    isinstance(variable, Branch)
                    and variable.said("sensitive") == "true"
                ):
                    yield str(name)
        waiting += [child for _, child in value.children]


def _marked(value: Value | None, marks: Value | None) -> Iterator[Leaf]:
    """Yield what a parallel structure marks as sensitive."""
    if value is None or marks is None:
        return
    if isinstance(marks, Leaf):
        if marks.text == "true":
            yield from leaves(value)
        return
    if isinstance(value, Branch):
        inner = dict(value.children)
        for name, mark in marks.children:
            yield from _marked(inner.get(name), mark)


def _named(value: Value | None, paths: Value | None) -> Iterator[Leaf]:
    """Yield what a state lists as sensitive attributes.

    Source: Terraform state version 4: each path is a list of steps, each with a
    `value` that is a key or an index.
    """
    if not isinstance(value, Branch) or not isinstance(paths, Branch):
        return
    for _, path in paths.children:
        here: Value | None = value
        steps = path.children if isinstance(path, Branch) else []
        for _, step in steps:
            name = step.said("value") if isinstance(step, Branch) else ""
            if isinstance(here, Branch):
                known = {str(known): child for known, child in here.children}
                here = known.get(name, here)
        if here is not value:
            yield from leaves(here)


def _texts(value: Value) -> Iterator[Leaf]:
    """Yield the text under a secret's key, or the values of a parameter there."""
    found = [value] if isinstance(value, Leaf) else []
    if isinstance(value, Branch):
        found = [leaf for part in _VALUES for leaf in leaves(value.get(part))]
    words = {"", "true", "false"}
    yield from (it for it in found if it.is_text and it.text.lower() not in words)


def leaves(value: Value | None, holder: Branch | None = None) -> Iterator[Leaf]:
    """Yield every scalar below a value, null and empty texts left out.

    An alias of what is written as a name elsewhere is no secret.
    """
    waiting: list[tuple[Value | None, Branch | None]] = [(value, holder)]
    seen: set[int] = set()
    while waiting:
        here, within = waiting.pop()
        if isinstance(here, Leaf):
            is_alias = within is not None and here.holder not in {0, id(within)}
            if is_alias and here.key in {"name", "namespace"}:
                continue
            if here.text and (here.is_text or here.text not in {"null", "~"}):
                yield here
        elif isinstance(here, Branch) and id(here) not in seen:
            seen.add(id(here))
            waiting += [(child, here) for _, child in here.children]
