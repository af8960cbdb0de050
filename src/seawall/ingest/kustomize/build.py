"""Builds what a kustomization stands for, as `kustomize` would."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize import unmodelled
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.generated import generate
from seawall.ingest.kustomize.patch import apply_patch, read_merge, read_patch
from seawall.ingest.kustomize.plan import BUILT, LISTS, MEANINGLESS, TEXTS, Plan
from seawall.ingest.kustomize.plugin import transform
from seawall.ingest.kustomize.replacement import replace_all
from seawall.ingest.kustomize.shelf import Shelf, joined
from seawall.ingest.kustomize.target import selected
from seawall.ingest.kustomize.thing import Identity, Thing, things_in
from seawall.ingest.kustomize.transform import (
    common_annotations,
    common_labels,
    label,
    rename,
    scale,
    set_namespace,
)
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin
from seawall.model.workload import HiddenWorkloads

_REMOTE = re.compile(r"[a-z0-9+]+://|git@|git::|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}[:/].*/")
_Touched = Callable[[Sequence[Thing], Mapping[object, object], str, Shelf], list[Thing]]
_TOUCHING: Mapping[str, _Touched] = {
    "configurations": unmodelled.touched_by_configurations,
    "vars": unmodelled.touched_by_vars,
    "openapi": unmodelled.touched_by_openapi,
}
_HIDING = ("helmCharts", "helmChartInflationGenerator", "generators")
_REFUSED = "`kustomize` builds nothing while this stands"
_DEEPEST = 50
_MOST = 2_000
_LOCAL = "config.kubernetes.io/local-config"


@dataclass(slots=True)
class Builder:
    """Builds one folder after another from the files of an input.

    Attributes:
        shelf: The files.
        notes: What the author must be told.
        hidden: What stands for objects that are not seen.
        reached: Real paths of folders that were built.
        inside: Real paths of the folders that are being built, outermost first.
        built: How many folders the present build has taken in, each time it did.
    """

    shelf: Shelf
    notes: Notes = field(default_factory=Notes)
    hidden: list[HiddenWorkloads] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    inside: list[str] = field(default_factory=list)
    built: int = 0

    def build(self, folder: str) -> list[Thing]:
        """Return the objects that a folder with a kustomization stands for."""
        self.built = 0
        things: list[Thing] = []
        plan = self.plan(folder, None)
        if plan is not None:
            self._into(things, plan)
        return things

    def plan(self, folder: str, asked: Origin | None) -> Plan | None:
        """Return what the kustomization of a folder says; None if that is nothing.

        Args:
            folder: The folder.
            asked: Where it is named, if it is.
        """
        sheets = self.shelf.kustomizations(folder)
        if len(sheets) != 1:
            what = f"the folder `{folder}` has no kustomization"
            if sheets:
                what = f"the folder `{folder}` has {len(sheets)} kustomizations"
            mend = "restore the file, or correct the path" if not sheets else "keep one"
            place = sheets[0].documents[0].origin if sheets and not asked else asked
            self.notes.error(place, what, _REFUSED, mend)
            self._hide(folder, asked)
            return None
        sheet = sheets[0]
        self.shelf.use(sheet)
        place = asked or Origin(sheet.path)
        values = [item for item in sheet.documents if isinstance(item.value, dict)]
        if len(values) != 1 or len(sheet.documents) != 1 or not sheet.whole:
            self.notes.error(
                values[0].origin if values else place,
                f"`{sheet.path}` is not one mapping",
                _REFUSED,
                "keep one document in it, with `resources` and what is done to them",
            )
            self._hide(folder, place)
            return None
        return Plan(folder, mapping(values[0].value), values[0].origin)

    def _into(self, things: list[Thing], plan: Plan) -> None:
        real = os.path.realpath(plan.folder)
        self.reached.add(real)
        self.inside.append(real)
        self.built += 1
        for key in ("resources", "bases"):
            for item, place in plan.entries(key):
                self._resource(things, item, place, plan.folder)
        self._generate(things, plan)
        self.extend(things, plan)
        self.inside.pop()
        things[:] = [thing for thing in things if not _is_local(thing)]
        self._twice(things)

    def _twice(self, things: Sequence[Thing]) -> None:
        """Tell of objects of one name; what is in force is settled with all others."""
        seen: set[Identity] = set()
        for thing in things:
            one = thing.identity
            if one in seen:
                self.notes.error(
                    thing.origin,
                    f"a build holds {one} twice",
                    _REFUSED,
                    "leave one of them out, or rename it",
                )
            seen.add(one)

    def _generate(self, things: list[Thing], plan: Plan) -> None:
        options, files = plan.fields.get("generatorOptions"), (plan.folder, self.shelf)
        for item, place in plan.entries("configMapGenerator"):
            try:
                generate(things, item, place, options, files)
            except BadBuild as bad:
                # What is not read of a file is told by what asks for it.
                if bad.modelled:
                    self._tell(bad, place)

    def extend(self, things: list[Thing], plan: Plan) -> None:
        """Do to objects all that a kustomization says, beside naming resources."""
        for item, place in plan.entries("components"):
            self._component(things, item, place, plan.folder)
        self._transform(things, plan)

    def _resource(
        self, things: list[Thing], item: object, place: Origin, folder: str
    ) -> None:
        name = text(item)
        if name is None:
            self._lost("a resource is not text", place, "write the path of a file")
            return
        path = joined(folder, name)
        if self.shelf.is_folder(path) and not name.startswith("/"):
            plan = self._next(path, place)
            if plan is not None:
                inner: list[Thing] = []
                self._into(inner, plan)
                things.extend(inner)
            return
        sheet = self.shelf.file(folder, name)
        if sheet is None and _REMOTE.match(name):
            self.notes.unmodelled(
                place,
                f"the remote resource `{name}` is not fetched",
                "Seawall reads no network; its objects are not known",
                "read the output of `kubectl kustomize` instead",
            )
            self._hide(name, place)
        elif sheet is None:
            self._lost(
                f"the resource `{name}` is missing or outside of the folder",
                place,
                "restore it, correct the path, or add the file to the input",
            )
            self._hide(name, place)
        else:
            if not sheet.whole:
                what = f"the resource `{name}` cannot be read as a whole"
                self._lost(what, place, "mend it, or render it first")
                self._hide(name, place)
            for document in sheet.documents:
                things.extend(self.take(document))

    def take(self, document: ReadDocument) -> list[Thing]:
        """Return the objects of a document that belongs to a build."""
        origin = document.origin
        try:
            found = list(things_in(document))
        except BadBuild as bad:
            self._tell(bad, origin)
            self._hide(document.path, origin)
            return []
        if not all(one.identity.kind and one.identity.name for one in found):
            what = f"`{document.path}` holds something without kind or name"
            self._lost(what, origin, "make it a whole object")
        return found

    def _component(
        self, things: list[Thing], item: object, place: Origin, folder: str
    ) -> None:
        name = text(item)
        path = joined(folder, name or "")
        if name is None or name.startswith("/") or not self.shelf.is_folder(path):
            what = f"the component `{name or item}` is not a folder here"
            self._lost(what, place, "restore it, or correct the path")
            _suspect(things, "a component that may change it is missing")
            self._hide(str(name), place)
            return
        plan = self._next(path, place)
        if plan is None:
            _suspect(things, "a component that may change it cannot be read")
        else:
            self._into(things, plan)

    def _next(self, path: str, place: Origin) -> Plan | None:
        """Return the plan of a folder that is named, unless it leads in a circle."""
        if os.path.realpath(path) in self.inside:
            self._lost(
                f"`{path}` leads back to itself",
                place,
                "take one of the two references out",
            )
            self._hide(path, place)
            return None
        if len(self.inside) >= _DEEPEST or self.built >= _MOST:
            self.notes.unmodelled(
                place,
                "kustomizations go on too deep or too often and are not followed",
                f"{_DEEPEST} within one another and {_MOST} in one build are followed",
                "read the output of `kubectl kustomize` instead",
            )
            self._hide(path, place)
            return None
        return self.plan(path, place)

    def _transform(self, things: list[Thing], plan: Plan) -> None:
        """Do to objects what a kustomization says, in the order of `kustomize`.

        Source:
            kubernetes-sigs/kustomize api/internal/target/kusttarget_configplugin.go,
            configureBuiltinTransformers.
        """
        fields = plan.fields
        self._report_form(things, plan)
        self._patches(things, plan, "patchesStrategicMerge")
        self._patches(things, plan, "patches")
        namespace = text(fields.get("namespace"))
        if namespace:
            set_namespace(things, namespace)
        prefix, suffix = text(fields.get("namePrefix")), text(fields.get("nameSuffix"))
        if prefix or suffix:
            rename(things, prefix or "", suffix or "")
        for item, place in plan.entries("labels"):
            self._step(things, place, partial(label, things, item))
        for key, run in _COMMON.items():
            written = fields.get(key)
            if written is not None:
                place = plan.origin.at(key)
                self._step(things, place, partial(run, things, written))
        self._patches(things, plan, "patchesJson6902")
        for item, place in plan.entries("replicas"):
            self._step([], place, partial(scale, things, item))
        folder, shelf, seen = plan.folder, self.shelf, not self.hidden
        for item, place in plan.entries("replacements"):
            copy = partial(replace_all, things, item, folder, shelf, seen=seen)
            self._step([], place, copy)
        for item, place in plan.entries("transformers"):
            change = partial(transform, things, item, folder, shelf, seen=seen)
            self._step(things, place, change)
        self._not_modelled(things, plan)

    def _report_form(self, things: Sequence[Thing], plan: Plan) -> None:
        """Tell of fields that hold something else than `kustomize` expects."""
        for key, written in plan.fields.items():
            wanted = list if key in LISTS else str if key in TEXTS else object
            if written is not None and not isinstance(written, wanted):
                meant = "a list" if wanted is list else "text"
                self._lost(
                    f"`{key}` of a kustomization is not {meant}",
                    plan.origin.at(str(key)),
                    f"write {meant}",
                )
                _suspect(things, f"`{key}` of a kustomization cannot be read")

    def _patches(self, things: list[Thing], plan: Plan, key: str) -> None:
        read = read_merge if key == "patchesStrategicMerge" else read_patch
        for item, place in plan.entries(key):
            try:
                patch = read(item, plan.folder, self.shelf)
            except BadBuild as bad:
                self._tell(bad, place)
                _suspect(_meant(things, item), bad.what)
                continue
            try:
                apply_patch(things, patch)
            except BadBuild as bad:
                self._tell(bad, place)

    def _step(
        self, things: Sequence[Thing], place: Origin, run: Callable[[], None]
    ) -> None:
        try:
            run()
        except BadBuild as bad:
            self._tell(bad, place)
            _suspect(things, bad.what)

    def _not_modelled(self, things: list[Thing], plan: Plan) -> None:
        fields = plan.fields
        unmodelled.mark_generated(fields, plan.folder, self.shelf)
        for key, touched in _TOUCHING.items():
            if not fields.get(key):
                continue
            found = touched(things, fields, plan.folder, self.shelf)
            if found:
                self.notes.unmodelled(
                    plan.origin.at(key),
                    f"`{key}` of a kustomization is not modelled",
                    "what the objects say that it changes is not known",
                    "read the output of `kubectl kustomize` instead",
                )
                _suspect(found, f"`{key}` of a kustomization may change it")
        for key in _HIDING:
            for item, place in plan.entries(key):
                called = text(mapping(item).get("name")) or text(item) or "?"
                self.notes.unmodelled(
                    place,
                    f"`{key}` of a kustomization is not carried out",
                    "the objects that it makes are not known",
                    "read the output of `kubectl kustomize --enable-helm` instead",
                )
                self._hide(called.partition("\n")[0], place)
        for written in fields:
            if written not in BUILT | MEANINGLESS | _TOUCHING.keys() | {*_HIDING}:
                self.notes.error(
                    plan.origin.at(str(written)),
                    f"a kustomization has no field `{written}`",
                    _REFUSED,
                    "correct the name, or leave it out",
                )
                _suspect(things, f"`{written}` of a kustomization is not understood")

    def _tell(self, bad: BadBuild, place: Origin) -> None:
        tell = self.notes.error if bad.modelled else self.notes.unmodelled
        tell(place, bad.what, bad.why, bad.mend)

    def _lost(self, what: str, place: Origin, mend: str) -> None:
        self.notes.error(place, what, _REFUSED, mend)

    def _hide(self, name: str, place: Origin | None) -> None:
        origin = place or Origin(name)
        self.hidden.append(HiddenWorkloads("Kustomization", None, name, origin))


_COMMON: Mapping[str, Callable[[Sequence[Thing], object], None]] = {
    "commonLabels": common_labels,
    "commonAnnotations": common_annotations,
}


def _meant(things: Sequence[Thing], patch: object) -> Sequence[Thing]:
    """Return what a patch that cannot be read may be for."""
    try:
        return selected(things, mapping(patch).get("target"))
    except BadBuild:
        return things


def _suspect(things: Sequence[Thing], why: str) -> None:
    for thing in things:
        thing.suspect(why)


def _is_local(thing: Thing) -> bool:
    annotations = mapping(mapping(thing.value.get("metadata")).get("annotations"))
    return annotations.get(_LOCAL) == "true"
