"""Kubernetes objects that a plan or state of Terraform holds.

Source: hashicorp/terraform-provider-kubernetes, docs/resources; gavinbunney/kubectl,
kubectl_manifest; hashicorp/helm, helm_release.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, Source, Unresolved
from seawall.ingest.terraform.attributes.workload import (
    KINDS,
    MANIFEST,
    RELEASE,
    TEXT,
    Many,
    Object,
    One,
    Tree,
)
from seawall.ingest.terraform.commands import COMMAND, SCRIPTS, text_of
from seawall.ingest.terraform.configuration import Configuration
from seawall.ingest.terraform.document import (
    is_plan,
    is_raw_state,
    is_state,
    mapping,
    plan_instances,
    raw_instances,
    state_instances,
)
from seawall.ingest.terraform.folders.deploy import Wishes, folder_instances
from seawall.ingest.terraform.folders.telling import Telling
from seawall.ingest.terraform.instance import Block, Instance
from seawall.ingest.terraform.language.syntax import Script
from seawall.ingest.terraform.provisioners import commands_of_plan
from seawall.ingest.terraform.read import addresses
from seawall.ingest.text.yaml_text import parse_stream
from seawall.model.origin import Origin

_PREFIXES = ("kubernetes_", "kubectl_", "helm_")
_COMMANDS = frozenset({COMMAND, *SCRIPTS})
_NOT_RUN = "the command of `{}` is not run"
_PORTS = ("port", "targetPort")
"""Names or numbers in Kubernetes, always text in the provider."""


def objects(
    documents: Sequence[ReadDocument], wishes: Wishes, *, before: bool = False
) -> tuple[list[ReadDocument], list[tuple[str, str, Origin]]]:
    """Return the Kubernetes objects that plans, states and folders hold, and commands.

    Of a command it is what is not run, as a clause, its text, and its place.

    Args:
        documents: Those that may be Terraform's, of one input.
        wishes: What the user says beside the files.
        before: Whether plans stand for what was there when they were made.
    """
    found = [
        item for document in documents for item in _instances(document, before=before)
    ]
    scripts = [it.value for it in documents if isinstance(it.value, Script)]
    if any(_mentions(script) for script in scripts):
        taken = addresses(documents)
        # What is wrong with the folders is told where their resources are read.
        telling = Telling(Notes())
        for instances in folder_instances(scripts, taken, wishes, telling):
            found += instances
    made = [
        made
        for instance in found
        if instance.type.startswith(_PREFIXES) and instance.source is not Source.DATA
        for made in _objects(instance)
    ]
    commands = [
        (_NOT_RUN.format(it.label or it.address), text_of(it), it.origin)
        for it in found
        if it.type in _COMMANDS and it.source is not Source.DATA
    ]
    return made, commands


def _mentions(script: Script) -> bool:
    """Whether a file of a folder declares what may be an object, or may change one."""
    return any(
        label.startswith(_PREFIXES)
        or label in SCRIPTS
        or section.body.of("provisioner")
        for section in script.body.of("resource")
        for label in section.labels[:1]
    )


def _instances(document: ReadDocument, *, before: bool) -> list[Instance]:
    value = document.value
    if is_plan(value):
        made = Configuration(value)
        found = list(plan_instances(document, made, before=before))
        if not before:
            found += commands_of_plan(mapping(value), found, made)
        return found
    if is_state(value):
        return list(state_instances(document))
    return list(raw_instances(document)) if is_raw_state(value) else []


def _objects(instance: Instance) -> Iterator[ReadDocument]:
    kind = KINDS.get(instance.type)
    block = instance.block()
    if kind is not None:
        yield _typed(kind, block)
    elif instance.type == MANIFEST:
        yield from _manifest(block)
    elif instance.type == TEXT:
        yield from _written(block)
    elif instance.type == RELEASE:
        yield _release(block)


@dataclass(slots=True)
class _Doubt:
    """The first attribute that comes with the deployment."""

    why: str = ""

    def of(self, found: Field) -> bool:
        """Note whether a value is only promised."""
        if found.unresolved and not found.left_to_service:
            self.why = self.why or found.unresolved
            return True
        return False


def _typed(kind: Object, block: Block) -> ReadDocument:
    doubt = _Doubt()
    body = _built(kind.tree, block, doubt)
    value = {"apiVersion": kind.version, "kind": kind.kind, **body}
    return _document(value, block, doubt.why)


def _document(value: object, block: Block, why: str) -> ReadDocument:
    return ReadDocument(value, block.origin, "json", (), why or None)


def _built(tree: Tree, block: Block, doubt: _Doubt) -> dict[str, object]:
    """Return a block of attributes in the words of Kubernetes."""
    out: dict[str, object] = {}
    for name, rule in tree.items():
        if isinstance(rule, str):
            value = _value(block, name, rule, doubt)
            if value is not None:
                out[rule] = value
            continue
        inner = _blocks(block, name)
        if inner is None:
            doubt.of(block.field(name))
        elif isinstance(rule, One) and inner:
            out[rule.key] = _built(rule.tree, inner[0], doubt)
        elif isinstance(rule, Many) and inner:
            out[rule.key] = [_built(rule.tree, each, doubt) for each in inner]
    return out


def _blocks(block: Block, name: str) -> list[Block] | None:
    """Return nested blocks; one that is written empty may stand as null."""
    value = block.values.get(name)
    if value == [None]:
        return [Block(block.owner, {}, {}, None, block.origin.at(name))]
    return block.blocks(name)


def _value(block: Block, name: str, key: str, doubt: _Doubt) -> object:
    """Return an attribute, or None where nobody set it or it is only promised."""
    found = block.field(name)
    if doubt.of(found) or not found.is_given:
        return None
    if _is_pending((block.unknown or {}).get(name)) or _holds_promise(found.value):
        why = Unresolved(f"parts of `{name}` are not known yet")
        doubt.of(Field(why, block.origin))
        return None
    value = found.value
    if key in _PORTS and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value or None


def _manifest(block: Block) -> Iterator[ReadDocument]:
    found = block.field("manifest")
    if isinstance(found.value, Mapping):
        pending = (block.unknown or {}).get("manifest")
        why = "parts of it are known only after the deployment"
        value = _without_nulls(found.value)
        doubtful = _is_pending(pending) or _holds_promise(found.value)
        yield _document(value, block, why if doubtful else "")
    else:
        why = f"the manifest of `{block.owner.address}` is not known"
        yield _document({"apiVersion": "v1", "kind": "NetworkPolicy"}, block, why)


def _is_pending(value: object) -> bool:
    """Whether anything in the shadow of a value comes with the deployment."""
    if isinstance(value, Mapping):
        return any(_is_pending(item) for item in value.values())
    if isinstance(value, list):
        return any(_is_pending(item) for item in value)
    return value is True


def _holds_promise(value: object) -> bool:
    """Whether anything in a value is only promised."""
    if isinstance(value, Mapping):
        return any(_holds_promise(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_promise(item) for item in value)
    return isinstance(value, Unresolved)


def _without_nulls(value: object) -> object:
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _written(block: Block) -> Iterator[ReadDocument]:
    text = block.field("yaml_body").value
    if not isinstance(text, str):
        return
    for found in parse_stream(text):
        if isinstance(found.value, Mapping):
            yield _document(found.value, block, "")


def _release(block: Block) -> ReadDocument:
    """Return what stands for the workloads of a chart that Terraform installs."""
    name, space = block.field("name").value, block.field("namespace").value
    meta = {"name": name if isinstance(name, str) else block.owner.label}
    spec = {"targetNamespace": space} if isinstance(space, str) and space else {}
    value = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": meta,
        "spec": spec,
    }
    return _document(value, block, "")
