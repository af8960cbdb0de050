"""Joins what was read into one `Snapshot`."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from posixpath import normpath

from seawall.ingest import helm, intents, kubernetes, kustomize
from seawall.ingest.documents import AzurePart, ReadDocument
from seawall.ingest.doubts.called import is_script
from seawall.ingest.files import TextFile, Walk
from seawall.ingest.kubernetes.terms.tally import plural
from seawall.ingest.moot import without_moot
from seawall.ingest.options import LoadOptions
from seawall.ingest.order import told_in_order
from seawall.ingest.reader import ReadText, read_text
from seawall.ingest.settled import settled
from seawall.ingest.systems import node_systems
from seawall.model.diagnostic import Assumption, Diagnostic, InputError, Level
from seawall.model.origin import Origin
from seawall.model.snapshot import InputFile, KubernetesObjects, Snapshot
from seawall.model.workload import HiddenWorkloads

_DEFAULTS = LoadOptions()
_place = attrgetter("path", "document")


def load(paths: Sequence[Path | str], *, options: LoadOptions = _DEFAULTS) -> Snapshot:
    """Return everything that files and folders say, as one value.

    What cannot be read, is not modelled or is missing becomes a diagnostic; the rest is
    still there. The order of paths, files and documents makes no difference.

    Args:
        paths: Files, folders, or `-` for standard input.
        options: Choices about reading.

    Raises:
        InputError: A path does not exist, or there is no YAML or JSON at all.
    """
    # Reading makes many objects and no cycles among them; looking for garbage again and
    # again would take a third of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        read = Reading(options)
        read.files(paths)
        return read.snapshot()
    finally:
        if collects:
            gc.enable()


@dataclass(slots=True)
class Reading:
    """One reading of some paths.

    Attributes:
        options: Choices about reading.
        walked: What was told while the paths were walked.
        kept: Every text that was read, if somebody asks for them.
        scripts: Texts of scripts that an archive holds, by path.
    """

    options: LoadOptions
    found: list[ReadDocument] = field(default_factory=list)
    azure: list[ReadDocument] = field(default_factory=list)
    templates: list[kubernetes.Template] = field(default_factory=list)
    strangers: list[ReadDocument] = field(default_factory=list)
    intents: list[ReadDocument] = field(default_factory=list)
    lost: list[tuple[Origin, str]] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    inputs: list[TextFile] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    sheets: list[kustomize.Sheet] = field(default_factory=list)
    hidden: list[HiddenWorkloads] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    ignored: int = 0
    given: tuple[Path, ...] = ()
    walked: list[Diagnostic] = field(default_factory=list)
    kept: list[TextFile] | None = None
    scripts: dict[str, str] = field(default_factory=dict)

    def files(self, paths: Sequence[Path | str]) -> None:
        """Read every file and sort its documents by vendor."""
        walk = Walk(
            self.options.largest_file, self.walked, scripts=self.kept is not None
        )
        self.given = tuple(Path(path) for path in paths if str(path) != "-")
        chosen = self.options.service_tags
        # First, so that it keeps the name that the user gave it.
        for file in walk.read((*((chosen,) if chosen else ()), *paths)):
            self._file(file)
        if chosen:
            self._refuse_other_than_tags(chosen)
        self.ignored += walk.ignored
        self.diagnostics.extend(self.walked)
        if (
            walk.namespace
            and self.options.default_namespace == _DEFAULTS.default_namespace
        ):
            self.options = replace(self.options, default_namespace=walk.namespace)
        if not self.inputs and not self.diagnostics:
            raise InputError(_nothing(paths, self.ignored))
        self._render_charts()
        self._render()

    def snapshot(self) -> Snapshot:
        """Return what the documents mean together."""
        self._plan()
        part = kubernetes.convert(
            self.found,
            self.templates,
            default_namespace=self.options.default_namespace,
            hidden=self.hidden,
        )
        azure = self._azure(part.objects)
        for path, kind in azure.kinds.items():
            self.kinds.setdefault(path, set()).add(kind)
        self._count_the_rest()
        own = intents.gathered(self.intents, self.lost)
        made = without_moot(part.diagnostics, part.objects, azure)
        read = [*self.diagnostics, *made, *azure.diagnostics]
        objects, strays, moot = settled(part.objects, azure)
        found = {*self.assumptions, *part.assumptions, *azure.assumptions}
        assumptions = sorted(
            (item for item in found if item.id != moot), key=_assumption_order
        )
        return Snapshot(
            azure.cluster,
            azure.other_clusters,
            replace(objects, systems=node_systems(azure.cluster, objects.nodes)),
            azure.fabric,
            self._inputs(),
            told_in_order([*read, *strays, *own.diagnostics]),
            tuple(assumptions),
            own.intents,
            own.suppressions,
        )

    def _file(self, file: TextFile) -> None:
        read = self._text(file)
        if read is not None:
            self._sort(read.documents, self.kinds[file.path])

    def _text(self, file: TextFile) -> ReadText | None:
        """Read one file; what it holds is not yet part of the input."""
        read = read_text(file)
        if read.foreign:
            self._foreign(file)
            return None
        kinds = self.kinds.setdefault(file.path, set())
        self.diagnostics.extend(read.diagnostics)
        self.lost.extend(intents.lost(read.lost, read.diagnostics))
        if read.templated is not None:
            self.templates.append(kubernetes.Template(file.path, read.templated))
            kinds.add("template")
        if read.lost:
            self.templates.append(kubernetes.Template(file.path, read.lost, lost=True))
        if self.kept is not None:
            self.kept.append(file)
        if file.location is not None or file.stored:
            whole = not read.diagnostics and read.templated is None
            self.sheets.append(kustomize.Sheet(file.path, read.documents, whole))
        # The text itself is let go here; places are looked up in the file again.
        self.inputs.append(replace(file, content="", faults=()))
        return read

    def _foreign(self, file: TextFile) -> None:
        """Pass over a text, but for a script that commands may call."""
        if is_script(file.path) and self.kept is not None:
            self.kept.append(file)
            return
        if is_script(file.path) and file.stored:
            self.scripts[normpath(file.path)] = file.text
        self.ignored += 1

    def _sort(self, documents: Sequence[ReadDocument], kinds: set[str]) -> None:
        claimed: object = self
        for document in documents:
            outline = document.outline  # one object for those that are written alike
            if outline is not claimed and intents.claims(outline):
                kinds.add("intents")
                self.intents.append(document)
            elif outline is claimed or kubernetes.claims(outline):
                claimed = outline
                kinds.add("kubernetes")
                self.found.append(document)
            elif document.form in {"terraform", "bicep"} or _azure_claims(document):
                self.azure.append(document)
            else:
                self.strangers.append(document)

    def _render_charts(self) -> None:
        """Put what charts make in the place of their files."""
        paths = [file.path for file in self.inputs]
        if not self.options.charts or not helm.is_chart(paths) or self._from_store():
            return
        from seawall.ingest.helm.charts import render  # noqa: PLC0415

        documents = [item for sheet in self.sheets for item in sheet.documents]
        made = render(documents, paths, namespace=self.options.default_namespace)
        self.diagnostics.extend(made.diagnostics)
        self.assumptions.extend(made.assumptions)
        self.templates = [it for it in self.templates if not made.holds(it.path)]
        self.sheets = [it for it in self.sheets if not made.holds(it.path)]
        for read in (self.found, self.azure, self.strangers):
            read[:] = [item for item in read if not made.holds(item.path)]
        self.found.extend(it for it in made.documents if kubernetes.claims(it.value))

    def _render(self) -> None:
        """Put what kustomizations stand for in the place of their files."""
        sheets, self.sheets = self.sheets, []
        if not kustomize.concerns(sheets):
            return
        read = kustomize.render(sheets, self._fetch, self._text_of)
        self.diagnostics.extend(read.diagnostics)
        self.hidden.extend(read.hidden)
        for documents in (self.found, self.azure, self.strangers):
            documents[:] = [
                item
                for item in documents
                if item.path not in read.used
                and (item.path, item.origin.document) not in read.seen
            ]
        self.found = [
            kubernetes.doubted(
                item, "the kustomization beside it does not name its file"
            )
            if item.path in read.omitted
            else item
            for item in self.found
        ]
        self.found.extend(read.documents)
        for path in {item.path for item in read.documents}:
            self.kinds.setdefault(path, set()).add("kubernetes")
        for path in read.used:
            self.kinds[path].add("kubernetes")

    def _fetch(self, path: str) -> kustomize.Sheet | None:
        """Read a file that a kustomization leads to; a snapshot has all of them."""
        if self._from_store():
            return None
        for file in Walk(self.options.largest_file, self.diagnostics).read((path,)):
            self._text(file)
        return self.sheets.pop() if self.sheets else None

    def _text_of(self, path: str) -> str | None:
        """Return the text of a file that a kustomization leads to, if it is one."""
        return None if self._from_store() else kustomize.text_of(path)

    def _plan(self) -> None:
        """Take the objects that Terraform would make, and what commands change."""
        if not self.azure:
            return
        from seawall.ingest import terraform  # noqa: PLC0415  (see below)
        from seawall.ingest.azure.scripts import scripts_in  # noqa: PLC0415

        wishes = terraform.Wishes(
            dict(self.options.parameters), self.given, scripts=self.scripts
        )
        before = self.options.plan == "before"
        made, commands = terraform.objects(self.azure, wishes, before=before)
        for item in made:
            self.kinds.setdefault(item.path, set()).add("kubernetes")
        self.found.extend(made)
        if self.options.scripts_change_nothing:
            return
        commands += scripts_in(self.azure, self.given, self.scripts)
        after = kubernetes.carried(self.found, commands)
        self.found = after.documents
        self.templates.extend(after.templates)
        self.diagnostics.extend(after.diagnostics)

    def _from_store(self) -> bool:
        """Whether a snapshot was read, whose names lead to no file of this machine."""
        return any(file.stored for file in self.inputs)

    def _azure(self, objects: KubernetesObjects) -> AzurePart:
        if not self.azure:
            return AzurePart()
        # Much code, and no use for it where there is only Kubernetes.
        from seawall.ingest import azure  # noqa: PLC0415

        tags = self.options.service_tags
        return azure.convert(
            self.azure,
            objects,
            cluster_name=self.options.cluster,
            service_tags=Path(tags).as_posix() if tags else None,
            choices=azure.Choices(
                self.options.parameters,
                self.given,
                before=self.options.plan == "before",
                data=self._data(),
                compile_bicep=self.options.compile_bicep and not self._from_store(),
                scripts_change_nothing=self.options.scripts_change_nothing,
                scripts=self.scripts,
            ),
        )

    def _data(self) -> dict[str, list[ReadDocument]]:
        """Return all documents by path, for files of Bicep that load others."""
        out: dict[str, list[ReadDocument]] = {}
        if any(it.form == "bicep" for it in self.azure):
            for document in (*self.found, *self.azure, *self.strangers):
                out.setdefault(normpath(document.path), []).append(document)
        return out

    def _refuse_other_than_tags(self, path: str) -> None:
        """End when the file that was said to list service tags does not.

        Raises:
            InputError: It does not.
        """
        from seawall.ingest.azure.filters.service_tags import is_tag_list  # noqa: PLC0415

        name = path if path == "-" else Path(path).as_posix()
        if not any(it.path == name and is_tag_list(it.value) for it in self.azure):
            raise InputError(
                Diagnostic(
                    Level.ERROR,
                    Origin(name),
                    f"`{name}` does not list service tags with their addresses",
                    "it was given as `--service-tags`: the weekly file of service tags "
                    "lists `values` with `addressPrefixes`",
                    "give that file, or the output of `az network list-service-tags "
                    "--location REGION -o json`",
                )
            )

    def _count_the_rest(self) -> None:
        if self.strangers:
            count = plural(len(self.strangers), "document is", "documents are")
            self.diagnostics.append(
                Diagnostic(
                    Level.NOTE,
                    min((item.origin for item in self.strangers), key=_place),
                    f"{count} neither a Kubernetes object nor an Azure resource",
                    "they have no `kind` and `apiVersion`, and no resource type",
                    "nothing, if they are values or settings of other tools",
                )
            )
        if self.ignored:
            self.diagnostics.append(
                Diagnostic(
                    Level.NOTE,
                    None,
                    plural(self.ignored, "file is", "files are")
                    + " neither YAML, JSON, Terraform nor Bicep and not read",
                    "they were found in a folder",
                    "name a file on the command line to have it read in any case",
                )
            )

    def _inputs(self) -> tuple[InputFile, ...]:
        return tuple(
            InputFile(
                file.path,
                "+".join(sorted(self.kinds.get(file.path, ()))) or "ignored",
                file.sha256,
            )
            for file in self.inputs
        )


def _azure_claims(document: ReadDocument) -> bool:
    value = document.value
    if not isinstance(value, dict | list) or not value:
        return False
    from seawall.ingest import azure  # noqa: PLC0415  (see above)

    return azure.claims(value)


def _nothing(paths: Sequence[Path | str], ignored: int) -> Diagnostic:
    names = ", ".join(f"`{path}`" for path in paths) or "the input"
    passed = ""
    if ignored:
        passed = "; " + plural(ignored, "other file was", "other files were")
        passed += " passed over"
    return Diagnostic(
        Level.ERROR,
        Origin(str(paths[0])) if paths else None,
        f"{names} holds no YAML and no JSON",
        f"there is nothing to answer from{passed}",
        "give manifests, `az ... -o json` output or a `terraform show -json` plan",
    )


def _assumption_order(item: Assumption) -> tuple[str, str, tuple[str, ...]]:
    return item.id, item.text, item.touches
