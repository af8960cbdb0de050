"""From the files of an input to the objects that its kustomizations stand for."""

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.alternatives import Root, settle
from seawall.ingest.kustomize.build import Builder
from seawall.ingest.kustomize.flux import FluxBuild, flux_builds
from seawall.ingest.kustomize.plan import Plan
from seawall.ingest.kustomize.shelf import NAMES, Sheet, Shelf, is_below, joined
from seawall.ingest.kustomize.thing import Thing
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.workload import HiddenWorkloads


@dataclass(frozen=True, slots=True)
class Rendering:
    """What kustomizations stand for.

    Attributes:
        documents: The objects, one a document.
        hidden: What stands for objects that are not seen.
        used: The files that were taken up: they do not count by themselves.
        diagnostics: What the author must be told.
        seen: Places of objects that stand for others, all of which are seen.
        omitted: Files that a kustomization of their folder does not name.
    """

    documents: tuple[ReadDocument, ...] = ()
    hidden: tuple[HiddenWorkloads, ...] = ()
    used: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()
    seen: frozenset[tuple[str, int]] = frozenset()
    omitted: frozenset[str] = frozenset()


def render(
    sheets: Sequence[Sheet],
    fetch: Callable[[str], Sheet | None],
    read: Callable[[str], str | None],
) -> Rendering:
    """Return what the kustomizations of an input stand for.

    Args:
        sheets: The files that the user gave.
        fetch: Reads a file that a kustomization leads to and the user did not give.
        read: Reads such a file as text alone.
    """
    given = {os.path.realpath(sheet.path): sheet for sheet in sheets}
    builder = Builder(Shelf(given, fetch, read))
    run = _Run(builder, given, _folders(given))
    roots = run.roots()
    omitted = run.omitted(built=bool(roots))
    diagnostics = [*settle(roots), *run.unused(), *builder.notes.diagnostics]
    diagnostics += _told(omitted)
    documents = [
        thing.document()
        for root in roots
        for thing in root.things
        if not thing.hashed
        and not (_place(thing.origin) in run.seen and not thing.changed)
    ]
    used = {given[real].path for real in builder.shelf.used if real in given}
    fetched = (sheet for sheet in builder.shelf.fetched.values() if sheet is not None)
    return Rendering(
        tuple(documents),
        tuple(dict.fromkeys(builder.hidden)),
        frozenset(used | {sheet.path for sheet in fetched}),
        tuple(diagnostics),
        frozenset(run.seen),
        frozenset(sheet.path for sheet in omitted),
    )


@dataclass(slots=True)
class _Run:
    builder: Builder
    given: Mapping[str, Sheet]
    folders: Mapping[str, str]
    seen: set[tuple[str, int]] = field(default_factory=set)

    def roots(self) -> list[Root]:
        """Build every overlay that is in no other one."""
        plans = self._plans()
        sheets = sorted(self.given.values(), key=lambda sheet: sheet.path)
        flux = flux_builds(
            (it for sheet in sheets for it in sheet.documents), self.folders
        )
        inner = {os.path.realpath(build.folder) for build in flux}
        for plan in plans.values():
            inner |= _named(plan)
        out = [self._flux_root(build) for build in flux]
        self.seen = {_place(build.document.origin) for build in flux}
        self.seen |= {_place(plan.origin) for plan in plans.values()}
        for real, plan in plans.items():
            if real not in inner:
                self._add(out, real, plan)
        for real, plan in plans.items():
            # Only what leads in a circle is still left.
            self._add(out, real, plan)
        return out

    def unused(self) -> list[Diagnostic]:
        """Return a note for each component that nothing uses."""
        return [
            Diagnostic(
                Level.WARNING,
                plan.origin,
                f"the component `{plan.folder}` is not used",
                "a component does nothing until a kustomization names it; its files "
                "are read as they are",
                "name the kustomization that uses it, or leave the component out",
            )
            for real, plan in self._plans().items()
            if real not in self.builder.reached
            and plan.fields.get("kind") == "Component"
        ]

    def omitted(self, *, built: bool) -> list[Sheet]:
        """Return the files with objects that the kustomization beside them leaves out.

        Args:
            built: Whether anything is built; else a component has nobody to use it,
                and whoever gave its files means them.
        """
        folders = set(self.builder.reached)
        if built:
            folders |= set(self._plans())
        return [
            sheet
            for real, sheet in sorted(self.given.items())
            if posixpath.dirname(real) in folders
            and real not in self.builder.shelf.used
            and posixpath.basename(real) not in NAMES
            and any(mapping(it.value).get("kind") for it in sheet.documents)
        ]

    def _plans(self) -> dict[str, Plan]:
        out: dict[str, Plan] = {}
        for real, sheet in sorted(self.given.items(), key=lambda it: it[1].path):
            if posixpath.basename(sheet.path) not in NAMES:
                continue
            folder = posixpath.dirname(sheet.path) or "."
            fields, origin = mapping(None), Origin(sheet.path)
            if sheet.documents:
                first = sheet.documents[0]
                fields, origin = mapping(first.value), first.origin
            out[posixpath.dirname(real)] = Plan(folder, fields, origin)
        return out

    def _add(self, roots: list[Root], real: str, plan: Plan) -> None:
        if real in self.builder.reached or plan.fields.get("kind") == "Component":
            return
        things = self.builder.build(plan.folder)
        roots.append(Root(plan.folder, plan.origin, things))

    def _flux_root(self, build: FluxBuild) -> Root:
        folder, origin = build.folder, build.document.origin
        things: list[Thing] = []
        if self.builder.shelf.kustomizations(folder):
            things = self.builder.build(folder)
        elif build.fields:
            things = self._below(folder)
        name = text(mapping(mapping(build.document.value).get("metadata")).get("name"))
        plan = Plan(folder, build.fields, origin.at("spec"))
        self.builder.extend(things, plan)
        return Root(f"{folder} ({name})", origin, things)

    def _below(self, folder: str) -> list[Thing]:
        """Return every object below a folder, as Flux gathers them.

        Source:
            Flux docs, kustomize/v1 Kustomization, "Generate a kustomization.yaml
            file": every manifest below the path, folders with a kustomization built.
        """
        things: list[Thing] = []
        top = os.path.realpath(folder)
        built = [
            posixpath.dirname(real)
            for real in sorted(self.given)
            if is_below(real, top) and posixpath.basename(real) in NAMES
        ]
        built = [one for one in built if not any(is_below(one, it) for it in built)]
        for one in built:
            things.extend(self.builder.build(self.folders.get(one, one)))
        for real, sheet in sorted(self.given.items()):
            if is_below(real, top) and not any(is_below(real, one) for one in built):
                self.builder.shelf.use(sheet)
                for document in sheet.documents:
                    things.extend(self.builder.take(document))
        return things


def _told(omitted: Sequence[Sheet]) -> list[Diagnostic]:
    if not omitted:
        return []
    count = "1 file is" if len(omitted) == 1 else f"{len(omitted)} files are"
    return [
        Diagnostic(
            Level.WARNING,
            omitted[0].documents[0].origin,
            f"{count} not named by the kustomization of the same folder",
            "`kustomize` does not apply them: what runs is shown all the same, and "
            "policies may or may not be in force",
            "name them under `resources`, or leave them out",
        )
    ]


def _folders(given: Mapping[str, Sheet]) -> dict[str, str]:
    """Return the folders of the input by real path, as the user would name them."""
    out: dict[str, str] = {}
    for path, sheet in sorted(given.items(), key=lambda pair: pair[1].path):
        real, name = posixpath.dirname(path), posixpath.dirname(sheet.path)
        while real not in out:
            out[real] = name or "."
            if name in ("", ".", "/") or name.endswith(".."):
                break
            real, name = posixpath.dirname(real), posixpath.dirname(name)
    return out


def _named(plan: Plan) -> set[str]:
    """Return the real paths of what a kustomization names."""
    return {
        os.path.realpath(joined(plan.folder, item))
        for key in ("resources", "bases", "components")
        for item, _ in plan.entries(key)
        if isinstance(item, str)
    }


def _place(origin: Origin) -> tuple[str, int]:
    return origin.path, origin.document
