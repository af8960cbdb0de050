"""Whole files: arguments and blocks, going on after what cannot be read."""

import re

from seawall.ingest.terraform.language.expressions import expression
from seawall.ingest.terraform.language.scanner import BadSyntax, Scanner
from seawall.ingest.terraform.language.syntax import (
    Argument,
    Body,
    Fault,
    Literal,
    Script,
    Section,
)
from seawall.ingest.terraform.language.templates import quoted

_NEXT = re.compile(
    r"^(?:resource|data|module|variable|output|locals|provider|terraform|moved|import"
    r"|removed|check)\b[^\n=]*\{",
    re.MULTILINE,
)
_MOST_FAULTS = 20


def parse(text: str, path: str) -> Script:
    """Return what a file says; what cannot be read of it becomes a fault."""
    reader = _Reader(Scanner(text))
    body = reader.file()
    return Script(path, body, tuple(reader.faults), lost=reader.lost)


class _Reader:
    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self.faults: list[Fault] = []
        self.lost = False

    def file(self) -> Body:
        arguments: dict[str, Argument] = {}
        sections: list[Section] = []
        broken = False
        while len(self.faults) < _MOST_FAULTS:
            known = len(sections)
            try:
                if not self._item(arguments, sections, top=True):
                    break
            except BadSyntax as bad:
                broken = True
                # Of a block whose head can be read its type and labels are known.
                self.lost = self.lost or len(sections) == known
                self._fault(bad)
                if not self._resume(bad.position):
                    break
        else:
            self.lost = True
        return Body(arguments, tuple(sections), broken)

    def _fault(self, bad: BadSyntax) -> None:
        self.faults.append(Fault(self._scanner.line_of(bad.position), bad.what))

    def _resume(self, position: int) -> bool:
        """Go to the next block that begins a line; return whether there is one."""
        scanner = self._scanner
        found = _NEXT.search(scanner.text, max(position, scanner.position) + 1)
        if found is None:
            return False
        scanner.position = found.start()
        scanner.depth = 0
        scanner.lines_matter[:] = [True]
        return True

    def _item(
        self, arguments: dict[str, Argument], sections: list[Section], *, top: bool
    ) -> bool:
        """Read one argument or block; return whether there was one."""
        scanner = self._scanner
        scanner.skip_lines()
        token = scanner.peek()
        if token.kind == "end" or (scanner.sees("}") and not top):
            return False
        line = scanner.line
        if token.kind == "quote":
            # JSON-like keys are no names; only files of values are written so.
            raise scanner.unexpected("a name")
        scanner.name("an argument or block")
        if scanner.taken("="):
            value = expression(scanner)
            if token.text in arguments:
                self.faults.append(Fault(line, f"`{token.text}` is given twice"))
            arguments[token.text] = Argument(token.text, value, line)
            self._end_of_item()
            return True
        self._section(token.text, line, sections)
        return True

    def _section(self, kind: str, line: int, sections: list[Section]) -> None:
        scanner = self._scanner
        labels = self._labels()
        scanner.expect("{", f"to begin the block `{kind}`")
        arguments: dict[str, Argument] = {}
        inner: list[Section] = []
        outer = scanner.depth
        try:
            scanner.enter(lines_matter=True)
            while self._item(arguments, inner, top=False):
                pass
            scanner.expect("}", f"to end the block `{kind}` of line {line}")
            scanner.leave()
            self._end_of_item()
        except BadSyntax:
            # What was read before stays; the rest of the block is not known.
            sections.append(
                Section(kind, labels, Body(arguments, tuple(inner), broken=True), line)
            )
            raise
        finally:
            scanner.depth = outer
        sections.append(Section(kind, labels, Body(arguments, tuple(inner)), line))

    def _labels(self) -> tuple[str, ...]:
        scanner = self._scanner
        labels: list[str] = []
        while scanner.peek().kind in {"name", "quote"}:
            token = scanner.take()
            if token.kind == "name":
                labels.append(token.text)
                continue
            text = quoted(scanner, expression)
            if not isinstance(text, Literal):
                raise BadSyntax(token.start, "the label of a block is plain text")
            labels.append(str(text.value))
        return tuple(labels)

    def _end_of_item(self) -> None:
        scanner = self._scanner
        if scanner.peek().kind not in {"newline", "end"} and not scanner.sees("}"):
            raise scanner.unexpected("the end of the line")
