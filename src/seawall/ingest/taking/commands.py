"""Commands without what may be secret in them: what they change can still be told.

Words stay that our readers of commands know, options, what is called like something
that is in the archive anyway, and holes that other values fill. Every other word goes.
Where less could be told of what is left than of the whole, it is told to be unknown.

Source: Azure CLI reference; Terraform docs, Provisioners; Azure docs,
deployment-script-template.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from seawall.ingest.doubts.arguments import PROGRAMS
from seawall.ingest.doubts.called import SCRIPT
from seawall.ingest.doubts.commands import command_of
from seawall.ingest.doubts.orders import Order, is_told, orders_of
from seawall.ingest.taking.tree import Branch, Leaf, Value, leaves
from seawall.ingest.taking.words import letters_of

GONE = "dropped"
_OPEN = f"az ${GONE}"
_OPEN_ORDER = f"kubectl ${GONE}"
"""What may change anything: in Azure, and in a cluster."""

_BESIDE = frozenset(
    {"scriptcontent", "arguments", "commandline", "environmentvariables"}
    | {"environmentvariable"}
)
_RUNNERS = frozenset({"provisioner", "provisioners"})
_OF_RUNNERS = frozenset({"command", "inline", "interpreter", "environment"})

_DEEPEST = 12
_WORDS = """
    iex cmd python python3 xargs eval source invoke-expression scriptblock
    invoke-command write-host write-output terraform tofu terragrunt azd pulumi apply
    destroy up down provision curl curl.exe wget wget.exe invoke-restmethod
    invoke-webrequest irm iwr get put post patch delete head options az az.cmd az.exe
    azure.cli dropped none true false / ./ . .. - 0 1 2 /dev/null
"""
_KNOWN = PROGRAMS | frozenset(_WORDS.split())
_NAMED = re.compile(
    r"(?i)[\w-]*(?:name|namespace)[\"']?\s*[:=]\s*[\"']?([a-z0-9][a-z0-9._-]*)"
)
_TOKEN = re.compile(
    r"(?P<hole>[$%]\{[\w.\[\]()*-]+\}|\$\w+|\$[@*?])|(?P<escape>\\.)"
    r"|(?P<address>https?://[^\s\"'`;|&()<>$,{}\\]*)"
    r"|(?P<word>[^\s\"'`;|&()<>$=,\[\]{}\\]+)|(?P<sign>.)",
    re.DOTALL,
)
_OPTION = re.compile(r"--[a-z][a-z-]*|-[fgiIjkLnNsSvqRXdoHTFKG046]+|-[a-zA-Z]")
_OF_CMDLETS = re.compile(
    r"-(?:method|uri|path|resourceid|resourcetype|id|ids|command|file|noprofile)",
    re.IGNORECASE,
)
_CMDLET = re.compile(r"[a-z]+-az[a-z]+", re.IGNORECASE)
_TYPE = re.compile(r"[\w./-]*\bmicrosoft\.[a-z.]+/[\w./-]*", re.IGNORECASE)
_FILE = re.compile(r"[\w./-]+\.(?:ya?ml|json)", re.IGNORECASE)
_ID = re.compile(r"/subscriptions/[\w./-]*", re.IGNORECASE)
_GROUP = re.compile(r"[a-z][a-z-]*")
_HOST = re.compile(r"(https?://)([^/?@]*)(/[^?@]*)?(.*)", re.DOTALL)
_TEXT = re.compile(r"(?P<before>(?:parameters|variables)\(\s*)?'(?P<text>[^']*)'")


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return what something is called in texts that are kept."""
    return frozenset(match[1] for text in texts for match in _NAMED.finditer(text))


def runs_commands(text: str) -> bool:
    """Whether a text may hold commands that a deployment runs."""
    return "-exec" in text or re.search(r"(?i)script_?content", text) is not None


def reduced(text: str, names: AbstractSet[str] = frozenset()) -> str:
    """Return a text of commands, as many lines, without what may be secret in it.

    Args:
        text: The commands.
        names: What is called so in the archive anyway.
    """
    if text.lstrip()[:1] == "[" and text.rstrip()[-1:] == "]":
        out = _TEXT.sub(lambda it: _said(it, names), text)
    else:
        out = "".join(_words(text, names))
    plain, left = (it.replace("\\n", "\n") for it in (text, out))
    lost = []
    if command_of(plain) != command_of(left) or _scripts(text) != _scripts(out):
        lost.append(_OPEN)
    if _orders(plain, names) != _orders(left, names):
        lost.append(_OPEN_ORDER)
    return "; ".join(lost) + "\n" * text.count("\n") if lost else out


def _scripts(text: str) -> list[str]:
    return SCRIPT.findall(text)


def _orders(text: str, names: AbstractSet[str]) -> list[Order]:
    """Return what is ordered, names that are kept nowhere all alike."""

    def alike(name: str | None) -> str | None:
        return name if name is None or name in names else GONE

    return [
        replace(it, name=alike(it.name), namespace=alike(it.namespace))
        for it in orders_of(text)
    ]


def _said(found: re.Match[str], names: AbstractSet[str]) -> str:
    """Return a text in an expression of a template."""
    if found["before"]:
        return found[0]
    return "'" + "".join(_words(found["text"], names)) + "'"


def _words(text: str, names: AbstractSet[str]) -> Iterator[str]:
    is_group = False
    for found in _TOKEN.finditer(text):
        kind, said = found.lastgroup, found[0]
        if kind == "sign":
            is_group = is_group and said not in "\n;|&("
            yield said
        elif kind in {"hole", "escape"}:
            yield said
        elif kind == "address":
            yield _address(said)
        else:
            is_named = text[found.end() : found.end() + 1] == "="
            if is_group and _GROUP.fullmatch(said):
                yield said
            elif said.startswith("#"):
                yield "#" if said == "#" else f"#{GONE}"
            elif said.startswith("-"):
                is_group = False
                yield _option(said)
            else:
                kept = is_named and said.isidentifier()
                yield said if kept else _word(said, names)
            is_group = is_group or said.lower() in {"az", "az.cmd", "az.exe"}


def _word(word: str, names: AbstractSet[str]) -> str:
    if word in names or is_known(word):
        return word
    kind, slash, name = word.partition("/")
    if slash and is_told(kind):
        return f"{kind}/{name if name in names else GONE}"
    return GONE


def is_known(word: str) -> bool:
    """Whether a word is one of the readers', or leads to a resource or a script."""
    return bool(
        word.lower() in _KNOWN
        or _CMDLET.fullmatch(word)
        or SCRIPT.fullmatch(word)
        or _FILE.fullmatch(word)
        or is_told(word)
        or _TYPE.fullmatch(word)
        or _ID.fullmatch(word)
    )


def _option(word: str) -> str:
    found = _OF_CMDLETS.fullmatch(word) or _OPTION.match(word)
    return found[0] if found else "-" + GONE


def _address(word: str) -> str:
    """Return an address: of the platform its path, of others the host."""
    found = _HOST.fullmatch(word)
    if found is None or found[4].startswith("@"):
        return f"https://{GONE}.{GONE}/"
    path = found[3] or ""
    ours = "management" in found[2]
    return found[1] + found[2] + (path if ours else "/" if path else "")


def commands_below(root: Value | None) -> dict[int, Leaf | None]:
    """Return the commands of a document, and what these are given, by where they stand.

    None stands for what only says which value of the deployment it is: that stays.
    """
    waiting: list[Value] = [root] if root is not None else []
    seen: set[int] = set()
    found: dict[int, Leaf | None] = {}
    while waiting:
        value = waiting.pop()
        if not isinstance(value, Branch) or id(value) in seen:
            continue
        seen.add(id(value))
        words = [letters_of(str(key)) for key, _ in value.children]
        has_content = "scriptcontent" in words
        for word, (_, child) in zip(words, value.children, strict=True):
            if word in _RUNNERS:
                _of_runner(child, found)
            elif word in _BESIDE and has_content:
                found.update((leaf.start, leaf) for leaf in leaves(child))
            else:
                waiting.append(child)
    return found


def _of_runner(value: Value, found: dict[int, Leaf | None], depth: int = 0) -> None:
    """Note the commands of provisioners, as files and as plans have them."""
    for key, child in value.children if isinstance(value, Branch) else ():
        if key in _OF_RUNNERS:
            found.update((leaf.start, leaf) for leaf in leaves(child))
            found.update((leaf.start, None) for leaf in _references(child))
        elif depth < _DEEPEST:
            _of_runner(child, found, depth + 1)


def _references(value: Value, depth: int = 0) -> Iterator[Leaf]:
    for key, child in value.children if isinstance(value, Branch) else ():
        if key == "references":
            yield from leaves(child)
        elif depth < _DEEPEST:
            yield from _references(child, depth + 1)
