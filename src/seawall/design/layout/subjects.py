"""What the resources of a design share: needs, choices, addresses; how one is made."""

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.design.layout.addresses import Plan
from seawall.design.layout.demand import has_firewall
from seawall.design.layout.names import Names
from seawall.design.layout.versions import version_of
from seawall.design.options import Choices, Network
from seawall.design.requirements.needs import Requirements
from seawall.emit.tree import Given, Noted, Resource, Value

LOCATION = Given("location")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is designed.

    Attributes:
        needs: What must hold.
        choices: How.
        plan: Which addresses everything has.
        names: What everything is called.
    """

    needs: Requirements
    choices: Choices
    plan: Plan
    names: Names

    @property
    def hub(self) -> str:
        """The symbol of the network that holds what is shared."""
        split = self.choices.network is Network.HUB_AND_SPOKE
        return "hubNetwork" if split else "network"

    @property
    def has_firewall(self) -> bool:
        """Whether the design has a firewall of its own."""
        return has_firewall(self.choices)

    def serves(self, *paths: str) -> tuple[str, ...]:
        """Return the needs among *paths* that somebody stated, whole or in part."""
        return tuple(
            path
            for path in paths
            if any(it == path or it.startswith((f"{path}.", f"{path}["))
                   for it in self.needs.stated)
        )  # fmt: skip

    def noted(self, value: Value, *paths: str) -> Value:
        """Return a value with the needs that it serves as a comment."""
        found = self.serves(*paths)
        return Noted(value, f"Serves {', '.join(found)}.") if found else value


def made(  # noqa: PLR0913  # a resource has so many sides
    symbol: str,
    kind: str,
    name: Value,
    properties: Mapping[str, Value] | None = None,
    *,
    above: str = "",
    scope: str = "",
    serves: tuple[str, ...] = (),
    comment: str = "",
    needs: tuple[str, ...] = (),
    location: Value = LOCATION,
    body: Mapping[str, Value] | None = None,
) -> Resource:
    """Return a resource of the design.

    Args:
        symbol: Its symbol.
        kind: Its type.
        name: Its own name.
        properties: What it is.
        above: The symbol of its parent.
        scope: The symbol of what it extends.
        serves: The needs that it is there for.
        comment: What a reader wants to know.
        needs: What must stand before it.
        location: Its region; None for parts of others.
        body: What stands beside its properties.
    """
    found: dict[str, Value] = {} if location is None else {"location": location}
    found |= body or {}
    if properties is not None:
        found["properties"] = properties
    return Resource(
        symbol=symbol,
        type=kind,
        api_version=version_of(kind),
        name=name,
        body=found,
        parent=above,
        scope=scope,
        needs=needs,
        serves=serves,
        comment=comment,
    )
