"""Finds what belongs together: folders, root modules, files of values.

Source: Terraform docs, Files and Configuration Structure; Input Variables, Variable
Definition Precedence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, commonpath, join, normpath, relpath

from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.types import type_of
from seawall.ingest.terraform.evaluation.values import Unknown, Value
from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.language.syntax import Argument, Literal, Script
from seawall.ingest.terraform.module import Declared, Module, folder_of, module_of

_DEEPEST = 12
_READ = ("azurerm_", "azapi_", "kubernetes_", "kubectl_", "helm_")
_ELSEWHERE = frozenset(
    {"aws", "google", "google-beta", "alicloud", "oci", "digitalocean", "hcloud"}
    | {"github", "gitlab", "datadog", "vsphere", "cloudflare"}
)


@dataclass(slots=True)
class Tree:
    """All folders of an input.

    Attributes:
        modules: By folder.
        values: Files of values by folder.
        named: Files of values that the user named; they hold for every root.
        unused: Files of values that Terraform would not read by itself.
        spare: Folders below a root that nobody calls, and that lack values.
        foreign: Folders of deployments that have nothing of Azure or Kubernetes.
    """

    modules: dict[str, Module] = field(default_factory=dict)
    values: dict[str, list[Script]] = field(default_factory=dict)
    named: list[Script] = field(default_factory=list)
    unused: list[Script] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def roots(self) -> list[str]:
        """Return the folders that are deployed, and not only called by others."""
        called = {
            target
            for folder, module in self.modules.items()
            for call in module.calls.values()
            for target in (local_target(folder, call.argument("source")),)
            if target is not None and target != folder
        }
        found = sorted(
            folder
            for folder, module in self.modules.items()
            if module.makes_something and folder not in called
        )
        self.spare = [folder for folder in found if self._is_spare(folder, found)]
        found = [folder for folder in found if folder not in self.spare]
        self.foreign = [folder for folder in found if not self._is_azure(folder, 0)]
        return [folder for folder in found if folder not in self.foreign]

    def _is_azure(self, folder: str, depth: int) -> bool:
        """Whether a folder, or one that it calls, has anything that is read."""
        module = self.modules.get(folder)
        if module is None or depth > _DEEPEST:
            return True
        kinds = [kind for kind, _ in (*module.resources, *module.data)]
        if any(kind.startswith(_READ) for kind in kinds):
            return True
        for call in module.calls.values():
            source = call.argument("source")
            target = local_target(folder, source)
            if target is None:
                if not is_elsewhere(source_text(source)):
                    return True
            elif target != folder and self._is_azure(target, depth + 1):
                return True
        return False

    def _is_spare(self, folder: str, found: Sequence[str]) -> bool:
        """Whether a folder is a module that waits for a caller."""
        module = self.modules[folder]
        if module.configured or folder in self.values:
            return False
        below = any(
            folder.startswith(root.rstrip("/") + "/") or (root == "." != folder)
            for root in found
        )
        return below and bool(module.without_value({}))


def tree_of(scripts: Iterable[Script]) -> Tree:
    """Return the folders that some files stand in."""
    tree = Tree()
    sources: dict[str, list[Script]] = {}
    for script in scripts:
        folder = normpath(folder_of(script.path))
        if not script.values:
            sources.setdefault(folder, []).append(script)
        elif script.named:
            tree.named.append(script)
        elif _is_automatic(script.path):
            tree.values.setdefault(folder, []).append(script)
        else:
            tree.unused.append(script)
    for folder, found in sources.items():
        tree.modules[folder] = module_of(folder, found)
    return tree


def labels_of(roots: Sequence[str]) -> dict[str, str]:
    """Return what is put before the addresses of each root, so that they differ."""
    if len(roots) < 2:  # noqa: PLR2004
        return dict.fromkeys(roots, "")
    common = commonpath(roots)
    shown = {root: relpath(root, common) for root in roots}
    return {
        root: f"{basename(root) if name == '.' else name}:".replace("/", ".")
        for root, name in shown.items()
    }


def _is_automatic(path: str) -> bool:
    name = basename(path)
    return name in {"terraform.tfvars", "terraform.tfvars.json"} or name.endswith(
        (".auto.tfvars", ".auto.tfvars.json")
    )


def local_target(folder: str, source: object) -> str | None:
    """Return the folder that a call names; None for a module from elsewhere."""
    text = source_text(source)
    if not text.startswith(("./", "../")) and text not in {".", ".."}:
        return None
    return normpath(join(folder, text))


def is_elsewhere(source: str) -> bool:
    """Whether a module of the registry is written for another cloud or tool.

    Source: Terraform docs, Module Registry Protocol: the last part of a source is the
    provider that a module is for.
    """
    return source.rpartition("/")[2].lower() in _ELSEWHERE


def source_text(source: object) -> str:
    """Return the source of a call as written; empty if it is not plain text."""
    value = source.value if isinstance(source, Argument) else None
    if isinstance(value, Literal) and isinstance(value.value, str):
        return value.value
    return ""


def given_values(
    tree: Tree, folder: str, settings: Mapping[str, str], machine: Machine
) -> dict[str, Value]:
    """Return the values of a root's variables, those that hold last at the end."""
    scope = Scope(machine, {}, None, folder)
    found: dict[str, Value] = {}
    own = sorted(tree.values.get(folder, []), key=_precedence)
    variables = tree.modules[folder].variables
    for script in (*own, *tree.named):
        if script.faults:
            # What is read of it may stand inside of what is broken.
            why = f"`{script.path}` may set it, and cannot be read"
            found.update(dict.fromkeys(variables, Unknown(why)))
            continue
        for name, argument in script.body.arguments.items():
            found[name] = scope.safe(argument.value)
    for name, text in settings.items():
        declared = variables.get(name)
        found[name] = text if declared is None else _typed(text, declared, scope)
    return found


def _typed(text: str, declared: Declared, scope: Scope) -> Value:
    """Return a value from the command line: an expression, unless the type is plain.

    Source: Terraform docs, Input Variables, Variables on the Command Line.
    """
    kind = declared.argument("type")
    if kind is None or type_of(kind.value).kind in {"string", "number", "bool"}:
        return text
    script = parse(f"x = {text}\n", "--set")
    if script.faults or "x" not in script.body.arguments:
        why = script.faults[0].what if script.faults else "it is no expression"
        return Unknown(f"the value that `--set` gives cannot be read: {why}")
    return scope.safe(script.body.arguments["x"].value)


def _precedence(script: Script) -> tuple[int, str]:
    name = basename(script.path)
    order = {"terraform.tfvars": 0, "terraform.tfvars.json": 1}
    return order.get(name, 2), name
