"""Strategic merge: a partial object laid over an object."""

from collections.abc import Callable, Mapping
from typing import Any

from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.thing import Thing, Value, copied
from seawall.model.origin import Pointer

_BY_NAME = frozenset(
    {
        "containers",
        "initContainers",
        "ephemeralContainers",
        "volumes",
        "env",
        "imagePullSecrets",
        "schedulingGates",
        "resourceClaims",
        "secrets",
    }
)
_KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_BY_NAME, ("name",)),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "ownerReferences": ("uid",),
    "conditions": ("type",),
}
_MERGED_KINDS = frozenset(
    {
        "Pod",
        "PodTemplate",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Service",
        "ServiceAccount",
    }
)
_DIRECTIVE = "$patch"
_ORDER = "$setElementOrder/"


def merge(thing: Thing, patch: Value) -> bool:
    """Lay a patch over an object; return whether the object stays.

    Lists are merged by key where the kind's schema has one, and replaced elsewhere:
    all lists of a NetworkPolicy, an Ingress and kinds without a built-in schema are.
    Order within a list is not kept as `kustomize` has it, since none of them means
    anything to a packet.

    Raises:
        BadBuild: A directive that is not modelled.

    Source:
        kubernetes/community sig-api-machinery/strategic-merge-patch.md;
        kubernetes-sigs/kustomize kyaml/yaml/merge2; Kubernetes, core/v1 types.go,
        `patchMergeKey` and `listMapKey` of each field.
    """
    kept = {key: thing.value.get(key) for key in ("apiVersion", "kind")}
    metadata = thing.value.get("metadata")
    names = {
        key: metadata[key]
        for key in ("name", "namespace")
        if isinstance(metadata, dict) and key in metadata
    }
    lists = _MERGED_KINDS if _is_built_in(thing) else frozenset[str]()
    merged = _Merge(thing.identity.kind, thing.identity.kind in lists, thing.changed)
    if patch.get(_DIRECTIVE) not in (None, "delete"):
        raise _unknown(f"{_DIRECTIVE}: {patch[_DIRECTIVE]}")
    value = merged.both(thing.value, patch, ())
    if value is None:
        return False
    thing.value = value
    thing.value.update(kept)
    if isinstance(metadata, dict):
        written = thing.value.setdefault("metadata", {})
        written.pop("namespace", None)
        written.update(names)
    return True


def _is_built_in(thing: Thing) -> bool:
    return thing.identity.group in ("", "apps", "batch", "extensions")


class _Merge:
    """One merge: what its lists are keyed by, and what it wrote."""

    def __init__(self, kind: str, keyed: bool, changed: set[Pointer]) -> None:  # noqa: FBT001
        self.kind = kind
        self.keyed = keyed
        self.changed = changed

    def both(self, base: Any, patch: Any, place: Pointer) -> Any:  # noqa: ANN401
        """Return *base* under *patch*; None if it is deleted."""
        if isinstance(patch, dict) and isinstance(base, dict):
            return self._mappings(base, patch, place)
        if isinstance(patch, list) and isinstance(base, list):
            keys = self._keys_of(place)
            if keys and all(isinstance(item, dict) for item in (*base, *patch)):
                return self._lists(base, patch, keys, place)
        if base != patch:
            self.changed.add(place)
        return _plain(patch)

    def _mappings(self, base: Value, patch: Value, place: Pointer) -> Value | None:
        directive = patch.get(_DIRECTIVE)
        if directive == "delete":
            return None
        if directive == "replace":
            self.changed.add(place)
            return _plain({k: v for k, v in patch.items() if k != _DIRECTIVE}) or {}
        if directive not in (None, "merge"):
            raise _unknown(f"{_DIRECTIVE}: {directive}")
        out = dict(base)
        for key, value in patch.items():
            if key == _DIRECTIVE or (isinstance(key, str) and key.startswith(_ORDER)):
                continue
            if isinstance(key, str) and key.startswith("$"):
                raise _unknown(key)
            below = (*place, key if isinstance(key, str | int) else str(key))
            if value is None:
                out.pop(key, None)
                self.changed.add(below)
                continue
            if key in out and out[key] is not None:
                merged = self.both(out[key], value, below)
            else:
                merged = _plain(value)
                self.changed.add(below)
            if merged is None:
                out.pop(key, None)
            else:
                out[key] = merged
        return out

    def _lists(
        self, base: list[Any], patch: list[Any], keys: tuple[str, ...], place: Pointer
    ) -> list[Any]:
        out = list(base)
        if any(_only_says(item, "replace") for item in patch):
            self.changed.add(place)
            return [_plain(item) for item in patch if not _only_says(item, "replace")]
        for item in patch:
            same = _matching(keys, item)
            index = next((n for n, old in enumerate(out) if same(old)), None)
            if index is None:
                if item.get(_DIRECTIVE) != "delete":
                    self.changed.add((*place, len(out)))
                    out.append(_plain(item))
                continue
            merged = self.both(out[index], item, (*place, index))
            if merged is None:
                del out[index]
                self.changed.add(place)
            else:
                out[index] = merged
        return out

    def _keys_of(self, place: Pointer) -> tuple[str, ...]:
        if not self.keyed:
            return ()
        if place and place[-1] == "ports":
            return ("port",) if self.kind == "Service" else ("containerPort",)
        return _KEYS.get(str(place[-1]), ()) if place else ()


def _matching(keys: tuple[str, ...], item: Value) -> Callable[[Value], bool]:
    """Return the test whether something in a list is what *item* is about.

    The test raises `BadBuild` for ports of one number of which only one has a
    protocol: releases of `kustomize` differ in whether they are one.
    """
    is_port = keys[0] in ("port", "containerPort")
    wanted = [item.get(key) for key in keys]

    def same(old: Value) -> bool:
        if [old.get(key) for key in keys] != wanted:
            return False
        if not is_port:
            return True
        if ("protocol" in old) is not ("protocol" in item):
            raise BadBuild(
                f"port {wanted[0]} has a protocol only in the patch or only before it",
                "releases of `kustomize` differ in what they make of it",
                "write the protocol in both, or in neither",
                modelled=False,
            )
        return old.get("protocol") == item.get("protocol")

    return same


def _only_says(item: Value, directive: str) -> bool:
    return item == {_DIRECTIVE: directive}


def _plain(value: Any) -> Any:  # noqa: ANN401  (any YAML value)
    """Return a copy without what only a merge understands.

    Raises:
        BadBuild: A directive that is not modelled.
    """
    if isinstance(value, dict):
        out: Value = {}
        for key, item in value.items():
            if isinstance(key, str) and key.startswith("$"):
                if key != _DIRECTIVE and not key.startswith(_ORDER):
                    raise _unknown(key)
                continue
            if item is not None:
                out[key] = _plain(item)
        return out
    if isinstance(value, list):
        return [
            _plain(item)
            for item in value
            if not (isinstance(item, dict) and item.get(_DIRECTIVE) == "delete")
        ]
    return copied(value)


def _unknown(directive: str) -> BadBuild:
    return BadBuild(
        f"the patch directive `{directive}` is not modelled",
        "strategic merge has directives that change lists in their own ways",
        "write the whole list with `$patch: replace`, or read the rendered objects",
        modelled=False,
    )
