"""ConfigMaps that `configMapGenerator` makes: a few of them are the cluster's settings.

Source:
    kubernetes-sigs/kustomize api/kv/kv.go, api/internal/generators/configmap.go,
    api/resmap/reswrangler.go (`appendReplaceOrMerge`), api/types/generatoroptions.go.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.shelf import Shelf
from seawall.ingest.kustomize.thing import Thing, Value
from seawall.ingest.stored.form import is_dropped
from seawall.model.origin import Origin

_RULE = "`kustomize` makes ConfigMaps of `literals`, `files` and `envs`"
_DATA = "data"


def generate(
    things: list[Thing],
    written: object,
    place: Origin,
    options: object,
    files: tuple[str, Shelf],
) -> None:
    """Carry out one entry of `configMapGenerator`.

    Args:
        things: The objects of the build.
        written: The entry.
        place: Where it stands.
        options: The `generatorOptions` of the kustomization.
        files: The kustomization's folder, and the files.

    Raises:
        BadBuild: It cannot be carried out; its ConfigMap is in doubt then.
    """
    entry, common = mapping(written), mapping(options)
    own = mapping(entry.get("options"))
    name = text(entry.get("name"))
    if not name:
        raise _bad("a ConfigMap that is made has no name")
    metadata: Value = {"name": name}
    if text(entry.get("namespace")):
        metadata["namespace"] = text(entry.get("namespace"))
    labels = {**mapping(common.get("labels")), **mapping(own.get("labels"))}
    if labels:
        metadata["labels"] = labels
    data: dict[str, str] = {}
    value: Value = {"apiVersion": "v1", "kind": "ConfigMap"}
    value |= {"metadata": metadata, _DATA: data}
    switch = "disableNameSuffixHash"
    hashed = True not in (common.get(switch), own.get(switch))
    made = Thing(value, place, "yaml", changed={()}, hashed=hashed)
    failed: BadBuild | None = None
    try:
        for key, item in _pairs(entry, *files):
            if key in data:
                raise _bad(f"the ConfigMap `{name}` is given the key `{key}` twice")
            data[key] = item
    except BadBuild as bad:
        failed = bad
        made.suspect(bad.what)
    _absorb(things, made, text(entry.get("behavior")) or "create")
    if failed is not None:
        raise failed


def _pairs(
    entry: Mapping[object, object], folder: str, shelf: Shelf
) -> Iterator[tuple[str, str]]:
    for name in (*sequence(entry.get("envs")), entry.get("env")):
        if isinstance(name, str) and name:
            yield from _lines(_text(name, folder, shelf))
    for item in sequence(entry.get("literals")):
        yield _literal(str(item))
    for item in sequence(entry.get("files")):
        key, sign, name = str(item).partition("=")
        if (sign and not (key and name)) or "=" in name:
            raise _bad("an entry of `files` is neither `file` nor `key=file`")
        name = name or key
        yield (key if sign else name.rpartition("/")[2]), _text(name, folder, shelf)


def _lines(text_: str) -> Iterator[tuple[str, str]]:
    for line in text_.splitlines():
        key, _, value = line.lstrip("\ufeff").lstrip().partition("=")
        if key and not key.startswith("#"):
            yield key, value


def _literal(written: str) -> tuple[str, str]:
    key, sign, value = written.partition("=")
    if is_dropped(key):
        raise _unseen("what may be secret in a ConfigMap that is made")
    if not key or not sign:
        raise _bad("an entry of `literals` is not of the form `key=value`")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return key, value


def _text(name: str, folder: str, shelf: Shelf) -> str:
    found = shelf.text(folder, name)
    if found is None:
        raise _unseen(f"the file `{name}` of a ConfigMap that is made")
    return found


def _absorb(things: list[Thing], made: Thing, behavior: str) -> None:
    wanted = made.identity
    old = [thing for thing in things if wanted in thing.identities]
    if behavior not in ("merge", "replace"):
        things.append(made)  # what is of one name is told when all are built
        return
    if len(old) != 1:
        made.suspect(f"there is no ConfigMap `{wanted.name}` to {behavior}")
        things.append(made)
        raise _bad(f"there is no ConfigMap `{wanted.name}` to {behavior}")
    before = old[0]
    now = mapping(before.value.get("metadata"))
    metadata = made.value["metadata"]
    labels = {**mapping(now.get("labels")), **mapping(metadata.get("labels"))}
    metadata.pop("namespace", None)
    kept = {key: now[key] for key in ("name", "namespace") if now.get(key)}
    metadata.update(kept, **({"labels": labels} if labels else {}))
    if behavior == "merge":
        made.value[_DATA] = {**mapping(before.value.get(_DATA)), **made.value[_DATA]}
        if before.value.get("binaryData"):
            made.value["binaryData"] = before.value["binaryData"]
        if before.doubt is not None:
            made.suspect(before.doubt)
    made.earlier, made.hashed = list(before.earlier), made.hashed and before.hashed
    things[:] = [made if thing is before else thing for thing in things]


def _unseen(what: str) -> BadBuild:
    return BadBuild(
        f"{what} cannot be read",
        "it is missing, is no text, is outside of the folder and the input, or is not "
        "kept in a snapshot",
        "restore it, or read the output of `kubectl kustomize`",
        modelled=False,
    )


def _bad(what: str) -> BadBuild:
    return BadBuild(what, _RULE, "correct the entry of `configMapGenerator`")
