"""Elements of a page.

A page is a tree, and text only ever enters it as text: whoever writes it out escapes
all of it, so no name of an input can become markup.
"""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, tostring

from seawall.app.harmless import harmless

Child = Element | str
FEW = 24
"""So many names of a list are shown; JSON has them all."""


def element(tag: str, *children: Child | Iterable[Child], **attributes: str) -> Element:
    """Return an element with its children, in their order.

    Args:
        tag: Its name.
        children: Elements and texts, or lists of them.
        attributes: `kind` stands for `class`, an underscore for a hyphen.
    """
    names = {"kind": "class", "for_": "for"}
    made = Element(
        tag,
        {
            names.get(name, name.replace("_", "-")): _plain(value)
            for name, value in attributes.items()
        },
    )
    for child in children:
        if isinstance(child, Element | str):
            _add(made, child)
        else:
            for each in child:
                _add(made, each)
    return made


def prose(text: str) -> list[Child]:
    """Return a text in which what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return [text]
    return [
        element("code", part) if at % 2 else part
        for at, part in enumerate(parts)
        if part
    ]


def place(origin: object) -> list[Child]:
    """Return a place in a file, which may be folded at slashes; nothing for none."""
    if not origin:
        return []
    shown: list[Child] = []
    for at, part in enumerate(str(origin).split("/")):
        shown += ["/", element("wbr")] if at else []
        shown.append(part)
    return [element("span", shown, kind="place")]


def names(given: Sequence[str]) -> list[Child]:
    """Return names with commas between, the first of many."""
    shown: list[Child] = []
    for at, name in enumerate(given[:FEW]):
        shown += [", "] if at else []
        shown.append(element("code", name))
    more = len(given) - FEW
    return [*shown, f" and {more} more"] if more > 0 else shown


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Iterable[Child]]]
) -> Element:
    """Return a table whose first column names its rows.

    Args:
        caption: What it shows, for those who do not see it at a glance.
        heads: The heading of each column.
        rows: A cell for each column, each a list of children or a text.
    """
    head = [element("th", text, scope="col") for text in heads]
    body = [
        element(
            "tr",
            element("th", cells[0], scope="row"),
            [
                element("td", cell, data_label=name)
                for name, cell in zip(heads[1:], cells[1:], strict=True)
            ],
        )
        for cells in rows
    ]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", head)),
        element("tbody", body),
    )


def written(root: Element) -> str:
    """Return a page as HTML."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html")


def _add(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + _plain(child)
    else:
        parent.text = (parent.text or "") + _plain(child)


def _plain(text: str) -> str:
    """Return a text without what neither a page nor a terminal should obey."""
    return harmless(text.replace("\x1b", "\\x1b"))
