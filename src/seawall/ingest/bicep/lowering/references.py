"""What expressions say of resources and modules: `vnet.id`, `hub.outputs.subnet`.

Source: Azure docs, Bicep resource functions, modules (outputs), conditional deployment;
Azure/bicep, ExpressionConverter; read 2026-11.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from seawall.ingest.arm.language.tree import Call, Expression, Literal, Member
from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.lowering.sheet import Each, Env
from seawall.ingest.bicep.lowering.symbols import Symbols, Thing

_OF_DECLARATION = frozenset({"id", "type", "apiVersion"})
_FULL = frozenset(
    {"location", "tags", "identity", "sku", "kind", "zones", "plan", "managedBy"}
    | {"extendedLocation", "scope", "etag", "eTag", "systemData", "managedByExtended"}
)


@dataclass(frozen=True, slots=True)
class Handle:
    """What an expression means that means a resource.

    Attributes:
        thing: The resource or module.
        turn: Which turn of its loop; None without one.
        each: A variable that stands for it.
        is_sure: Whether its author knows that it is there.
    """

    thing: Thing
    turn: Expression | None = None
    each: Expression | None = None
    is_sure: bool = False

    @property
    def is_collection(self) -> bool:
        """Whether it is all that a loop makes."""
        return self.thing.loop is not None and self.turn is None and self.each is None


@dataclass(frozen=True, slots=True)
class References:
    """Finds resources in expressions, and says what is said of them.

    Attributes:
        symbols: The names of the file.
        lower: Makes an expression of one.
    """

    symbols: Symbols
    lower: Callable[[syntax.Expression, Env], Expression]

    def find(self, tree: syntax.Expression, env: Env) -> Handle | None:
        """Return the resource that an expression means; None if it means none."""
        if isinstance(tree, syntax.Name):
            return self._named(tree.name, env)
        if isinstance(tree, syntax.Sure):
            found = self.find(tree.of, env)
            return None if found is None else replace(found, is_sure=True)
        if isinstance(tree, syntax.Inner):
            outer = self.find(tree.of, env)
            inner = None if outer is None else outer.thing.inner.get(tree.name)
            turn = None if outer is None else outer.turn
            return None if inner is None else Handle(inner, turn)
        if isinstance(tree, syntax.Index) and not tree.from_end:
            found = self.find(tree.of, env)
            if found is not None and found.is_collection:
                return Handle(found.thing, self.lower(tree.key, env))
        return None

    def _named(self, name: str, env: Env) -> Handle | None:
        local = env.names.get(name)
        if isinstance(local, Each):
            return Handle(local.thing, each=local.tree)
        if local is not None:
            return None
        thing = self.symbols.things.get(name)
        return _beside(name, env.inside) or (None if thing is None else Handle(thing))

    def symbol(self, handle: Handle) -> Expression:
        """Return the symbolic name of a resource, with its turn."""
        name = handle.thing.symbol
        if handle.turn is None:
            return Literal(name)
        if isinstance(handle.turn, Literal):
            return Literal(f"{name}[{handle.turn.value}]")
        pattern = Literal(f"{name}[{{0}}]")
        return Call(
            "format", (pattern, handle.turn), "format", notation=f"{name}[{{1}}]"
        )

    def info(self, handle: Handle, key: str) -> Expression:
        """Return what the declaration of a resource says: its id, name or type."""
        if handle.each is not None:
            return Member(handle.each, Literal(key))
        name = handle.thing.symbol
        arguments: tuple[Expression, ...] = (Literal(name),)
        if handle.turn is not None:
            arguments = (*arguments, handle.turn)
        call = Call("resourceinfo", arguments, "resourceInfo", notation=name)
        return Member(call, Literal(key))

    def whole(self, handle: Handle) -> Expression:
        """Return all of a resource, or of the resources that a loop makes."""
        if handle.is_collection:
            return self.all_of(handle)
        if handle.each is not None:
            return handle.each
        return self._reference(handle, full=True)

    def all_of(self, handle: Handle) -> Expression:
        """Return a list of the resources that a loop makes."""
        arguments = (Literal(handle.thing.symbol), Literal("full"))
        return Call("references", arguments, "references", notation=handle.thing.symbol)

    def _reference(self, handle: Handle, *, full: bool) -> Expression:
        arguments: tuple[Expression, ...] = (self.symbol(handle),)
        if full:
            arguments = (*arguments, Literal(handle.thing.version), Literal("full"))
        name = handle.thing.symbol
        return Call("reference", arguments, "reference", notation=name)

    def part(self, handle: Handle, name: str, env: Env, *, is_safe: bool) -> Expression:
        """Return a part of a resource."""
        if handle.is_collection:
            return Member(self.all_of(handle), Literal(name), is_safe)
        if name in _OF_DECLARATION:
            return self.info(handle, name)
        if name == "name":
            own = handle.thing.is_child and handle.each is None
            return self.info(handle, "ownName" if own else "name")
        if name == "properties" or (handle.thing.is_module and name == "outputs"):
            return self._properties(handle, name, env, is_safe=is_safe)
        whole = handle.each or self._reference(handle, full=True)
        return Member(
            self._if_there(handle, whole, env, is_safe), Literal(name), is_safe
        )

    def _properties(
        self, handle: Handle, name: str, env: Env, *, is_safe: bool
    ) -> Expression:
        if handle.each is not None:
            properties: Expression = Member(handle.each, Literal("properties"))
        else:
            properties = self._reference(handle, full=False)
        if name == "properties":
            return self._if_there(handle, properties, env, is_safe)
        outputs = Member(properties, Literal("outputs"))
        value = Call("lambdavariables", (Literal("output"),), "lambdaVariables")
        body = Call("lambda", (Literal("output"), Member(value, Literal("value"))))
        plain = Call("mapvalues", (outputs, body), "mapValues")
        return self._if_there(handle, plain, env, is_safe)

    def output(
        self, handle: Handle, key: Expression, env: Env, safe: tuple[bool, bool]
    ) -> Expression:
        """Return an output of a module.

        Args:
            handle: The module.
            key: The name of the output.
            env: What is around the expression.
            safe: Whether null will do where there is no module, and no such output.
        """
        if handle.each is not None:
            properties: Expression = Member(handle.each, Literal("properties"))
        else:
            properties = self._reference(handle, full=False)
        may_lack, may_lack_output = safe
        properties = self._if_there(handle, properties, env, may_lack)
        outputs = Member(properties, Literal("outputs"), may_lack)
        found = Member(outputs, key, may_lack_output)
        return Member(found, Literal("value"), may_lack_output)

    def _if_there(
        self,
        handle: Handle,
        tree: Expression,
        env: Env,
        is_safe: bool,  # noqa: FBT001
    ) -> Expression:
        """Return a part of a resource, null where its condition does not hold."""
        test = handle.thing.test
        if not is_safe or test is None or handle.is_sure or handle.each is not None:
            return tree
        names = turn_names(handle.thing, handle.turn, env, self.lower)
        arguments = (self.lower(test, env.naming(names)), tree, Literal(None))
        return Call("if", arguments, "if", notation="{1}")

    def method(self, handle: Handle, tree: syntax.Call, env: Env) -> Expression:
        """Return what a function of a resource gives, such as `listKeys`."""
        rest = tuple(self.lower(item, env) for item in tree.arguments)
        own = self.info(handle, "id")
        shown = f"{handle.thing.symbol}.{tree.name}()"
        name = tree.name.lower()
        if name == "getsecret":
            return Call("getsecret", (own, *rest), tree.name, notation=shown)
        return Call("listkeys", (own, Literal(name), *rest), tree.name, notation=shown)


def turn_names(
    thing: Thing,
    turn: Expression | None,
    env: Env,
    lower: Callable[[syntax.Expression, Env], Expression],
) -> dict[str, Expression | Each]:
    """Return the variables of the loop of a resource, in one of its turns."""
    loop = thing.loop
    if loop is None or turn is None:
        return {}
    names: dict[str, Expression | Each] = {loop.item: Member(lower(loop.of, env), turn)}
    if loop.index:
        names[loop.index] = turn
    return names


def _beside(name: str, inside: Thing | None) -> Handle | None:
    """Return a resource in the body of one that is around an expression, by its name.

    Source: Azure/bicep, docs on nested resources: names in a body hold in all of it.
    """
    around = inside
    while around is not None:
        found = around.inner.get(name)
        if found is not None and inside is not None:
            turn: Expression | None = None
            if around.loop is not None:
                turn = Call("copyindex", (Literal(inside.symbol),), "copyIndex")
            return Handle(found, turn)
        around = around.outer
    return None
