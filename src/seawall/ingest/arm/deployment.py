"""Deployments: what is deployed within what, and what refers to what.

Source: Azure docs, linked-templates, outputs and template-functions-resource
(reference), read 2026-11.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    Value,
    key_of,
    lookup,
    made,
    short,
)
from seawall.ingest.arm.nodes import checked_count, evaluate
from seawall.ingest.arm.passed import Passed, check_names
from seawall.ingest.arm.resources import Declared, Instance, text_of
from seawall.ingest.arm.scope import Json, Scope
from seawall.ingest.arm.stated import Stated, part_of
from seawall.ingest.arm.targets import (
    GROUP,
    Target,
    key_of_id,
    level_of,
    rendered,
    segments,
)
from seawall.ingest.resource import REST
from seawall.model.origin import Origin

_DEEPEST = 12

Opener = Callable[["Instance"], "tuple[Json, Origin] | None"]
"""Returns the template of a nested or linked deployment, and where it stands."""


@dataclass(slots=True, eq=False)
class Deployment:
    """One deployment of a template.

    Attributes:
        scope: What is around its expressions.
        template: Its template; of one with outer scope not that of *scope*.
        origin: Where that stands.
        target: Where it goes.
        find: Finds templates.
        parent: The deployment that it is part of.
        here: Where its expressions are evaluated; None for its own scope.
        depth: How many deployments it is within.
        children: The deployments that its resources are.
        doubt: Why it is not known whether it is deployed.
    """

    scope: Scope
    template: Json
    origin: Origin
    target: Target
    find: Opener
    parent: "Deployment | None" = None
    here: Here | None = None
    depth: int = 0
    children: dict[Instance, "Deployment | None"] = field(default_factory=dict)
    doubt: Unknown | None = None
    _instances: list[Instance] | None = None
    _by_id: dict[str, Instance] = field(default_factory=dict)
    _infos: dict[str, Value] = field(default_factory=dict)
    _outputs: Value = None

    def __post_init__(self) -> None:
        if self.here is None:
            self.scope.resources = self

    @property
    def is_symbolic(self) -> bool:
        """Whether its resources have symbolic names."""
        return isinstance(self.template.get("resources"), dict)

    def instances(self) -> list[Instance]:
        """Return its resources, each turn of a loop by itself."""
        if self._instances is None:
            self._instances = []
            here = self.here or self.scope.here
            declared = Declared(
                self.template, self.origin, self.scope, self.target, here
            )
            found = list(declared.all())
            self._instances = found
            # What is declared tells more than what is only said to be there.
            for item in sorted(found, key=lambda it: it.exists):
                self._by_id.setdefault(key_of_id(item.id), item)
        return self._instances

    def nested(self, instance: Instance) -> "Deployment | None":
        """Return the deployment that a resource is; None without its template."""
        if instance not in self.children:
            self.children[instance] = None
            self.children[instance] = self.open(instance)
        return self.children[instance]

    def referred(self, instance: Instance, *, full: bool) -> Value:
        """Return what `reference` gives of a resource: what is stated, and more."""
        shown = rendered(instance.name) or "?"
        why = f"what the platform adds to `{shown}` is known only after the deployment"
        rest = Unknown(short(f"reference({key_of(instance.id)})"), why)
        stated = Stated(rest, self.scope.reading.taken_by_place)
        inner = self.nested(instance) if instance.is_nested else None
        if inner is not None:
            properties: Value = {"outputs": inner.outputs(), REST: rest}
        elif not instance.is_deployed:
            properties = {REST: rest}
        elif instance.exists:
            properties = stated.opened({**self._declared(instance)})
        else:
            own = instance.part("properties")
            properties = stated.properties(own, instance.kind, instance.id)
        if not full:
            return properties
        whole: dict[object, Value] = {"properties": properties, REST: rest}
        for key in ("location", "tags", "identity", "sku", "kind", "zones"):
            if not instance.exists and lookup(instance.node, key) is not None:
                part = instance.part(key)
                whole[key] = stated.opened(part) if key == "identity" else part
        return {**whole, "id": instance.id}

    def _declared(self, instance: Instance) -> Mapping[object, Value]:
        """Return what the input declares of a resource that is said to be there.

        It may be declared by itself, or as a part of what it belongs to.
        """
        own = key_of_id(instance.id)
        above, _, name = own.rpartition("/")
        above, _, segment = above.rpartition("/")
        place: Deployment | None = self
        while place is not None:
            for wanted in (own, above):
                found = place._by_id.get(wanted)  # noqa: SLF001
                is_sure = found is not None and found.doubt is None
                if found is None or found.exists or not is_sure:
                    continue
                known = found.part("properties")
                if wanted == above:
                    known = part_of(known, segment, name)
                return known if isinstance(known, dict) else {}
            place = place.parent
        return {}

    def open(self, instance: Instance) -> "Deployment | None":
        """Return the deployment that one of its resources is."""
        if self.depth >= _DEEPEST:
            fault = Fault(f"deployments are nested deeper than {_DEEPEST} levels")
            self.scope.reading.fault(fault, instance.origin)
            return None
        found = self.find(instance)
        if found is None:
            return None
        template, origin = found
        check_names(instance, template, self.scope.reading)
        target = self._target(instance, template)
        doubt = instance.doubt or self.doubt
        options = _mapping(
            _mapping(instance.node.get("properties")).get("expressionEvaluationOptions")
        )
        is_inner = str(options.get("scope") or "").lower() == "inner"
        linked = "template" not in _mapping(instance.node.get("properties"))
        around = instance.here
        scope = Scope(
            template=template,
            origin=origin,
            reading=self.scope.reading,
            machine=self.scope.machine,
            target=target,
            name=instance.name,
            given=Passed(
                instance.node,
                instance.origin,
                instance.here,
                self.scope.reading,
                instance.name,
                instance.id,
            ),
            identity=short(f"{self.scope.identity}>{key_of(instance.id)}"),
        )
        if not is_inner and not linked:
            return Deployment(
                scope=self.scope,
                template=template,
                origin=origin,
                target=target,
                find=self.find,
                parent=self,
                here=around,
                depth=self.depth + 1,
                doubt=doubt,
            )
        return Deployment(
            scope=scope,
            template=template,
            origin=origin,
            target=target,
            find=self.find,
            parent=self,
            depth=self.depth + 1,
            doubt=doubt,
        )

    def _target(self, instance: Instance, template: Json) -> Target:
        level = level_of(template.get("$schema"))
        target = self.target
        node, origin, here = instance.node, instance.origin, instance.here
        subscription = text_of(self.scope.reading, node, "subscriptionId", origin, here)
        group = text_of(self.scope.reading, node, "resourceGroup", origin, here)
        if subscription is not None:
            target = replace(target, subscription=subscription, level=level)
        if group is not None:
            return replace(target, group=group, level=GROUP)
        if level != GROUP:
            return replace(target, level=level)
        return target

    def outputs(self) -> Value:
        """Return its outputs, each as an object with its type and value."""
        if self._outputs is None:
            why = "the outputs of the deployment are being evaluated"
            self._outputs = {REST: Unknown(f"outputs of {self.scope.identity}", why)}
            self._outputs = dict(self._each_output())
        return self._outputs

    def _each_output(self) -> Iterator[tuple[str, Value]]:
        listed = _mapping(self.template.get("outputs"))
        here = self.here or self.scope.here
        reading = self.scope.reading
        for name, node in listed.items():
            declared = _mapping(node)
            origin = self.origin.at("outputs", name)
            condition: Value = True
            if "condition" in declared:
                place = origin.at("condition")
                condition = evaluate(declared["condition"], place, here, reading)
            if condition is False:
                continue
            loop = declared.get("copy")
            if isinstance(loop, dict):
                value = self._output_loop(loop, origin.at("copy"), here)
            else:
                place = origin.at("value")
                value = evaluate(declared.get("value"), place, here, reading)
            yield name, {"type": declared.get("type"), "value": value}

    def _output_loop(self, loop: Json, origin: Origin, here: Here) -> Value:
        reading = self.scope.reading
        count = evaluate(loop.get("count"), origin.at("count"), here, reading)
        place = origin.at("input")
        try:
            turns = checked_count(count, "")
        except Fault as fault:
            turns = reading.fault(fault, origin)
        if isinstance(turns, Unknown):
            return [Rest(made("outputs", (turns,)))]
        return [
            evaluate(loop.get("input"), place, here.turning("", turn), reading)
            for turn in range(turns)
        ]

    def reference(self, arguments: Sequence[Value]) -> Value:
        """Return what `reference` gives; None where only the platform knows."""
        wanted = arguments[0]
        full = any(isinstance(it, str) and it.lower() == "full" for it in arguments[1:])
        found = self._named(wanted) or self._outside(wanted)
        return None if found is None else self.referred(found, full=full)

    def references(self, arguments: Sequence[Value]) -> Value:
        """Return what `references` gives: a list, one of each turn of a loop."""
        wanted = arguments[0]
        full = any(isinstance(it, str) and it.lower() == "full" for it in arguments[1:])
        if not isinstance(wanted, str):
            return None
        found = [it for it in self.instances() if it.symbol.lower() == wanted.lower()]
        if not found:
            return None
        return [
            Rest(made("references", (it.turn,)))
            if isinstance(it.turn, Unknown)
            else self.referred(it, full=full)
            for it in found
        ]

    def info(self, arguments: Sequence[Value]) -> Value:
        """Return what the declaration of a resource says that it is; None if none does.

        Raises:
            Fault: Its name hangs on itself.
        """
        symbol, *turns = arguments
        if not isinstance(symbol, str):
            return None
        wanted = key_of(list(arguments))
        if wanted in self._infos:
            found = self._infos[wanted]
            if found is None:
                raise Fault(f"the name of `{symbol}` hangs on itself")
            return found
        here = self.here or self.scope.here
        declared = Declared(self.template, self.origin, self.scope, self.target, here)
        self._infos[wanted] = None
        here.machine.deeper()
        try:
            made_ = declared.named(symbol, turns[0] if turns else None)
        finally:
            here.machine.back()
            del self._infos[wanted]
        if made_ is None:
            return None
        self._infos[wanted] = _told(made_)
        return self._infos[wanted]

    def _named(self, wanted: Value) -> Instance | None:
        """Return the resource that a symbolic name, an id or a name means."""
        instances = self.instances()
        if isinstance(wanted, str) and self.is_symbolic and "/" not in wanted:
            symbol, bracket, turn = wanted.removesuffix("]").partition("[")
            for item in instances:
                if item.symbol.lower() == symbol.lower() and (
                    not bracket or str(item.turn) == turn
                ):
                    return None if isinstance(item.turn, Unknown) else item
        if not isinstance(wanted, str | Text | Unknown):
            return None
        found = self._by_id.get(key_of_id(wanted))
        if found is not None:
            return found
        named = [it for it in instances if key_of_id(it.name) == key_of_id(wanted)]
        return named[0] if len(named) == 1 else None

    def _outside(self, wanted: Value) -> Instance | None:
        """Return a resource of a deployment around this one, by its id."""
        above = self.parent
        while above is not None:
            # While its resources are being listed, they cannot be asked for.
            if above._instances:  # noqa: SLF001
                found = above._by_id.get(key_of_id(wanted))  # noqa: SLF001
                if found is not None:
                    return found
            above = above.parent
        return None


def _told(instance: Instance) -> Value:
    return {
        "id": instance.id,
        "name": instance.name,
        "ownName": segments(instance.name, instance.kind.count("/"))[-1],
        "type": instance.kind,
        "apiVersion": instance.node.get("apiVersion"),
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
