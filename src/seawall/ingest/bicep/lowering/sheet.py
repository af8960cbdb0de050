"""Where the parts of a template stand in the source that it is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.arm.language.tree import Block, Expression
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.bicep.lowering.symbols import Thing
from seawall.model.origin import Origin, Pointer


class Lines:
    """The lines of the parts of a template; a `LineFinder`."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[Pointer, int] = {}

    def put(self, pointer: Pointer, line: int) -> None:
        """Note where a part stands."""
        self._lines[pointer] = line

    def __call__(self, _document: int, pointer: Pointer) -> int | None:
        """Return the line of a part, or of the nearest one around it."""
        for end in range(len(pointer), -1, -1):
            line = self._lines.get(pointer[:end])
            if line is not None:
                return line
        return 1


@dataclass(frozen=True, slots=True)
class Each:
    """A variable of a function that stands for each of some resources.

    Attributes:
        thing: What they are.
        tree: The variable.
    """

    thing: Thing
    tree: Expression


@dataclass(frozen=True, slots=True)
class Env:
    """What is around an expression.

    Attributes:
        at: The part of the template that it belongs to.
        names: Variables of loops and functions.
        inside: The resource in whose body it stands, if it stands in one.
    """

    at: Pointer
    names: Mapping[str, "Expression | Each"] = field(default_factory=dict)
    inside: Thing | None = None

    def below(self, *keys: str | int) -> "Env":
        """Return what is around a part of this."""
        return Env((*self.at, *keys), self.names, self.inside)

    def naming(self, names: Mapping[str, "Expression | Each"]) -> "Env":
        """Return this with further variables."""
        return Env(self.at, {**self.names, **names}, self.inside)


@dataclass(slots=True)
class Sheet:
    """A template in the making.

    Attributes:
        path: The file that it is made from.
        lines: Where its parts stand.
    """

    path: str
    lines: Lines = field(default_factory=Lines)
    _blocks: int = 0

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return Origin(self.path, 0, (), self.lines)

    def block_env(self, env: Env, line: int) -> Env:
        """Return what is around the parts of a block, which has a place of its own."""
        self._blocks += 1
        inner = env.below(f"#{self._blocks}")
        self.lines.put(inner.at, line)
        return inner

    def lost(self, what: str, line: int) -> Unknown:
        """Return the value of what cannot be read."""
        why = f"what stands at {self.path}:{line} cannot be read: {what}"
        return Unknown(f"lost {self.path}:{line}", why)

    def hole(self, unknown: Unknown) -> Block:
        """Return an expression whose value is not known."""
        return Block(unknown, self.origin)
