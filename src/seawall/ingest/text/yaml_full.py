"""All of YAML, in the dialect that Kubernetes reads, over PyYAML's C parser.

Differs from PyYAML where the Go reader behind `kubectl` does: dates and base-60 numbers
stay text, `1e3` is a number, `=` is text, an anchor may be set twice, an unknown tag
is passed over. Keys that stand twice are reported, and aliases cannot explode.

Source:
    go-yaml v2 resolve.go, as used by sigs.k8s.io/yaml.
"""

import re
from dataclasses import dataclass, field

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from seawall.model.origin import Pointer

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 400
_MANY_OPENINGS = 5_000
_EXPANDED_LIMIT = 2_000_000
_BOOLEANS = {"yes": True, "true": True, "on": True}


class BadYaml(Exception):  # noqa: N818  (the input's fault, not ours)
    """A document cannot be read.

    Attributes:
        what: What is wrong, as a clause.
        line: Line in the document's text, from 0; None when not known.
    """

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


class _KubernetesResolver(BaseResolver):
    """Which plain scalars are not text."""


_KubernetesResolver.add_implicit_resolver(
    _TAG + "bool",
    re.compile(
        r"(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE"
        r"|on|On|ON|off|Off|OFF)\Z"
    ),
    list("yYnNtTfFoO"),
)
_KubernetesResolver.add_implicit_resolver(
    _TAG + "int",
    re.compile(
        r"[-+]?(?:0b[01_]+|0o[0-7_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)\Z"
    ),
    list("-+0123456789"),
)
_KubernetesResolver.add_implicit_resolver(
    _TAG + "float",
    re.compile(
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
    ),
    list("-+0123456789."),
)
_KubernetesResolver.add_implicit_resolver(_TAG + "merge", re.compile(r"<<\Z"), ["<"])
_KubernetesResolver.add_implicit_resolver(
    _TAG + "null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]
)


class _Loader(CParser, _KubernetesResolver):
    """Composes in C; the usual case."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        _KubernetesResolver.__init__(self)


class _PatientLoader(Composer, CParser, _KubernetesResolver):
    """Composes in Python, so that a second anchor of one name replaces the first."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        _KubernetesResolver.__init__(self)

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Builder:
    """Turns nodes into plain values, once for each node."""

    repeated: list[Pointer] = field(default_factory=list)
    built: dict[int, tuple[object, int]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def build(self, node: Node, pointer: Pointer) -> tuple[object, int]:
        """Return the value, and how many values it is with aliases written out."""
        if isinstance(node, ScalarNode):
            return _scalar(node), 1
        key = id(node)
        known = self.built.get(key)
        if known is not None:
            return known
        line = node.start_mark.line if node.start_mark else None
        if key in self.open:
            raise BadYaml("an alias stands inside what it stands for", line)
        if len(pointer) > _DEEPEST:
            raise BadYaml(f"values are nested more than {_DEEPEST} deep", line)
        self.open.add(key)
        value: object
        if isinstance(node, SequenceNode):
            value, size = self._sequence(node, pointer)
        elif isinstance(node, MappingNode):
            value, size = self._mapping(node, pointer)
        else:
            raise BadYaml("a value of a kind that YAML does not have", line)
        self.open.discard(key)
        if size > _EXPANDED_LIMIT:
            raise BadYaml(f"aliases expand to more than {_EXPANDED_LIMIT} values", line)
        self.built[key] = value, size
        return value, size

    def _sequence(
        self, node: SequenceNode, pointer: Pointer
    ) -> tuple[list[object], int]:
        out: list[object] = []
        size = 1
        for index, item in enumerate(node.value):
            value, inner = self.build(item, (*pointer, index))
            out.append(value)
            size += inner
        return out, size

    def _mapping(
        self, node: MappingNode, pointer: Pointer
    ) -> tuple[dict[object, object], int]:
        out: dict[object, object] = {}
        merged: list[object] = []
        size = 1
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise BadYaml("a key is itself a mapping or a list", _line(key_node))
            if key_node.tag == _TAG + "merge":
                value, inner = self.build(value_node, (*pointer, "<<"))
                merged.extend(value if isinstance(value, list) else [value])
                size += inner
                continue
            key = _scalar(key_node)
            place = (*pointer, key if isinstance(key, str | int) else str(key))
            if key in out:
                self.repeated.append(place)
            value, inner = self.build(value_node, place)
            out[key] = value
            size += inner
        for other in merged:
            if not isinstance(other, dict):
                raise BadYaml("`<<` takes a mapping or a list of them", _line(node))
            for key, value in other.items():
                out.setdefault(key, value)
        return out, size


def parse_full(text: str) -> tuple[object, tuple[Pointer, ...]]:
    """Return the value of one document, and the places of its repeated keys.

    Raises:
        BadYaml: It cannot be read.
    """
    node = compose(text)
    if node is None:
        return None, ()
    builder = _Builder()
    try:
        value, _ = builder.build(node, ())
    except RecursionError:
        raise BadYaml("values are nested too deep") from None
    return value, tuple(builder.repeated)


def compose(text: str) -> Node | None:
    """Return the document's nodes with their places, or None if it is empty.

    Raises:
        BadYaml: It cannot be read.
    """
    try:
        # The C composer overruns its stack before it notices.
        if _openings(text) > _MANY_OPENINGS:
            _refuse_depth(text)
        return _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or str(error)).replace("'", "`")
        raise BadYaml(what, mark.line if mark else None) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadYaml(str(error).splitlines()[0]) from None


def _composed(text: str) -> Node | None:
    node: Node | None
    try:
        node = _Loader(text).get_single_node()
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in str(error):
            raise
        node = _PatientLoader(text).get_single_node()
    return node


def _openings(text: str) -> int:
    return text.count("[") + text.count("{") + text.count("- ")


def _refuse_depth(text: str) -> None:
    depth = 0
    loader = _Loader(text)
    while True:
        event = loader.get_event()
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                mark = event.start_mark
                raise BadYaml(
                    f"values are nested more than {_DEEPEST} deep",
                    mark.line if mark else None,
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(node: Node) -> int | None:
    return node.start_mark.line if node.start_mark else None


def _scalar(node: ScalarNode) -> object:
    text: str = node.value
    tag = node.tag
    if tag == _TAG + "str":
        return text
    try:
        if tag == _TAG + "int":
            return _integer(text)
        if tag == _TAG + "float":
            return float(text.replace("_", "").replace(".inf", "inf").lower())
    except ValueError:
        raise BadYaml(f"`{text[:40]}` is not a number", _line(node)) from None
    if tag == _TAG + "bool":
        return _BOOLEANS.get(text.lower(), False)
    if tag == _TAG + "null":
        return None
    return text


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    sign = -1 if digits[:1] == "-" else 1
    digits = digits.lstrip("+-")
    for prefix, base in (("0b", 2), ("0x", 16), ("0o", 8)):
        if digits.startswith(prefix):
            return sign * int(digits[2:], base)
    if digits[:1] == "0" and len(digits) > 1:
        return sign * int(digits, 8)
    return sign * int(digits)
