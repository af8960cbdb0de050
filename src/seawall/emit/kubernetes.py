"""Kubernetes objects as YAML that people read: comments and a stable order.

Keys stand in the order in which they were given; who makes a manifest writes it as
people do, `apiVersion` first.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml

WIDTH = 100
"""Columns that a comment may take."""

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
Object = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object, and what a reader of its file wants to know.

    Attributes:
        file: The file that it stands in, such as `00-namespaces.yaml`.
        body: The object.
        serves: Requirements that it is there for, as their paths in the file.
        comment: Sentences; may be empty.
    """

    file: str
    body: Object
    serves: tuple[str, ...] = ()
    comment: str = ""

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return str(self.body["kind"])

    @property
    def name(self) -> str:
        """The object's own name."""
        return _metadata(self.body, "name")

    @property
    def namespace(self) -> str:
        """The namespace that it stands in; empty for none."""
        return _metadata(self.body, "namespace")


def kubernetes(manifests: Iterable[Manifest], title: str = "") -> Mapping[str, str]:
    """Return the texts of the files that *manifests* stand in, by name.

    Args:
        manifests: In the order in which they shall stand in their files.
        title: What stands at the top of each file; may be empty.
    """
    files: dict[str, list[Manifest]] = {}
    for item in manifests:
        files.setdefault(item.file, []).append(item)
    return {name: _text(files[name], title) for name in sorted(files)}


def in_comment(text: str) -> str:
    """Return sentences as lines of a comment, each paragraph by itself."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent="# ",
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        ) or ["#"]
    return "".join(f"{line}\n" for line in lines)


def in_yaml(value: Json) -> str:
    """Return a value as block YAML, keys in their order and lists indented."""
    return yaml.dump(
        value,
        Dumper=_Indented,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=True,
        width=WIDTH,
    )


def _text(manifests: list[Manifest], title: str) -> str:
    head = in_comment(title) if title else ""
    parts = []
    for item in manifests:
        comment = in_comment(item.comment) if item.comment else ""
        if item.serves:
            comment += in_comment("For: " + ", ".join(item.serves))
        parts.append(comment + in_yaml(item.body))
    return (head + "---\n" if head else "") + "---\n".join(parts)


def _metadata(body: Object, key: str) -> str:
    metadata = body.get("metadata")
    found = metadata.get(key) if isinstance(metadata, Mapping) else None
    return found if isinstance(found, str) else ""


class _Indented(yaml.SafeDumper):
    """Indents lists below their key, and repeats what is said twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True
