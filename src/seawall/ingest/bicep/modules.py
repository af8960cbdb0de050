"""The templates of the modules that files call: local, restored, or known by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import dirname, join, normpath

from seawall.ingest.bicep.called import Call, Called, arguments_of, is_written_out
from seawall.ingest.bicep.choice import Instead, is_local
from seawall.ingest.bicep.known import Known, inner, known
from seawall.ingest.bicep.language.declarations import BicepFile, Module
from seawall.ingest.bicep.language.syntax import Literal
from seawall.ingest.bicep.lowering.sheet import Sheet
from seawall.ingest.bicep.lowering.shelf import Shelf
from seawall.ingest.bicep.lowering.template import FORM, Maker
from seawall.ingest.bicep.registry import Named, named, redefines, restored
from seawall.ingest.documents import ReadDocument
from seawall.ingest.near import guess, nearest
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

_ENDING = ".bicep"
_DEEPEST = 6
_MOST = 6
_FREE = frozenset({"tags"})
"""Parameters whose keys the user chooses."""
_LIKENESS = 0.85
_ALIKE = frozenset({"remotepeeringname", "ddossettings", "tag"})
"""Keys of such modules that are like another one, and mean something else."""
_CHECK = "check the version, or give a restored copy of the module (`bicep restore`)"

Link = Mapping[str, str]


@dataclass(slots=True)
class Modules:
    """Finds the template of each module that is called.

    Attributes:
        instead: What is read in the place of sources.
        copies: Restored copies of modules of registries.
        notes: What the user must be told.
        settings: Files that may say what aliases of registries stand for.
        found: Templates of modules from elsewhere, by the address that links to them.
    """

    instead: Instead
    copies: Sequence[ReadDocument]
    notes: Notes
    settings: Sequence[ReadDocument] = ()
    found: dict[str, ReadDocument] = field(default_factory=dict)

    def links(self, file: BicepFile) -> dict[str, Link]:
        """Return what leads to the template of each module of a file, by its name."""
        out: dict[str, Link] = {}
        for item in file.declarations:
            if isinstance(item, Module) and isinstance(item.path, Literal):
                out[item.name] = self._link(file, item, str(item.path.value))
        return out

    def _link(self, file: BicepFile, item: Module, text: str) -> Link:
        if is_local(text):
            path = normpath(join(dirname(file.path), text))
            ends = (_ENDING, ".json") if path in self.instead.compiled else ("", "")
            return {
                "relativePath": text.removesuffix(ends[0]) + ends[1],
                "mend": f"give `{path}`, or the folder that holds it, as well",
            }
        for name, copy in restored([text], self.copies):
            self.found[name] = copy
            return {"uri": name}
        wanted = named(text)
        module = None if wanted is None else self._known(file, item, wanted)
        if module is None:
            mend = "give the folder where `bicep restore` keeps its copies, as well"
            return {"uri": text, "mend": mend}
        address = f"{text} of {file.path}:{item.name}"
        arguments = arguments_of(item.value)
        label = f"the default of the module {module.source}, versions {module.range}"
        call = Call(file.path, item.line, arguments, label)
        self._make(address, module.described(), module, Called(module.text(), call), 0)
        return {"uri": address}

    def _known(self, file: BicepFile, item: Module, wanted: Named) -> Known | None:
        """Return what is known of a module by its name and version."""
        if wanted.kind != "br" or not wanted.public:
            return None
        if wanted.alias and redefines(wanted.alias, file.path, self.settings):
            return None
        module, others = known(wanted.public, wanted.tag)
        place = _place(file.path, item.line)
        if module is None:
            if others:
                ranges = " and ".join(it.range for it in others)
                self.notes.note(
                    place,
                    f"version {wanted.tag} of the module `{item.name}` is not known by "
                    "name",
                    f"versions {ranges} of {wanted.public} are",
                    "give a restored copy of the module (`bicep restore`)",
                )
            return None
        if not is_written_out(item.value):
            self.notes.note(
                place,
                f"the names of the parameters of the module `{item.name}` are not "
                "written out",
                "a spread or an expression gives them, and what they change is not "
                "known",
                "write the parameters in the call, or give a restored copy of the "
                "module (`bicep restore`)",
            )
            return None
        if self._misspelt(file, item, module):
            return None
        passed = arguments_of(item.value)
        self._tell(item, module, sorted(passed.keys() & module.aside), place)
        return module

    def _misspelt(self, file: BicepFile, item: Module, module: Known) -> bool:
        """Whether a call passes what the module does not know; that is told."""
        names = {it.name for it in module.described().declarations} | module.aside
        passed = arguments_of(item.value)
        strange = [name for name in passed if name not in names]
        for name in strange:
            self.notes.note(
                _place(file.path, passed[name].line),
                f"a parameter of the module `{item.name}` is not known: `{name}`",
                f"versions {module.range} of {module.source} have no such parameter, "
                "and what it changes is not known",
                guess(name, names, _CHECK),
            )
        words, keys = module.words(), module.keys()
        for name in passed.keys() - module.aside - _FREE - set(strange):
            for key, line in passed[name].keys.items():
                known = key.lower() in words or key.lower() in _ALIKE
                near = "" if known else nearest(key, keys, _LIKENESS)
                if near:
                    strange.append(key)
                    self.notes.warning(
                        _place(file.path, line),
                        f"`{key}` in `{name}` of the module `{item.name}` is not known",
                        f"versions {module.range} of {module.source} know "
                        f"`{keys[near]}`; what a key of another name changes is not "
                        "known",
                        f"did you mean `{keys[near]}`? Or {_CHECK}",
                    )
        return bool(strange)

    def _tell(
        self, item: Module, module: Known, aside: Sequence[str], place: Origin
    ) -> None:
        self.notes.assume(
            "module-by-name",
            f"the module `{item.name}` sets what is known of `{module.source}`, "
            f"versions {module.range}; its own files are not in the input",
            module.read,
        )
        if aside:
            shown = ", ".join(f"`{name}`" for name in aside[:_MOST])
            more = f" and {len(aside) - _MOST} more" if len(aside) > _MOST else ""
            self.notes.note(
                place,
                f"parameters of the module `{item.name}` that are not read: "
                f"{shown}{more}",
                "they are not known to change what can reach what",
                "give a restored copy of the module (`bicep restore`) to read them",
            )

    def _make(
        self,
        address: str,
        file: BicepFile,
        module: Known | None,
        called: Called,
        depth: int,
    ) -> None:
        """Make the template of a description, and of those that it names itself."""
        links: dict[str, Link] = {}
        for item in file.declarations:
            if not isinstance(item, Module) or not isinstance(item.path, Literal):
                continue
            text, within = str(item.path.value), f"{address}>{item.name}"
            if depth < _DEEPEST and self._make_inner(within, item, text, called, depth):
                links[item.name] = {"uri": within}
            else:
                links[item.name] = {"uri": text}
        path = called.call.path
        while called.call.outer is not None and not path:
            path = called.call.outer.call.path
        sheet = Sheet(path, called)
        maker = Maker(file, links, self.notes, Shelf(), sheet)
        value = maker.template().value
        if module is not None:
            declared = value.get("parameters")
            for name, fact in module.facts.items():
                if isinstance(declared, dict) and name in declared:
                    declared[name] = {**declared[name], "defaultValue": fact}
        self.found[address] = ReadDocument(value, sheet.origin, FORM)

    def _make_inner(
        self, address: str, item: Module, text: str, called: Called, depth: int
    ) -> bool:
        """Make the template of a module that a description calls."""
        arguments = arguments_of(item.value)
        call = Call(called.call.path, item.line, arguments, called.call.label, called)
        if is_local(text):
            written, file = inner(text)
            self._make(address, file, None, Called(written, call), depth + 1)
            return True
        wanted = named(text)
        module = None if wanted is None else known(wanted.public, wanted.tag)[0]
        if module is None:
            return False
        label = f"the default of the module {module.source}, versions {module.range}"
        call = replace(call, label=label)
        inner_called = Called(module.text(), call)
        self._make(address, module.described(), module, inner_called, depth + 1)
        return True


def _place(path: str, line: int) -> Origin:
    return Origin(path, 0, (line,), lambda _document, _pointer: line)
