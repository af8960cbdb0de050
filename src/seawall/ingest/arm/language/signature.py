"""How functions are declared: names, numbers and kinds of arguments, and what of doubt.

A plain function gets its arguments evaluated, and is only asked when all of them are
wholly known; of anything else it gives an unknown that stands for the same call. One
that can say more of values which are partly known is declared `partial`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.ingest.arm.language.evaluate import Function, Here, article
from seawall.ingest.arm.language.tree import Call, Fault
from seawall.ingest.arm.language.values import Unknown, Value, is_clear, kind_of, made

ANY = ""
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Argument:
    """What an argument must be.

    Attributes:
        kinds: The kinds that it may have; none for any.
    """

    kinds: tuple[str, ...] = ()


def argument(*kinds: str) -> Argument:
    """Return what an argument must be."""
    return Argument(kinds)


STRING = argument("string")
INT = argument("int")
ARRAY = argument("array")
OBJECT = argument("object")
BOOL = argument("bool")
WHATEVER = argument()


class Library:
    """Functions by name, declared one by one."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}

    def add(
        self,
        name: str,
        *arguments: Argument,
        optional: int = 0,
        rest: Argument | None = None,
        kind: str = "",
        partial: bool = False,
    ) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
        """Declare a function whose arguments are evaluated before it is asked.

        Args:
            name: As it is documented.
            arguments: What each must be.
            optional: How many of the last ones may be left out.
            rest: What any further ones must be; None if there may be none.
            kind: What it gives.
            partial: Whether it is asked with arguments that are not wholly known.
        """
        signature = _Signature(name, arguments, optional, rest, kind, partial)

        def declare(function: Callable[..., Value]) -> Callable[..., Value]:
            self.functions[name.lower()] = signature.bound(function)
            return function

        return declare

    def lazy(
        self, name: str, fewest: int, most: int = MANY
    ) -> Callable[[Callable[[Call, Here], Value]], Callable[[Call, Here], Value]]:
        """Declare a function that evaluates its arguments itself."""

        def declare(
            function: Callable[[Call, Here], Value],
        ) -> Callable[[Call, Here], Value]:
            def asked(call: Call, here: Here) -> Value:
                check_number(call, fewest, most)
                return function(call, here)

            self.functions[name.lower()] = asked
            return function

        return declare


@dataclass(frozen=True, slots=True)
class _Signature:
    name: str
    arguments: tuple[Argument, ...]
    optional: int
    rest: Argument | None
    kind: str
    partial: bool

    def bound(self, function: Callable[..., Value]) -> Function:
        """Return what evaluates and checks the arguments, and asks *function*."""
        fewest = len(self.arguments) - self.optional
        most = MANY if self.rest is not None else len(self.arguments)

        def asked(call: Call, here: Here) -> Value:
            check_number(call, fewest, most)
            values = [here.value(item) for item in call.arguments]
            self.check(values)
            if not self.partial and not is_clear(values):
                return made(self.name.lower(), values, self.kind)
            found = function(*values)
            if found is NotImplemented:
                return made(self.name.lower(), values, self.kind)
            return found

        return asked

    def check(self, values: Sequence[Value]) -> None:
        """Refuse arguments of a wrong kind.

        Raises:
            Fault: One is.
        """
        for index, value in enumerate(values):
            rule = (
                self.arguments[index] if index < len(self.arguments) else self.rest
            ) or WHATEVER
            kind = kind_of(value)
            if rule.kinds and kind and kind not in rule.kinds:
                wanted = " or ".join(article(item) for item in rule.kinds)
                raise Fault(
                    f"`{self.name}` takes {wanted} as its argument {index + 1}, and "
                    f"is given {article(kind)}"
                )


def check_number(call: Call, fewest: int, most: int) -> None:
    """Refuse a call with too few or too many arguments.

    Raises:
        Fault: It has.
    """
    given = len(call.arguments)
    if fewest <= given <= most:
        return
    wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
    if most == MANY:
        wanted = f"{fewest} or more"
    raise Fault(f"`{call.spelled or call.name}` takes {wanted} arguments, not {given}")


def unknown_of(name: str, *values: Value, kind: str = "") -> Unknown:
    """Return the unknown that a function gives of values that are not known."""
    return made(name, values, kind)
