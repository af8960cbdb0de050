"""Drops secrets from scripts of Terraform and Bicep, in place: no line moves.

Source: Terraform docs, Input Variables (`sensitive`), Strings (heredocs); provider
docs, kubernetes_secret, helm_release; Azure docs, Bicep parameters (`@secure()`).
"""

import re
from collections.abc import Callable, Iterator

from seawall.ingest.bicep.language.parser import parse as read_bicep
from seawall.ingest.stored.form import DROPPED
from seawall.ingest.taking.commands import reduced
from seawall.ingest.taking.declared import NOTHING, Declared
from seawall.ingest.taking.objects import is_read_file, is_read_map, is_read_note
from seawall.ingest.taking.servers import without_secrets_of_servers
from seawall.ingest.taking.structure import Held, Place, structure
from seawall.ingest.taking.terraform_values import (
    is_kept_of_secret,
    is_map_type,
    is_secret_type,
)
from seawall.ingest.taking.words import (
    hides_all,
    is_secret_key,
    letters_of,
    looks_secret,
    masked,
)
from seawall.ingest.terraform.language.parser import parse as read_terraform

Inner = Callable[[str], str | None]
"""Returns a text within a text without its secrets; None if it is no YAML or JSON."""

_HOLE = re.compile(r"\$\{[^\"'{}]*\}")
_NEXT = re.compile(r"^[@a-z]", re.MULTILINE)
_ENV = frozenset({"env", "environmentvariable", "environmentvariables", "environment"})
_LISTS = frozenset({"args", "command", "arguments"})
_OF_RUNNERS = frozenset({"command", "inline", "interpreter", "environment"})
_PROGRAMS = "azurerm_resource_deployment_script"
_DATA = frozenset({"data", "stringdata", "binarydata"})


def without_secrets(
    text: str,
    path: str,
    inner: Inner,
    declared: Declared = NOTHING,
    names: frozenset[str] = frozenset(),
) -> tuple[str, int, bool]:
    """Return a script without its secrets, how many it had, and if it has commands.

    It has as many lines.
    """
    lower = path.lower()
    bicep = lower.endswith((".bicep", ".bicepparam"))
    values = lower.endswith((".tfvars", ".bicepparam"))
    found = structure(text, bicep=bicep)
    edits: list[tuple[int, int, str]] = [
        (start, end, "\n" * text.count("\n", start, end))
        for _, start, end in found.comments
    ]
    edits += _broken(text, path, bicep=bicep) if found.strange else []
    count = sum(looks_secret(text[start:end]) for _, start, end in found.comments)
    quote = "'" if bicep else '"'
    commands = False
    for held in found.values:
        start, end = held.piece.start, held.piece.end
        old = text[start:end]
        hides = values and declared.hides(_outermost(held))
        if not hides and _is_command(held) and _is_whole(old, held, quote):
            new = _of_command(old, held, names)
            dropped, commands = new != old, True
        else:
            new, dropped = _replaced(old, held, quote, inner, hides=hides)
        count += dropped
        if new != old:
            edits.append((start, end, new))
    return edited(text, edits), count, commands


def _broken(text: str, path: str, *, bicep: bool) -> list[tuple[int, int, str]]:
    """Return what blanks each part that cannot be read, up to the next declaration.

    A sign stays there that no script may hold, so that it cannot be read either.
    """
    faults = (read_bicep if bicep else read_terraform)(text, path).faults
    breaks = [-1, *(match.start() for match in re.finditer("\n", text))]
    out: list[tuple[int, int, str]] = []
    for fault in faults:
        if "given twice" in fault.what or not 0 < fault.line <= len(breaks):
            continue
        start = breaks[fault.line - 1] + 1
        found = _NEXT.search(text, start + 1)
        end = found.start() - 1 if found else len(text)
        lines = text.count("\n", start, end)
        out.append((start, end, f"` {DROPPED}" + "\n" * lines))
    return out


def edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Return a text with parts of it replaced; the first of two that overlap holds."""
    out: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        if start >= at:
            out += (text[at:start], new)
            at = end
    return "".join((*out, text[at:]))


def _replaced(
    old: str, held: Held, quote: str, inner: Inner, *, hides: bool
) -> tuple[str, bool]:
    if old.strip("\"'") in {"", DROPPED}:
        return old, False
    kind = held.piece.kind
    secret = hides or _is_secret(held)
    if kind == "number":
        return (f"{quote}{DROPPED}{quote}", True) if secret else (old, False)
    if kind == "heredoc":
        return _heredoc(old, held, inner, secret=secret)
    if not _HOLE.sub("", old).strip("\"'") and not looks_secret(old):
        return old, False
    new = masked(old)
    if secret or looks_secret(new) or _holds(old, quote, inner):
        return _blank(old, quote), True
    return new, new != old


def _holds(old: str, quote: str, inner: Inner) -> bool:
    """Whether a text holds a document with secrets."""
    if _is_broken(old, quote):
        return False
    said = old[3:-3] if old.startswith("'''") else old[1:-1].replace('\\"', '"')
    said = said.replace("\\n", "\n")
    told = inner(said) if said.lstrip()[:1] == "{" or "\n" in said else None
    return told is not None and DROPPED in told


def _blank(old: str, quote: str) -> str:
    if _is_broken(old, quote):
        return f"{quote}{DROPPED}"
    return f"{quote}{DROPPED}{quote}" + "\n" * old.count("\n")


def _is_broken(old: str, quote: str) -> bool:
    return len(old) == 1 or not old.endswith(quote)


def _is_whole(old: str, held: Held, quote: str) -> bool:
    return held.piece.kind == "heredoc" or not _is_broken(old, quote)


def _heredoc(old: str, held: Held, inner: Inner, *, secret: bool) -> tuple[str, bool]:
    first, _, rest = old.partition("\n")
    body, _, last = rest.rpartition("\n")
    if not body.strip():
        return old, False
    new: str | None = None
    if not secret:
        new = _told(body, held, inner)
    if new is None:
        indent = body[: len(body) - len(body.lstrip(" \t\n"))].rpartition("\n")[2]
        new = f"{indent}{DROPPED}" + "\n" * body.count("\n")
        return f"{first}\n{new}\n{last}", True
    return f"{first}\n{new}\n{last}", new.count(DROPPED) > body.count(DROPPED)


def _told(body: str, held: Held, inner: Inner) -> str | None:
    """Return a text within a heredoc without its secrets; None if none of it stays."""
    lines = body.split("\n")
    deep = min(
        (len(it) - len(it.lstrip(" \t")) for it in lines if it.strip()), default=0
    )
    plain = "\n".join(line[deep:] for line in lines)
    if any(is_read_map(name) for name in _map_names(held)):
        told: str | None = without_secrets_of_servers(plain)
    else:
        told = inner(plain)
    if told is None:
        return None
    pad = lines[0][:deep] if lines[0].strip() else " " * deep
    return "\n".join(pad + line if line else "" for line in told.split("\n"))


def _is_command(held: Held) -> bool:
    """Whether a text is a command that a deployment runs, or what it is given."""
    if held.piece.kind == "number":
        return False
    letters = [letters_of(key) for key in _keys(held)]
    if "provisioner" in letters:
        return not _OF_RUNNERS.isdisjoint(letters) and "connection" not in letters
    if "scriptcontent" in letters:
        return True
    places = list(held.place.above())
    program = any(it.labels and it.labels[0].startswith(_PROGRAMS) for it in places)
    program = program or any("scriptContent" in it.said for it in places)
    in_env = letters[0].endswith("value") and not _ENV.isdisjoint(letters)
    return program and (in_env or letters[0] in {"commandline", "arguments"})


def _of_command(old: str, held: Held, names: frozenset[str]) -> str:
    """Return how a command is written without its secrets."""
    if held.piece.kind == "heredoc":
        first, _, rest = old.partition("\n")
        body, _, last = rest.rpartition("\n")
        return f"{first}\n{reduced(body, names)}\n{last}"
    size = 3 if old.startswith("'''") else 1
    return old[:size] + reduced(old[size:-size], names) + old[-size:]


def _outermost(held: Held) -> str:
    """Return the outermost key that a value stands under."""
    name = held.key
    for place in held.place.above():
        if place.parent is not None and place.key:
            name = place.key
    return name


def _keys(held: Held) -> Iterator[str]:
    """Yield the key of a value, then those of the lists and mappings around it."""
    yield held.key
    for place in held.place.above():
        if place.parent is not None:
            yield place.key


def _is_secret(held: Held) -> bool:
    keys = list(_keys(held))
    if any(hides_all(key) for key in keys) or _is_secret_item(held):
        return True
    places = list(held.place.above())
    return (
        _is_declared(held, places)
        or _is_of_container(keys)
        or _is_of_object(held, places)
        or _is_of_secret_type(held, places)
    )


def _is_secret_item(held: Held) -> bool:
    """Whether the key of a value, or of the lists around it, is a secret's."""
    if held.key and held.place.kind in {"body", "object"}:
        return is_secret_key(held.key)
    for place in held.place.above():
        if place.kind in {"body", "object"}:
            return False
        if place.key:
            return is_secret_key(place.key)
    return False


def _is_declared(held: Held, places: list[Place]) -> bool:
    """Whether a value is that of a variable or output that is declared as secret."""
    keys = [held.key, *(place.key for place in places)]
    for place in places:
        if place.kind == "body" and place.key in {"variable", "output"}:
            secret = place.said.get("sensitive", "false") != "false"
            named = any(is_secret_key(label) for label in place.labels)
            if (secret or named) and keys[0] not in {"type", "description"}:
                inside = "validation" in keys
                return (secret or "default" in keys) and not inside
    file = places[-1]
    name = _outermost(held)
    declares = file.word.get(name, "")
    if declares in {"param", "output", "var"}:
        return "secure" in file.marks[name] or (
            declares != "output" and is_secret_key(name)
        )
    return False


def _is_of_container(keys: list[str]) -> bool:
    letters = [letters_of(key) for key in keys]
    is_env = any(key in _ENV for key in letters[1:]) and keys[0] == "value"
    is_map = letters[1:2] == ["environment"] or letters[1:2] == ["environmentvariables"]
    notes = [at for at, key in enumerate(letters) if key.endswith("annotations")]
    if notes and notes[0] > 0:
        return not is_read_note(keys[notes[0] - 1])
    return is_env or is_map or any(key in _LISTS for key in letters)


def _is_of_object(held: Held, places: list[Place]) -> bool:
    """Whether a value is data of a Secret, or of a ConfigMap that nothing reads."""
    key = held.key
    for place in places:
        kind = place.said.get("kind", "").lower()
        if kind == "secret" and letters_of(key) in _DATA:
            return True
        if kind == "configmap" and letters_of(key) in _DATA:
            names = list(_map_names(held))
            return not any(is_read_map(name) for name in names)
        key = place.key
    return False


def _map_names(held: Held) -> Iterator[str]:
    """Yield the names in `metadata` of the objects around a value."""
    if not is_read_file(held.key):
        return
    for place in held.place.above():
        for child in place.children:
            if child.key == "metadata":
                yield child.said.get("name", "")


def _is_of_secret_type(held: Held, places: list[Place]) -> bool:
    top = places[-2] if len(places) > 1 else None
    if top is not None and top.key in {"resource", "data", "ephemeral"} and top.labels:
        keys = [held.key, *(place.key for place in places[:-2])]
        if is_map_type(top.labels[0]):
            data = any(letters_of(key) in _DATA for key in keys)
            return data and not any(is_read_map(it) for it in _map_names(held))
        return is_secret_type(top.labels[0]) and not is_kept_of_secret(keys[-1])
    file = places[-1]
    kind = file.said.get("type " + _outermost(held), "").lower()
    keys = [held.key, *(place.key for place in places)]
    if "vaults/secrets@" in kind or ("/extensions@" in kind and "compute" in kind):
        return "properties" in keys or held.key == "value"
    return False
