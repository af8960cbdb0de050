"""What the reader of a folder of configuration must be told."""

from collections.abc import Mapping, Sequence

from seawall.ingest.notes import Notes
from seawall.ingest.terraform.folders.gather import Tree
from seawall.ingest.terraform.folders.module import Declared, Module
from seawall.ingest.terraform.folders.run import Made
from seawall.ingest.terraform.language.syntax import Script
from seawall.model.origin import Origin

_MOST = 6
_WATCHED = ("azurerm_", "azapi_")


def place(path: str, line: int | None) -> Origin:
    """Return a line of a file."""
    return Origin(path, 0, (f"line {line}",), lambda _document, _pointer: line)


class Telling:
    """Takes what must be told, and finds the words for it."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def faults(self, scripts: Sequence[Script]) -> None:
        """Tell of what cannot be read."""
        for script in scripts:
            for fault in script.faults:
                self._notes.error(
                    place(script.path, fault.line),
                    f"not valid Terraform: {fault.what}",
                    "what the block sets is unknown; other blocks of the file are read",
                    "mend the line; `terraform validate` shows it too",
                )

    def roots(self, tree: Tree, roots: Sequence[str]) -> None:
        """Tell which folders are deployed, and which values nobody reads."""
        if len(roots) > 1:
            shown = ", ".join(f"`{root}`" for root in roots[:_MOST])
            more = f" and {len(roots) - _MOST} more" if len(roots) > _MOST else ""
            self._notes.warning(
                None,
                f"{len(roots)} folders of Terraform are deployments of their own: "
                f"{shown}{more}",
                "no folder calls them as a module; each is read by itself, and all are "
                "taken to exist side by side",
                "give one of the folders to ask about it alone",
            )
        for folder in tree.spare:
            self._notes.note(
                Origin(folder),
                f"the module in `{folder}` is called by nobody and not read",
                "it has variables without a value, and sets up no provider",
                "give the folder alone, with the values of its variables",
            )
        for script in tree.unused:
            self._notes.note(
                place(script.path, 1),
                f"the values in `{script.path}` are not used",
                "Terraform reads `terraform.tfvars` and `*.auto.tfvars` beside the "
                "configuration, and others only if they are named",
                f"name it as a further path: `seawall check FOLDER {script.path}`",
            )

    def values(self, module: Module, values: Mapping[str, object]) -> None:
        """Tell which variables have no value."""
        missing = module.without_value(values)
        if missing:
            first = module.variables[missing[0]]
            shown = ", ".join(f"`{name}`" for name in missing[:_MOST])
            more = f" and {len(missing) - _MOST} more" if len(missing) > _MOST else ""
            self._notes.note(
                place(first.path, first.section.line),
                f"variables without a value in `{module.folder}`: {shown}{more}",
                "what rests on them is unknown",
                f"give them with `--set {missing[0]}=VALUE`, or name a `.tfvars` file "
                "as a further path",
            )

    def repeated(self, module: Module) -> None:
        """Tell of what is declared twice."""
        for labels, declared in module.repeated:
            self._notes.error(
                place(declared.path, declared.section.line),
                f"`{declared.section.type} {labels}` is declared a second time",
                "Terraform refuses it; the first one is read",
                "remove one of them",
            )

    def perhaps(self, made: Made) -> None:
        """Tell that a resource may not be made."""
        if made.perhaps and made.type.startswith(_WATCHED):
            self._notes.unmodelled(
                made.values_origin(),
                f"it is not known whether, or how often, `{made.type}.{made.label}` "
                "is made",
                f"{made.perhaps}; it is read as one that is made",
                "give the values that it rests on with `--set NAME=VALUE` or a "
                "`.tfvars` file, or a plan (`terraform show -json`)",
            )

    def unread(self, declared: Declared, source: str, why: str) -> None:
        """Tell of a module that is not read."""
        name = declared.section.labels[0]
        self._notes.unmodelled(
            place(declared.path, declared.section.line),
            f"the module `{name}` (`{source or 'unknown source'}`) is not read",
            f"{why}; what it makes is unknown, and so is what its outputs hold",
            "give a plan (`terraform show -json`), or add the folder of the module",
        )

    def exhausted(self, module: Module) -> None:
        """Tell that a root takes too much work."""
        self._notes.error(
            Origin(module.folder),
            f"the configuration in `{module.folder}` makes too much to be read",
            "loops or nested modules multiply beyond what a deployment can hold",
            "give a plan (`terraform show -json`) instead",
        )

    def covered(self, module: Module, address: str) -> None:
        """Tell that a plan or state says the same, and more."""
        self._notes.note(
            Origin(module.folder),
            f"the configuration in `{module.folder}` is not read",
            f"a plan or state in the input holds `{address}` and knows more of it",
            "leave the plan or state out to have the configuration read",
        )
