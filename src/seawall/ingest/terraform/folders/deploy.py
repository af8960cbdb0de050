"""Runs every root module, and hands on its resources as a plan would have them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from seawall.ingest.doubts.handed import Taker
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, ResourceRecord, Source
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.functions.calls import Functions
from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Computed,
    Exhausted,
    Failed,
    Unknown,
    Value,
)
from seawall.ingest.terraform.folders.gather import (
    Tree,
    given_values,
    labels_of,
    local_target,
    source_text,
    tree_of,
)
from seawall.ingest.terraform.folders.handed import (
    call_of,
    commands_in,
    instance_of,
)
from seawall.ingest.terraform.folders.run import (
    Enter,
    Made,
    Outputs,
    Run,
    fixed,
    inputs_of,
    suffix,
)
from seawall.ingest.terraform.folders.settled import settle
from seawall.ingest.terraform.folders.telling import Telling
from seawall.ingest.terraform.folders.traced import Trace
from seawall.ingest.terraform.instance import Instance, Place
from seawall.ingest.terraform.known import Known, chosen, described
from seawall.ingest.terraform.language.syntax import Script
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.module import Declared
from seawall.ingest.terraform.records import records_of
from seawall.ingest.terraform.schema.names import (
    MAJORS,
    Stranger,
    majors_of,
    strangers,
)
from seawall.model.origin import Origin

_DEEPEST = 12
_MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says beside the files.

    Attributes:
        settings: Values of variables by name.
        within: Folders and files that were given; nothing else is opened.
        alone: Whether the settings can be meant for nothing else.
        scripts: Texts of scripts that an archive holds, by path.
        trusts: Whether commands are taken to change nothing that is asked about.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    within: Sequence[Path] = ()
    alone: bool = True
    scripts: Mapping[str, str] = field(default_factory=dict)
    trusts: bool = False


class Unread(Outputs):
    """A module that is not in the input: its outputs are not known."""

    def __init__(self, why: str) -> None:
        self._why = why

    def attribute(self, name: str) -> Value:
        """Return that an output is not known."""
        return Unknown(f"the output `{name}` of a module is not known: {self._why}")

    def plain(self) -> Value:
        """Return that nothing of it is known."""
        return Unknown(f"the module is not read: {self._why}")


def read_folders(
    scripts: Sequence[Script], taken: frozenset[str], wishes: Wishes, notes: Notes
) -> list[ResourceRecord]:
    """Return the resources that folders of configuration declare.

    Args:
        scripts: All files of the input.
        taken: Addresses of resources that plans or states in the input hold.
        wishes: What the user says beside the files.
        notes: Takes what must be told.
    """
    telling = Telling(notes)
    telling.faults(scripts)
    found: list[ResourceRecord] = []
    for instances in folder_instances(scripts, taken, wishes, telling):
        settled = settle(instances, notes)
        links = Links(settled, Configuration({}))
        found += records_of(settled, links, notes, trusts=wishes.trusts)
    return [*found, *_changes_of_lost(scripts)]


def _changes_of_lost(scripts: Sequence[Script]) -> Iterator[Change]:
    """Yield what blocks may change of which nothing can be read."""
    for script in scripts:
        if script.lost and not script.values:
            why = f"not all blocks of `{script.path}` can be read"
            taker = Taker(why, script.path, Source.PART)
            yield from taker.anything(Origin(script.path))


def folder_instances(
    scripts: Sequence[Script], taken: frozenset[str], wishes: Wishes, telling: Telling
) -> Iterator[list[Instance]]:
    """Yield the instances that each root module declares."""
    tree = tree_of(scripts)
    roots = tree.roots()
    telling.roots(tree, roots)
    telling.undeclared(tree, roots, wishes.settings if wishes.alone else {})
    labels = labels_of(roots)
    for root in roots:
        deployment = _Deployment(tree, wishes, telling, labels[root])
        try:
            instances = deployment.instances(root)
        except Exhausted:
            telling.exhausted(tree.modules[root])
            continue
        covered = next((it.address for it in instances if it.address in taken), None)
        if covered is not None:
            telling.covered(tree.modules[root], covered)
            continue
        # Neither a file with faults nor a resource that may not be made lets anybody
        # say that nothing else is there.
        doubtful = any(it.perhaps for it in instances) or any(
            script.faults for script in scripts
        )
        if not deployment.unread and not doubtful:
            instances = [_whole(item) for item in instances]
        yield instances


_Hidden = tuple[str, Declared, Scope, Place, str]
"""A call of a module that is not read: its name, and where it stands."""


@dataclass(slots=True)
class _Deployment:
    tree: Tree
    wishes: Wishes
    telling: Telling
    label: str
    runs: list[Run] = field(default_factory=list)
    made: list[Instance] = field(default_factory=list)
    hidden: list[_Hidden] = field(default_factory=list)
    unread: bool = False
    majors: str = MAJORS
    strangers: dict[int, list[Stranger]] = field(default_factory=dict)

    def instances(self, root: str) -> list[Instance]:
        """Return all instances of a root and of the modules that it calls."""
        budget = Budget()
        files = Files(self.wishes.within, self.wishes.scripts)
        machine = Machine(Functions(files, budget), budget)
        values = given_values(self.tree, root, self.wishes.settings, machine)
        module = self.tree.modules[root]
        self.telling.values(module, values)
        self.majors = majors_of(module)
        run = Run(module, machine, Enter(self._call), root, fixed(values), self.label)
        self._whole(run)
        # Only now, since what one is given may come from another.
        self.made += [call_of(*item) for item in self.hidden]
        return self.made

    def _whole(self, run: Run) -> None:
        if len(self.runs) >= _MOST_RUNS:
            raise Exhausted
        self.runs.append(run)
        self.telling.repeated(run.module)
        for made, mode in _all_made(run):
            source = Source.DATA if mode == "data" else Source.PART
            self.telling.perhaps(made, run.perhaps)
            self.telling.ignored(made)
            if mode == "resource" and run.trace is None:
                self._check_names(made)
            budget = run.machine.budget
            self.made.append(instance_of(made, run.steps, source, budget, run.trace))
            place = Place(run.steps, made.key)
            self.made += commands_in(made.address, made.declared, run.scope(), place)
        for name, declared in run.module.calls.items():
            copies = run.copies("module", "", name, declared)
            for key in copies.keys:
                inner = run.called(name, key)
                if isinstance(inner, Run):
                    self._whole(inner)

    def _check_names(self, made: Made) -> None:
        """Tell of arguments that the provider lacks; what they mean is not known."""
        section = made.declared.section
        if id(section) not in self.strangers:
            found = strangers(made.type, section.body, self.majors)
            self.strangers[id(section)] = found
            self.telling.strangers(made.declared, found, self.majors)
        for item in self.strangers[id(section)]:
            if item.likely and not item.majors:
                why = f"`{item.name}` is written where `{item.likely}` may be meant"
                for block in _blocks(made.values, item.path):
                    block.setdefault(item.likely, Unknown(why))

    def _call(
        self,
        run: Run,
        name: str,
        declared: Declared,
        scope: Scope,
        key: str | int | None,
    ) -> Run | Outputs:
        found = self._entered(run, name, declared, scope, key)
        if not isinstance(found, Run):
            place = Place(run.steps, key)
            self.hidden.append((name, declared, scope, place, run.prefix))
        return found

    def _entered(
        self,
        run: Run,
        name: str,
        declared: Declared,
        scope: Scope,
        key: str | int | None,
    ) -> Run | Outputs:
        source = declared.argument("source")
        text = source_text(source)
        target = local_target(run.module.folder, source)
        if len(run.steps) >= _DEEPEST:
            return self._unread(declared, text, "it is nested too deeply")
        if target is None:
            known = self._known(declared, text)
            if isinstance(known, Outputs):
                return known
            module, trace = known.module(), _trace(declared, known)
            self.telling.not_passed_on(declared, module)
        elif target in self.tree.modules:
            module, trace = self.tree.modules[target], None
        else:
            return self._unread(declared, text, "it is not in the input")
        copies = run.copies("module", "", name, declared)
        self.telling.perhaps_called(declared, copies.perhaps)
        return Run(
            module,
            run.machine,
            run.enter,
            run.home,
            inputs_of(declared.section.body, scope),
            f"{run.prefix}module.{name}{suffix(key)}.",
            (*run.steps, (name, key)),
            run.perhaps or copies.perhaps,
            trace,
        )

    def _known(self, declared: Declared, source: str) -> Known | Outputs:
        """Return what is known of a module of the registry, by its name."""
        asked = source_text(declared.argument("version"))
        candidates = described(source)
        found, is_sure = chosen(candidates, asked)
        if found is not None:
            self.telling.known(declared, found, asked, is_sure=is_sure)
            return found
        why = "modules are never fetched"
        if candidates:
            ranges = " and ".join(item.range for item in candidates)
            why = f"version `{asked}` is not one that is known by name: {ranges}"
        return self._unread(declared, source, why)

    def _unread(self, declared: Declared, source: str, why: str) -> Outputs:
        self.unread = True
        self.telling.unread(declared, source, why)
        return Unread(why)


def _blocks(values: Computed, path: tuple[str, ...]) -> list[Computed]:
    """Return the blocks of a resource that a path leads to."""
    found = [values]
    for name in path:
        inner = [block.get(name) for block in found]
        items = [it for held in inner if isinstance(held, list) for it in held]
        found = [it for it in items if isinstance(it, Computed)]
    return found


def _trace(declared: Declared, known: Known) -> Trace:
    label = f"the default of the module {known.source}, versions {known.range}"
    return Trace(declared, known.module(), label)


def _whole(item: Instance) -> Instance:
    """Return an instance of a deployment of which every module was read."""
    if item.source is Source.PART:
        return replace(item, source=Source.CONFIGURATION)
    return item


def _all_made(run: Run) -> Iterator[tuple[Made, str]]:
    """Yield every instance of a module, with `resource` or `data`."""
    tables = {"resource": run.module.resources, "data": run.module.data}
    for mode, table in tables.items():
        for (kind, name), declared in table.items():
            try:
                keys = run.copies(mode, kind, name, declared).keys
            except Failed:
                keys = ()
            for key in keys:
                yield run.made(mode, kind, name, key), mode


__all__ = ["Unread", "Wishes", "read_folders"]
