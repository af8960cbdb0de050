"""The resources that a template declares, one by one.

Source: Azure docs, resource-declaration, copy-resources, child-resource-name-type and
conditional-resource-deployment, read 2026-11.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.tree import Exhausted, Fault
from seawall.ingest.arm.language.values import Text, Unknown, Value, joined, lookup
from seawall.ingest.arm.nodes import Reading, checked_count, evaluate
from seawall.ingest.arm.scope import Json, Scope
from seawall.ingest.arm.targets import GROUP, Target, below, rendered, segments
from seawall.model.origin import Origin

_COST = 30
"""Steps that a resource counts for, beside those of its values."""

DEPLOYMENTS = "microsoft.resources/deployments"
_GROUPS = "microsoft.resources/resourcegroups"


@dataclass(slots=True, eq=False)
class Instance:
    """One resource of a deployment: one turn of its loop, if it has one.

    Attributes:
        scope: What is around its expressions.
        node: How it is declared.
        origin: Where.
        here: Where its expressions are evaluated.
        symbol: Its symbolic name; empty if it has none.
        kind: Its type, as written.
        name: Its name with those of its parents.
        id: Its id.
        doubt: Why it is not known whether it is deployed; None if it is.
        exists: Whether it is only said to be there, and not deployed.
        is_deployed: False where its condition does not hold.
        turn: Which turn of its loop; None without a loop.
    """

    scope: Scope
    node: Json
    origin: Origin
    here: Here
    symbol: str
    kind: str
    name: Value
    id: Value
    doubt: Unknown | None = None
    exists: bool = False
    is_deployed: bool = True
    turn: Value = None
    _known: dict[str, Value] = field(default_factory=dict)

    def part(self, key: str) -> Value:
        """Return one of the values that it is declared by; None if there is none."""
        if key not in self._known:
            spelled = lookup(self.node, key)
            reading = self.scope.reading
            self._known[key] = (
                None
                if spelled is None
                else evaluate(
                    self.node[spelled], self.origin.at(spelled), self.here, reading
                )
            )
        return self._known[key]

    @property
    def is_nested(self) -> bool:
        """Whether it is a deployment of its own."""
        return self.kind.lower() == DEPLOYMENTS


@dataclass(frozen=True, slots=True)
class Declared:
    """The resources of a template.

    Attributes:
        template: The template.
        origin: Where it stands.
        scope: What is around its expressions.
        target: Where the deployment goes.
        here: Where its expressions are evaluated.
    """

    template: Json
    origin: Origin
    scope: Scope
    target: Target
    here: Here

    def all(self) -> Iterator[Instance]:
        """Yield its resources, each turn of a loop by itself."""
        listed = self.template.get("resources")
        if isinstance(listed, dict):
            pairs: list[tuple[str | int, object]] = list(listed.items())
        else:
            pairs = list(enumerate(listed if isinstance(listed, list) else []))
        for key, node in pairs:
            origin = self.origin.at("resources", key)
            symbol = key if isinstance(key, str) else ""
            yield from self._declared(node, origin, symbol, None)

    def _declared(
        self, node: object, origin: Origin, symbol: str, parent: Instance | None
    ) -> Iterator[Instance]:
        """Yield the resources that one declaration makes, their children included."""
        if not isinstance(node, dict):
            return
        if self.scope.machine.is_spent:
            self.scope.reading.exhausted(origin)
            return
        around = self.here
        if parent is not None:
            around = parent.here
        for here, turn, doubt in self._turns(node, origin, around):
            made_ = self._one(node, origin, symbol, parent, here)
            if made_ is None:
                continue
            made_.turn = turn
            made_.doubt = made_.doubt or doubt or (parent.doubt if parent else None)
            yield made_
            if not made_.is_deployed:
                continue
            inner = node.get("resources")
            for index, child in enumerate(inner if isinstance(inner, list) else []):
                place = origin.at("resources", index)
                yield from self._declared(child, place, "", made_)

    def _turns(
        self, node: Json, origin: Origin, here: Here
    ) -> Iterator[tuple[Here, Value, Unknown | None]]:
        loop = node.get("copy")
        if not isinstance(loop, dict):
            yield here, None, None
            return
        reading = self.scope.reading
        name = str(loop.get("name") or "")
        place = origin.at("copy", "count")
        count = evaluate(loop.get("count"), place, here, reading)
        try:
            turns = checked_count(count, name)
        except Fault as fault:
            turns = reading.fault(fault, place)
        if isinstance(turns, Unknown):
            yield _turning(here, name, turns), turns, turns
            return
        for turn in range(turns):
            if self.scope.machine.is_spent:
                reading.exhausted(place)
                return
            yield _turning(here, name, turn), turn, None

    def _one(
        self,
        node: Json,
        origin: Origin,
        symbol: str,
        parent: Instance | None,
        here: Here,
    ) -> Instance | None:
        reading = self.scope.reading
        try:
            here.machine.step(_COST)
        except Exhausted:
            reading.exhausted(origin)
            return None
        condition: Value = True
        if "condition" in node:
            place = origin.at("condition")
            condition = evaluate(node["condition"], place, here, reading)
        if condition is False or _is_word_false(condition):
            return self._absent(node, origin, symbol, here)
        made_ = self._identified(node, origin, symbol, parent, here)
        if made_ is not None and isinstance(condition, Unknown):
            made_.doubt = condition
        return made_

    def named(self, symbol: str, turn: Value) -> Instance | None:
        """Return a resource by its symbolic name, whether it is deployed or not.

        Args:
            symbol: The name.
            turn: Which turn of its loop; None without one.
        """
        listed = self.template.get("resources")
        node = listed.get(symbol) if isinstance(listed, dict) else None
        if not isinstance(node, dict):
            return None
        loop = node.get("copy")
        here = self.here
        if isinstance(loop, dict) and turn is not None:
            here = _turning(here, str(loop.get("name") or ""), turn)
        origin = self.origin.at("resources", symbol)
        return self._identified(node, origin, symbol, None, here)

    def _identified(
        self,
        node: Json,
        origin: Origin,
        symbol: str,
        parent: Instance | None,
        here: Here,
    ) -> Instance | None:
        """Return a resource with its type, name and id; its condition is not asked."""
        reading = self.scope.reading
        kind = text_of(self.scope.reading, node, "type", origin, here)
        name = text_of(self.scope.reading, node, "name", origin, here)
        if not isinstance(kind, str) or not kind or name is None:
            lacks = kind is None or name is None
            tell = reading.notes.error if lacks else reading.notes.unmodelled
            tell(
                origin,
                "a resource has no type or no name that is known",
                getattr(kind, "why", "") or "both are needed to know what it is",
                "write its `type` and `name`",
            )
            return None
        if "@" in kind:
            kind = kind.partition("@")[0]
        if parent is not None and not kind.lower().startswith(
            parent.kind.lower() + "/"
        ):
            kind = f"{parent.kind}/{kind}"
            name = joined([parent.name, "/", name])
        try:
            own = self._id(node, origin, kind, name, here)
        except Fault as fault:
            reading.fault(fault, origin, f"{kind} {rendered(name) or ''}".strip())
            return None
        return Instance(
            scope=self.scope,
            node=node,
            origin=origin,
            here=here,
            symbol=symbol,
            kind=kind,
            name=name,
            id=own,
            exists=node.get("existing") is True,
        )

    def _absent(self, node: Json, origin: Origin, symbol: str, here: Here) -> Instance:
        """Return a resource that is not deployed; what its name would be is not asked.

        It may be made of values that are only there with the resource.
        """
        why = "the condition of the resource does not hold, so that it is not deployed"
        name = Unknown(f"absent {self.scope.identity} {origin.pointer}", why)
        kind = str(node.get("type") or "")
        return Instance(
            self.scope, node, origin, here, symbol, kind, name, name, is_deployed=False
        )

    def _id(
        self, node: Json, origin: Origin, kind: str, name: Value, here: Here
    ) -> Value:
        names = segments(name, kind.count("/"))
        target = self.target
        scope = None
        if "scope" in node and kind.lower() != DEPLOYMENTS:
            place = origin.at("scope")
            scope = evaluate(node["scope"], place, here, self.scope.reading)
        if isinstance(scope, str) and not scope.startswith("/") and scope:
            kinds = scope.strip("/").split("/")
            scope = below(target.base, "/".join([kinds[0], *kinds[1::2]]), kinds[2::2])
        if isinstance(scope, str | Text | Unknown):
            return below("" if scope in {"", "/"} else scope, kind, names)
        if kind.lower() == _GROUPS:
            within = ("/subscriptions/", target.subscription, "/resourceGroups/")
            return joined([*within, *names])
        for key in ("subscriptionId", "resourceGroup"):
            given = text_of(self.scope.reading, node, key, origin, here)
            if given is not None and key == "subscriptionId":
                target = replace(target, subscription=given)
            elif given is not None:
                target = replace(target, group=given, level=GROUP)
        return below(target.base, kind, names)


def text_of(
    reading: Reading, node: Json, key: str, origin: Origin, here: Here
) -> Value:
    """Return a text that a resource is declared by; None if there is none."""
    spelled = lookup(node, key)
    if spelled is None:
        return None
    place = origin.at(spelled)
    found = evaluate(node[spelled], place, here, reading)
    return found if isinstance(found, str | Text | Unknown) else None


def _turning(here: Here, name: str, turn: Value) -> Here:
    """Return a place within a turn of a resource's own loop."""
    return replace(here, turns={**here.turns, "": turn, name.lower(): turn})


def _is_word_false(value: Value) -> bool:
    return isinstance(value, str) and value.lower() == "false"
