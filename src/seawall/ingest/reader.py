"""One text to its documents: JSON, YAML, or a template for YAML."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.ingest.documents import ReadDocument
from seawall.ingest.files import TextFile
from seawall.ingest.kubernetes.terms.dump import open_dump
from seawall.ingest.kubernetes.terms.record import is_kubernetes
from seawall.ingest.text.json_alike import strict
from seawall.ingest.text.json_text import BadJson, parse_json, parse_values
from seawall.ingest.text.position import ALIKE, FileLines
from seawall.ingest.text.template import (
    TemplatedObject,
    is_template,
    objects_deployed,
    objects_in,
    objects_lost,
)
from seawall.ingest.text.yaml_text import YamlValue, parse_stream, split
from seawall.ingest.unopened import may_give_parameters
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin, Pointer

_FLOW_YAML_LIMIT = 2**20
_BICEP = (".bicep", ".bicepparam")
_TERRAFORM = (".tf", ".tfvars", ".tf.json", ".tfvars.json")


@dataclass(frozen=True, slots=True)
class ReadText:
    """What one text holds.

    Attributes:
        documents: Those that are not empty.
        empty: How many are.
        diagnostics: What cannot be read.
        templated: The objects that it would hold once rendered; None if it is no
            template.
        lost: The objects that it names in what cannot be read.
        foreign: Whether it is neither YAML nor JSON and was never said to be.
    """

    documents: tuple[ReadDocument, ...] = ()
    empty: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    templated: tuple[TemplatedObject, ...] | None = None
    lost: tuple[TemplatedObject, ...] = ()
    foreign: bool = False


def read_text(file: TextFile) -> ReadText:
    """Return the documents of a text; what cannot be read becomes a diagnostic."""
    read = _with_values(_read(file), file)
    if not file.faults and not file.lost:
        return read
    told = tuple(
        Diagnostic(
            Level.ERROR,
            _fixed(file.path, fault.line, fault.document),
            fault.what,
            fault.why,
            fault.mend,
        )
        for fault in file.faults
    )
    lost = tuple(
        TemplatedObject(item.api_version, item.kind, None, None, item.line)
        for item in file.lost
    )
    return replace(
        read,
        diagnostics=(*read.diagnostics, *told),
        lost=(*read.lost, *lost),
        foreign=False,
    )


def _read(file: TextFile) -> ReadText:
    if isinstance(file.content, bytes):
        dump = open_dump(file.content)
        if dump is not None and is_kubernetes(dump):
            return ReadText((_document(file, "json", dump, ()),))
        file = replace(file, content=file.text)
    if file.path.lower().endswith(_TERRAFORM):
        return _read_script(file)
    if file.path.lower().endswith(_BICEP):
        return _read_bicep(file)
    head = file.text.lstrip()[:2]
    opens = head[:1] in ("{", "[") and head not in ("{{", "{%")
    if opens or head in ("//", "/*"):
        try:
            value, repeated = parse_json(file.text)
        except BadJson as bad:
            return _not_json(file, bad)
        found = ReadText((_document(file, "json", value, repeated),))
        return _with_deployed(found, file) if _deploys(value) else found
    return _read_yaml(file)


def _with_values(read: ReadText, file: TextFile) -> ReadText:
    """Add what stands for a broken file that may give the parameters of a template."""
    if any(isinstance(item.value, dict) for item in read.documents):
        return read
    if not may_give_parameters(file.path, file.text):
        return read
    # Inputs rarely hold one that is broken.
    from seawall.ingest.arm.parameters import unread  # noqa: PLC0415

    values = unread(_fixed(file.path, 1))
    return replace(read, documents=(*read.documents, values), foreign=False)


def _read_script(file: TextFile) -> ReadText:
    # Most inputs hold none.
    from seawall.ingest.terraform.script import read_script  # noqa: PLC0415

    try:
        script = read_script(file.text, file.path, named=file.named)
    except BadJson as bad:
        return _not_json(file, bad)
    origin = _fixed(file.path, 1)
    return ReadText((ReadDocument(script, origin, "terraform"),))


def _read_bicep(file: TextFile) -> ReadText:
    # Most inputs hold none.
    from seawall.ingest.bicep.script import read_script  # noqa: PLC0415

    script = read_script(file.text, file.path, named=file.named)
    found = ReadText((ReadDocument(script, _fixed(file.path, 1), "bicep"),))
    return _with_deployed(found, file)


def _deploys(value: object) -> bool:
    """Whether a document is a template of Azure, by its schema."""
    schema = value.get("$schema") if isinstance(value, dict) else None
    return isinstance(schema, str) and "deploymenttemplate" in schema.lower()


def _with_deployed(found: ReadText, file: TextFile) -> ReadText:
    """Add the objects of Kubernetes that a file deploys, which are not read."""
    lost = tuple(objects_deployed(file.text))
    if not lost:
        return found
    told = Diagnostic(
        Level.UNMODELLED,
        _fixed(file.path, lost[0].line),
        "objects of Kubernetes that a template deploys by itself are not read",
        "the extension for Kubernetes is not modelled; what they say is unknown",
        "give them as manifests, or what is in the cluster (`kubectl get -o yaml`)",
    )
    diagnostics = (*found.diagnostics, told)
    return replace(found, diagnostics=diagnostics, lost=(*found.lost, *lost))


def _not_json(file: TextFile, bad: BadJson) -> ReadText:
    alike = _with_comments(file)
    if alike is not None:
        return ReadText((alike,))
    several = _values(file) if bad.complete else ()
    if several:
        return ReadText(several)
    if is_template(file.text):
        return ReadText(templated=tuple(objects_in(file.text)))
    if len(file.text) <= _FLOW_YAML_LIMIT:
        # A flow mapping such as `{a: b}` opens like JSON and is YAML.
        as_yaml = _read_yaml(file)
        if not as_yaml.diagnostics and not as_yaml.foreign:
            return as_yaml
    if not file.expected:
        return ReadText(foreign=True)
    mend = "export it again, whole"
    if bad.complete:
        mend = "keep one JSON value in a file, or wrap them in a list"
    return ReadText(
        diagnostics=(
            Diagnostic(
                Level.ERROR,
                _fixed(file.path, bad.line),
                f"not valid JSON: {bad.what}",
                "nothing of a JSON file can be trusted once it breaks off",
                mend,
            ),
        ),
        lost=tuple(objects_lost(file.text)),
    )


def _with_comments(file: TextFile) -> ReadDocument | None:
    """Return the document of JSON with comments; None if it is not that."""
    cleaned = strict(file.text)
    if cleaned == file.text:
        return None
    try:
        value, repeated = parse_json(cleaned)
    except BadJson:
        return None
    return _document(file, ALIKE, value, repeated)


def _values(file: TextFile) -> tuple[ReadDocument, ...]:
    """Return the values of a file that holds several; nothing if it is not that.

    `kubectl get -o json` writes such a file if it is called again and its output added.
    """
    try:
        values = parse_values(file.text)
    except BadJson:
        return ()
    if not all(is_kubernetes(value) for value, _ in values):
        return ()
    lines = _lines(file, "json")
    return tuple(
        ReadDocument(value, Origin(file.path, at, (), lines), "json", repeated)
        for at, (value, repeated) in enumerate(values)
    )


def _read_yaml(file: TextFile) -> ReadText:
    lines = _lines(file, "yaml")
    documents: list[ReadDocument] = []
    faults: list[YamlValue] = []
    empty = 0
    for found in parse_stream(file.text, late=True):
        if found.fault is not None:
            faults.append(found)
        elif found.value is None:
            empty += 1
        else:
            origin = Origin(file.path, found.index, (), lines)
            documents.append(ReadDocument(found.value, origin, "yaml", found.repeated))
    if faults and is_template(file.text):
        # A condition in one document may govern its neighbours.
        return ReadText(templated=tuple(objects_in(file.text)))
    readable = any(isinstance(item.outline, dict | list) for item in documents)
    if not file.expected and (faults or not readable):
        return ReadText(foreign=True)
    return ReadText(
        tuple(documents),
        empty,
        tuple(_yaml_fault(file, item) for item in faults),
        lost=tuple(_lost(file.text, faults)),
    )


def _lost(text: str, faults: list[YamlValue]) -> Iterator[TemplatedObject]:
    """Yield what the documents name that cannot be read."""
    if not faults:
        return
    chunks = split(text)
    for fault in faults:
        if fault.index >= len(chunks):
            yield from objects_lost(text)
            return
        start = chunks[fault.index].start
        after = chunks[fault.index + 1 :]
        yield from objects_lost(text, start, after[0].start if after else None)


def _yaml_fault(file: TextFile, found: YamlValue) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        _fixed(file.path, found.line, found.index),
        f"not valid YAML: {found.fault}",
        "the document is left out; the others in the file are read",
        "mend the line, or leave the document out",
    )


def _fixed(path: str, line: int | None, document: int = 0) -> Origin:
    return Origin(path, document, (), lambda _document, _pointer: line)


def _document(
    file: TextFile, form: str, value: object, repeated: tuple[Pointer, ...]
) -> ReadDocument:
    origin = Origin(file.path, 0, (), _lines(file, form))
    return ReadDocument(value, origin, "json", repeated)


def _lines(file: TextFile, form: str) -> FileLines:
    kept = file.content if file.location is None else None
    return FileLines(file.location, file.sha256, form, kept)
