"""Keys and values of a file of intents, read with every fault told at its place."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from seawall.ingest.documents import ReadDocument
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.intent import Written
from seawall.model.origin import Origin


@dataclass(slots=True)
class Desk:
    """What was found wrong in one part of a file.

    Attributes:
        diagnostics: What the author must be told.
        fault: The first thing that keeps the part from being judged; may be empty.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    fault: str = ""

    def tell(self, origin: Origin, what: str, why: str, mend: str) -> None:
        """Note a fault; what it touches is not known."""
        self.diagnostics.append(Diagnostic(Level.ERROR, origin, what, why, mend))
        self.fault = self.fault or what

    def head(
        self, document: ReadDocument, said: Mapping[str, str], body: tuple[str, ...]
    ) -> Mapping[str, object]:
        """Return the keys and values of a file; what is wrong at its top is told.

        Args:
            document: The file.
            said: What it must say that it is.
            body: Its other keys.
        """
        origin = document.origin
        given = self.mapping(document.value, origin, "the file")
        self.only(given, ("apiVersion", "kind", *body), origin, "the file")
        if any(given.get(key) != value for key, value in said.items()):
            form = " and ".join(f"`{key}: {value}`" for key, value in said.items())
            self.tell(
                origin,
                f"the file is not of {form}",
                "another version may mean something else by the same words",
                f"write {form}",
            )
        for pointer in document.repeated:
            self.tell(
                origin.at(*pointer),
                f"`{pointer[-1]}` stands twice here",
                "only the last one would count",
                "keep one",
            )
        return given

    def mapping(self, value: object, origin: Origin, what: str) -> Mapping[str, object]:
        """Return keys and values; empty, and told, if it is no mapping."""
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        self.tell(
            origin,
            f"{what} is not a mapping of names to values",
            "it is read as `key: value` pairs",
            "write it as in `docs/guide/intents.md`",
        )
        return {}

    def only(
        self,
        given: Iterable[str],
        known: Iterable[str],
        origin: Origin,
        what: str,
    ) -> None:
        """Tell each key that is not known; it may hold what changes the meaning."""
        names = tuple(known)
        for key in given:
            if key in names:
                continue
            near = difflib.get_close_matches(key, names, n=1)
            guess = f"write `{near[0]}`" if near else "leave it out"
            self.tell(
                origin.at(key),
                f"`{key}` is no key of {what}",
                "what it was to say would be lost; the keys are "
                + ", ".join(f"`{name}`" for name in names),
                guess,
            )

    def text(self, value: object, origin: Origin, what: str) -> str:
        """Return a text of one line; empty, and told, if it is none."""
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        self.tell(
            origin, f"{what} is not a text", "it is shown to people", "write a sentence"
        )
        return ""

    def day(self, value: object, origin: Origin) -> date | None:
        """Return a day; None, and told, if it is none."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.tell(
                origin,
                f"`{value}` is not a day",
                "an exception ends with its last day",
                "write it as 2027-03-31",
            )
            return None

    def texts(self, value: object, origin: Origin, what: str) -> tuple[Written, ...]:
        """Return one text or a list of them; numbers are ports.

        What is none of these, or an empty list, is told.
        """
        items: list[object] = value if isinstance(value, list) else [value]
        found: list[Written] = []
        for at, item in enumerate(items):
            place = origin.at(at) if isinstance(value, list) else origin
            is_number = isinstance(item, int) and not isinstance(item, bool)
            if is_number or (isinstance(item, str) and item.strip()):
                found.append(Written(str(item).strip(), place))
            else:
                self.tell(
                    place,
                    f"{what} is not a text",
                    "each is written as on the command line",
                    "write one text, or a list of texts",
                )
        if isinstance(value, list) and not value:
            self.tell(
                origin,
                f"{what} is an empty list",
                "an intent about nothing would always hold",
                "name at least one, or leave the key out",
            )
        return tuple(found)
