"""What the reader of a folder of configuration must be told."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from seawall.ingest.notes import Notes
from seawall.ingest.terraform.associations import TIES, is_left_open
from seawall.ingest.terraform.attributes import KINDS
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.folders.gather import Tree, is_elsewhere
from seawall.ingest.terraform.folders.run import Made
from seawall.ingest.terraform.known import Known
from seawall.ingest.terraform.language.syntax import Script
from seawall.ingest.terraform.module import Declared, Module
from seawall.ingest.terraform.schema.names import NEWEST, OLDER, Stranger
from seawall.model.origin import Origin

_MOST = 6
_CALL = frozenset(
    {
        *("source", "version", "count", "for_each", "providers", "depends_on"),
        "enable_telemetry",
    }
)
"""Arguments of a call that set nothing of Azure's."""
_KEPT = {
    "azurerm_route_table": ("route",),
    "azurerm_network_security_group": ("security_rule",),
    "azurerm_subnet": ("delegation", "service_endpoints", "address_prefixes"),
    "azurerm_virtual_network": ("subnet", "address_space", "dns_servers"),
    "azurerm_firewall_policy_rule_collection_group": (
        "network_rule_collection",
        "application_rule_collection",
        "nat_rule_collection",
    ),
    "azurerm_kubernetes_cluster": (
        "network_profile",
        "api_server_access_profile",
        "default_node_pool",
    ),
}
"""Attributes that decide about packets, by type."""


def place(path: str, line: int) -> Origin:
    """Return a line of a file; 0 is for files that are read as data."""
    if not line:
        return Origin(path)
    return Origin(path, 0, (f"line {line}",), lambda _document, _pointer: line)


def _read_as(kind: str) -> str:
    """Return how a resource is read that may not be made."""
    known = KINDS.get(kind)
    if kind in TIES or (known is not None and is_left_open(known.arm)):
        return "what it would change is not known"
    return "it is read as one that is made"


def _matters(kind: str) -> bool:
    """Whether resources of a type are read."""
    return kind in KINDS or kind in TIES or kind.startswith("azapi_")


def _listed(majors: str) -> str:
    return majors if majors == OLDER else " and ".join(majors)


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
                    "it is not known what the file sets: no default of a variable that "
                    "it may set is trusted"
                    if script.values
                    else "what the block sets is unknown; other blocks of the file are "
                    "read",
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
        for folder in tree.foreign:
            self._notes.note(
                Origin(folder),
                f"the configuration in `{folder}` has nothing of Azure or Kubernetes",
                "it is not read: its resources are of other providers",
                "nothing, if the cluster is made elsewhere",
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

    def undeclared(
        self, tree: Tree, roots: Sequence[str], settings: Mapping[str, object]
    ) -> None:
        """Tell of values for variables that no root has."""
        known = {name for root in roots for name in tree.modules[root].variables}
        places: dict[str, Origin | None] = dict.fromkeys(settings)
        scripts = [
            *tree.named,
            *(it for root in roots for it in tree.values.get(root, ())),
        ]
        for script in scripts:
            for name, argument in script.body.arguments.items():
                places[name] = place(script.path, argument.line)
        for name in sorted(places.keys() - known) if roots else ():
            close = get_close_matches(name, sorted(known), n=1)
            self._notes.warning(
                places[name],
                f"there is no variable `{name}`"
                + (f"; did you mean `{close[0]}`?" if close else ""),
                "its value changes nothing",
                f"write `{close[0]}`" if close else "leave it out",
            )

    def ignored(self, made: Made) -> None:
        """Tell of attributes that Terraform does not keep as they are written."""
        for section in made.declared.section.body.of("lifecycle"):
            argument = section.body.arguments.get("ignore_changes")
            if argument is None or made.type not in _KEPT:
                continue
            text = written(argument.value)
            names = [it for it in _KEPT[made.type] if it in text]
            if text == "all" or names:
                shown = "all" if text == "all" else ", ".join(f"`{it}`" for it in names)
                self._notes.assume(
                    "changes-ignored",
                    f"nobody has changed {shown} of `{made.type}.{made.label}` since "
                    "it was made; Terraform would let such changes stand",
                    "Terraform docs, the lifecycle meta-argument",
                )
                self._notes.note(
                    place(made.declared.path, argument.line),
                    f"changes to {shown} of `{made.type}.{made.label}` are ignored",
                    "Terraform sets it once; what was changed since is not seen here",
                    "add the output of `az` or the state to see what is there",
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

    def perhaps(self, made: Made, outer: str) -> None:
        """Tell that a resource may not be made, unless all of its module may not."""
        if made.perhaps and made.perhaps != outer and _matters(made.type):
            self._notes.unmodelled(
                made.values_origin(),
                f"it is not known whether, or how often, `{made.type}.{made.label}` "
                "is made",
                f"{made.perhaps}; {_read_as(made.type)}",
                "give the values that it rests on with `--set NAME=VALUE` or a "
                "`.tfvars` file, or a plan (`terraform show -json`)",
            )

    def perhaps_called(self, declared: Declared, why: str) -> None:
        """Tell that a module may not be called."""
        if why:
            self._notes.unmodelled(
                place(declared.path, declared.section.line),
                "it is not known whether, or how often, the module "
                f"`{declared.section.labels[0]}` is called",
                f"{why}; what it makes is read as made",
                "give the values that it rests on with `--set NAME=VALUE` or a "
                "`.tfvars` file, or a plan (`terraform show -json`)",
            )

    def unread(self, declared: Declared, source: str, why: str) -> None:
        """Tell of a module that is not read."""
        name = declared.section.labels[0]
        tell = self._notes.note if is_elsewhere(source) else self._notes.unmodelled
        tell(
            place(declared.path, declared.section.line),
            f"the module `{name}` (`{source or 'unknown source'}`) is not read",
            f"{why}; what it makes is unknown, and so is what its outputs hold",
            "give a plan (`terraform show -json`), or add the folder of the module",
        )

    def strangers(
        self, declared: Declared, found: Sequence[Stranger], majors: str
    ) -> None:
        """Tell of arguments that the provider does not have."""
        kind = declared.section.labels[0]
        for item in found:
            where = f" in `{'.'.join(item.path)}`" if item.path else ""
            if item.majors and min(item.majors) > max(majors):
                self._notes.note(
                    place(declared.path, item.line),
                    f"`{item.name}`{where} of `{kind}` came after the releases that "
                    "are known",
                    f"azurerm {NEWEST[max(majors)]} has not got it, "
                    f"{NEWEST[min(item.majors)]} has; it is read as there",
                    "nothing, if the release that is used has it",
                )
            elif item.majors:
                self._notes.warning(
                    place(declared.path, item.line),
                    f"`{item.name}`{where} of `{kind}` is not an argument of the "
                    "provider that is asked for",
                    f"azurerm {_listed(item.majors)} has it, {_listed(majors)} has "
                    "not; it is read as there",
                    f"write `{item.likely}`" if item.likely else "leave it out",
                )
            else:
                self._notes.error(
                    place(declared.path, item.line),
                    f"`{item.name}`{where} is no argument of `{kind}`"
                    + (f"; did you mean `{item.likely}`?" if item.likely else ""),
                    "no azurerm release 3 to 5 has it, so it says nothing"
                    + ("; what is meant is unknown" if item.likely else ""),
                    f"write `{item.likely}`" if item.likely else "leave it out",
                )

    def known(
        self, declared: Declared, known: Known, asked: str, *, is_sure: bool
    ) -> None:
        """Tell that a module is read by its name."""
        name = declared.section.labels[0]
        self._notes.assume(
            "module-by-name",
            f"the module `{name}` sets what is known of `{known.source}`, versions "
            f"{known.range}; its own files are not in the input",
            known.read,
        )
        if not is_sure:
            self._notes.note(
                place(declared.path, declared.section.line),
                f"the version of the module `{name}` is not pinned",
                f"`{asked}` admits several; the newest that is known is taken"
                if asked
                else "no `version` is asked for; the newest that is known is taken",
                "pin the version",
            )

    def not_passed_on(self, declared: Declared, module: Module) -> None:
        """Tell which inputs of a known module have no meaning here."""
        given = set(declared.section.body.arguments) - _CALL
        unread = sorted(given - set(module.variables))
        if unread:
            name = declared.section.labels[0]
            shown = ", ".join(f"`{item}`" for item in unread[:_MOST])
            more = f" and {len(unread) - _MOST} more" if len(unread) > _MOST else ""
            self._notes.note(
                place(declared.path, declared.section.line),
                f"inputs of the module `{name}` that are not read: {shown}{more}",
                "they are not known to change what can reach what",
                "give a plan (`terraform show -json`) to have them read",
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
