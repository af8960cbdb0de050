"""Finds the function that is meant, and says what it may be given."""

from collections.abc import Callable, Sequence

from seawall.ingest.terraform.evaluation.evaluate import Scope
from seawall.ingest.terraform.evaluation.functions.collecting import (
    COLLECTING,
    COMPARING,
    all_true,
    any_true,
    coalesce,
    compact,
)
from seawall.ingest.terraform.evaluation.functions.encodings import (
    ENCODINGS,
    jsondecode,
    jsonencode,
)
from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.functions.formats import (
    formatted,
    formatted_list,
)
from seawall.ingest.terraform.evaluation.functions.networks import NETWORKS
from seawall.ingest.terraform.evaluation.functions.numbers import NUMBERS
from seawall.ingest.terraform.evaluation.functions.texts import TEXTS
from seawall.ingest.terraform.evaluation.types import Conversion, Type, alike, as_set
from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Failed,
    Lazy,
    Unknown,
    Value,
    known,
    text_of,
)
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.language import syntax
from seawall.ingest.terraform.language.expressions import expression
from seawall.ingest.terraform.language.scanner import BadSyntax
from seawall.ingest.terraform.language.templates import template

_STRICT = {**NUMBERS, **TEXTS, **NETWORKS, **COMPARING, **ENCODINGS}
_RAW: dict[str, Callable[..., Value]] = {
    "alltrue": all_true,
    "anytrue": any_true,
    "coalesce": coalesce,
    "compact": compact,
    "format": formatted,
    "formatlist": formatted_list,
    "jsonencode": jsonencode,
    "jsondecode": jsondecode,
    "nonsensitive": lambda value: value,
    "ephemeralasnull": lambda value: value,
    "sensitive": lambda _value: Unknown("it is marked as sensitive and not read"),
}
_RUNTIME = frozenset(
    {
        "bcrypt",
        "plantimestamp",
        "rsadecrypt",
        "timestamp",
        "uuid",
        "formatdate",
        "timeadd",
        "timecmp",
        "type",
        "issensitive",
        "abspath",
        "pathexpand",
        "base64gzip",
        "textdecodebase64",
        "textencodebase64",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "filemd5",
        "filesha1",
        "filesha256",
        "filesha512",
        "yamlencode",
        "templatestring",
    }
)
"""What these give depends on when and where they run, or is not worked out here."""
_CONVERSIONS = {
    "tobool": "bool",
    "tolist": "list",
    "tomap": "map",
    "tonumber": "number",
    "toset": "set",
    "tostring": "string",
}


_UNFIT = (TypeError, ValueError, ArithmeticError, LookupError, RecursionError)
"""What functions raise when they are given what they do not take."""


class Functions:
    """Calls functions.

    Args:
        files: Which files may be read.
        budget: Counts work.
    """

    def __init__(self, files: Files, budget: Budget) -> None:
        self._files = files
        self._budget = budget
        self._convert = Conversion(lambda _item: None, budget)

    def __call__(self, scope: Scope, item: syntax.Call) -> Value:
        """Return the result of a call."""
        name = item.name.rpartition("::")[2] if "core::" in item.name else item.name
        if name in {"try", "can"}:
            return self._try(scope, item, test=name == "can")
        arguments = self._arguments(scope, item)
        if isinstance(arguments, Unknown):
            return arguments
        for value in arguments:
            if isinstance(value, list | dict):
                self._budget.spend(len(value))
        try:
            return self._called(scope, name, arguments, item)
        except _UNFIT:
            raise Failed(f"`{name}` is given other arguments than it takes") from None

    def _called(  # noqa: PLR0911  # one for each family
        self, scope: Scope, name: str, arguments: list[Value], item: syntax.Call
    ) -> Value:
        if name in _RAW:
            return _RAW[name](*arguments)
        if name in _CONVERSIONS:
            return self._conversion(_CONVERSIONS[name], *arguments)
        arguments = [it.plain() if isinstance(it, Lazy) else it for it in arguments]
        strict = name in _STRICT
        # What `lookup` falls back to may be unknown, as long as it is not needed.
        asked = arguments[:2] if name == "lookup" else arguments
        for value in asked:
            hidden = known(value, self._budget) if strict else value
            if isinstance(hidden, Unknown):
                return self._partly(name, arguments, hidden)
        if strict:
            return _STRICT[name](*arguments)
        if name in COLLECTING:
            return COLLECTING[name](*arguments)
        if name in {"file", "fileexists", "fileset", "templatefile"}:
            return self._file(scope, name, [*arguments, {}])
        if name in _RUNTIME or "::" in name:
            return Unknown(f"`{written(item)}` is not worked out before the deployment")
        raise Failed(f"there is no function `{name}`")

    def _partly(self, name: str, arguments: list[Value], hidden: Unknown) -> Value:
        """Keep what is known where a function only puts texts together."""
        if name == "join" and isinstance(arguments[-1], list):
            pattern = (
                text_of(arguments[0])
                .replace("%", "%%")
                .join(["%s"] * len(arguments[-1]))
            )
            return formatted(pattern, *arguments[-1])
        if name in {"contains", "distinct"} and isinstance(arguments[0], list):
            return COMPARING[name](*arguments)
        if name in {"lower", "trimspace", "nonsensitive"} and hidden is arguments[0]:
            return hidden
        if name == "setunion":
            lists = [it for it in arguments if isinstance(it, list)]
            if len(lists) == len(arguments):
                return as_set([it for items in lists for it in items])
        return Unknown(hidden.why, set=name in TEXTS and hidden.set)

    def _arguments(self, scope: Scope, item: syntax.Call) -> list[Value] | Unknown:
        values = [scope.value(argument) for argument in item.arguments]
        if item.spread and values:
            last = values.pop()
            if isinstance(last, Unknown):
                return Unknown(last.why)
            if not isinstance(last, list):
                raise Failed("`...` follows what is no list")
            values += last
        return values

    def _try(self, scope: Scope, item: syntax.Call, *, test: bool) -> Value:
        machine = scope.machine
        failed: Failed | None = None
        for argument in item.arguments:
            depth = machine.depth
            try:
                found = scope.value(argument)
            except Failed as error:
                failed, machine.depth = error, depth
                continue
            if not test:
                return found
            return Unknown(found.why) if isinstance(found, Unknown) else True
        if test:
            return False
        raise failed or Failed("`try` is given nothing")

    def _conversion(self, kind: str, value: Value = None) -> Value:
        if kind in {"list", "set"} and isinstance(value, list):
            items = alike(value)
            return as_set(items) if kind == "set" else list(items)
        return self._convert.to(value, Type(kind))

    def _file(self, scope: Scope, name: str, arguments: Sequence[Value]) -> Value:
        path = text_of(arguments[0])
        if name == "fileexists":
            return self._files.exists(scope.folder, path)
        if name == "fileset":
            found = self._files.names(scope.folder, path, text_of(arguments[1]))
            return found if isinstance(found, Unknown) else as_set(list(found))
        text = self._files.text(scope.folder, path)
        if name == "file" or isinstance(text, Unknown):
            return text
        names = arguments[1]
        if not isinstance(names, dict):
            raise Failed("`templatefile` is given other arguments than it takes")
        try:
            tree = template(text, 1, expression)
        except BadSyntax as bad:
            raise Failed(f"the template `{path[:60]}` cannot be read: {bad}") from None
        # A template sees what it is given, and nothing of the module.
        return Scope(scope.machine, names, None, scope.folder).value(tree)
