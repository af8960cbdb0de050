"""From declarations of resources and modules to those of a template.

Source: Azure docs, Bicep resource declaration, child resources, loops, conditional
deployment, existing resources, modules, spread; read 2026-11.
"""

from dataclasses import dataclass

from seawall.ingest.arm.language.tree import Call, Expression, Literal, Member
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.bicep.language import declarations, syntax
from seawall.ingest.bicep.lowering.expressions import Lowering
from seawall.ingest.bicep.lowering.references import Handle, turn_names
from seawall.ingest.bicep.lowering.scopes import scope_of
from seawall.ingest.bicep.lowering.sheet import Env
from seawall.ingest.bicep.lowering.symbols import Thing

_ASIDE = frozenset({"name", "parent", "scope", "dependsOn"})
_HEADS = ("location", "properties", "sku", "identity", "kind", "zones", "tags")
_DEPLOYMENTS = "Microsoft.Resources/deployments"
_DEPLOYMENTS_VERSION = "2022-09-01"


@dataclass(frozen=True, slots=True)
class Resources:
    """Makes declarations.

    Attributes:
        lowering: Makes their parts.
        links: What leads to the template of each module, by its name.
    """

    lowering: Lowering
    links: "dict[str, dict[str, str]]"

    def declared(self, thing: Thing) -> dict[str, object]:
        """Return the declaration of a resource or module."""
        lowering = self.lowering
        at = ("resources", thing.symbol)
        lowering.sheet.lines.put(at, thing.declared.line)
        env = Env(at, inside=thing)
        node: dict[str, object] = {}
        holder = _holder(thing)
        if holder is not None and holder.loop is not None:
            loop = holder.loop
            count = lowering.expression(loop.of, env)
            length = Call("length", (count,), "length", notation="{0}")
            node["copy"] = {"name": thing.symbol, "count": length}
            lowering.sheet.lines.put((*at, "copy"), loop.line)
            turn = Call("copyindex", (Literal(thing.symbol),), "copyIndex")
            env = env.naming(turn_names(holder, turn, env, lowering.expression))
        test = self._test(thing, env)
        if test is not None:
            node["condition"] = test
        if thing.is_module:
            return {**node, **self._module(thing, env)}
        return {**node, **self._resource(thing, env)}

    def _test(self, thing: Thing, env: Env) -> Expression | None:
        """Return the condition of a resource, with those of the ones around it."""
        found: Expression | None = None
        here: Thing | None = thing
        while here is not None:
            if here.test is not None:
                place = env.below("condition")
                self.lowering.sheet.lines.put(place.at, here.test.line)
                test = self.lowering.expression(here.test, place)
                found = test if found is None else Call("and", (test, found), "and")
            here = here.outer
        return found

    def _resource(self, thing: Thing, env: Env) -> dict[str, object]:
        lowering, declared = self.lowering, thing.declared
        node: dict[str, object] = {"apiVersion": thing.version}
        kind = thing.kind
        node["type"] = Literal(kind) if kind.startswith("[") else kind
        foreign = "." not in kind.partition("/")[0]
        if foreign:
            self._foreign(thing)
        if foreign or (isinstance(declared, syntax.Resource) and declared.existing):
            node["existing"] = True
        if isinstance(thing.body, syntax.Lost):
            lost = lowering.sheet.lost(thing.body.what, thing.body.line)
            node["name"] = self._named(thing, _word(lost), env)
            node["properties"] = lost
            return node
        spread = self._spread(thing.body, env)
        name = thing.body.pair("name")
        own: object = _word(lowering.sheet.lost("no name is written", declared.line))
        if name is not None:
            own = lowering.pair(name, env.below("name"))
        elif spread is not None:
            own = Member(spread, Literal("name"), is_safe=True)
        node["name"] = self._named(thing, own, env)
        node.update(self._scope(thing, env))
        node.update(self._written(thing.body, env))
        if spread is not None:
            for key in _HEADS:
                node.setdefault(key, Member(spread, Literal(key), is_safe=True))
        return node

    def _foreign(self, thing: Thing) -> None:
        """Tell of what no resource of Azure is, and an extension makes."""
        place = self.lowering.sheet.origin.at("resources", thing.symbol)
        self.lowering.notes.unmodelled(
            place,
            f"`{thing.symbol}` of type `{thing.kind}` is not read",
            "it is no resource of Azure: an extension makes it, such as an object of a "
            "cluster",
            "give what it makes, such as the output of `kubectl get -o json`",
        )

    def _written(self, body: syntax.Mapped, env: Env) -> dict[str, object]:
        """Return what is written in a body, but what says which resource it is."""
        return {
            str(pair.key): self.lowering.pair(pair, env.below(str(pair.key)))
            for pair in body.pairs
            if isinstance(pair, syntax.Pair)
            and isinstance(pair.key, str)
            and pair.key not in _ASIDE
        }

    def _spread(self, body: syntax.Mapped, env: Env) -> Expression | None:
        """Return all of a body together, if it takes in another object."""
        if not any(isinstance(item, syntax.Spread) for item in body.pairs):
            return None
        return self.lowering.expression(syntax.Mapped(body.pairs, body.line), env)

    def _named(self, thing: Thing, own: object, env: Env) -> object:
        """Return the whole name of a resource."""
        parent = self._parent(thing, env)
        if parent is None and thing.value("parent") is None:
            return own
        above = self._unknown_name(thing)
        if parent is not None:
            above = self.lowering.references.info(parent, "name")
        mine = own if isinstance(own, Call | Member | Literal) else None
        if isinstance(own, Unknown):
            mine_tree: Expression = self.lowering.sheet.hole(own)
        elif mine is not None:
            mine_tree = mine
        else:
            mine_tree = Literal(own if isinstance(own, str) else str(own))
        parts = (Literal("{0}/{1}"), above, mine_tree)
        return Call("format", parts, "format", notation="{2}")

    def _unknown_name(self, thing: Thing) -> Expression:
        """Return the name of a parent that the file does not declare."""
        lost = self.lowering.sheet.lost("what its parent is", thing.declared.line)
        above = self.lowering.sheet.hole(_word(lost))
        depth = thing.kind.count("/") - 1
        if depth <= 1:
            return above
        holes = "/".join(f"{{{at}}}" for at in range(depth))
        parts: tuple[Expression, ...] = (above,) * depth
        return Call("format", (Literal(holes), *parts), "format", notation="{0}")

    def _parent(self, thing: Thing, env: Env) -> Handle | None:
        """Return the resource that a resource is a part of."""
        if thing.outer is not None:
            turn: Expression | None = None
            if thing.outer.loop is not None:
                turn = Call("copyindex", (Literal(thing.symbol),), "copyIndex")
            return Handle(thing.outer, turn)
        written = thing.value("parent")
        if written is None:
            return None
        found = self.lowering.references.find(written, env)
        if found is None:
            self._no_parent(thing, written)
        return found

    def _no_parent(self, thing: Thing, written: syntax.Expression) -> None:
        place = self.lowering.sheet.origin.at("resources", thing.symbol, "parent")
        self.lowering.sheet.lines.put(place.pointer, written.line)
        self.lowering.notes.unmodelled(
            place,
            f"the parent of `{thing.symbol}` is no resource of the file",
            "what it is a part of is not known",
            "name a resource that the file declares",
        )

    def _scope(self, thing: Thing, env: Env) -> dict[str, object]:
        """Return the scope of a resource; a part has that of what it is a part of."""
        written, here, seen = None, thing, {id(thing)}
        while written is None:
            written = here.value("scope")
            if written is not None:
                break
            parent = self._parent(here, env)
            if parent is None or id(parent.thing) in seen:
                return {}
            here = parent.thing
            seen.add(id(here))
        place = env.below("scope")
        self.lowering.sheet.lines.put(place.at, written.line)
        return scope_of(written, place, self.lowering.references, is_module=False)

    def _module(self, thing: Thing, env: Env) -> dict[str, object]:
        lowering, declared = self.lowering, thing.declared
        node: dict[str, object] = {
            "type": _DEPLOYMENTS,
            "apiVersion": _DEPLOYMENTS_VERSION,
        }
        properties: dict[str, object] = {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "templateLink": self._link(declared),
        }
        node["properties"] = properties
        place = env.below("properties", "parameters")
        if isinstance(thing.body, syntax.Lost):
            lost = lowering.sheet.lost(thing.body.what, thing.body.line)
            node["name"] = _word(lost)
            properties["parameters"] = lost
            return node
        name = thing.body.pair("name")
        if name is not None:
            node["name"] = lowering.pair(name, env.below("name"))
        else:
            node["name"] = _own_name(thing.symbol)
        written = thing.body.pair("params")
        if written is not None:
            lowering.sheet.lines.put(place.at, written.line)
            properties["parameters"] = self._parameters(written.value, place)
        elif any(isinstance(it, syntax.Spread) for it in thing.body.pairs):
            lost = lowering.sheet.lost("what it is given", declared.line)
            properties["parameters"] = lost
        scope = thing.body.get("scope")
        if scope is not None:
            place = env.below("scope")
            lowering.sheet.lines.put(place.at, scope.line)
            found = scope_of(scope, place, lowering.references, is_module=True)
            node.update(found)
        return node

    def _link(self, declared: syntax.Resource | declarations.Module) -> dict[str, str]:
        path = declared.path if isinstance(declared, declarations.Module) else None
        text = path.value if isinstance(path, syntax.Literal) else None
        if not isinstance(text, str):
            return {"uri": "a path that is not written out"}
        return dict(self.links.get(declared.name, {"uri": text}))

    def _parameters(self, tree: syntax.Expression, env: Env) -> object:
        lowering = self.lowering
        whole = isinstance(tree, syntax.Mapped) and all(
            isinstance(it, syntax.Pair) and isinstance(it.key, str) for it in tree.pairs
        )
        if not whole or not isinstance(tree, syntax.Mapped):
            value = Call("lambdavariables", (Literal("value"),), "lambdaVariables")
            pair = Call("createobject", (Literal("value"), value), "createObject")
            body = Call("lambda", (Literal("value"), pair), "lambda")
            return Call(
                "mapvalues", (lowering.expression(tree, env), body), "mapValues"
            )
        out: dict[str, object] = {}
        for pair_ in tree.pairs:
            if not isinstance(pair_, syntax.Pair) or not isinstance(pair_.key, str):
                continue
            inner = env.below(pair_.key)
            lowering.sheet.lines.put(inner.at, pair_.line)
            if _is_secret(pair_.value):
                out[pair_.key] = {"reference": {}}
            else:
                value_ = lowering.pair(pair_, inner.below("value"))
                out[pair_.key] = {"value": value_}
        return out


def _holder(thing: Thing) -> Thing | None:
    """Return the resource whose loop makes a resource: itself or one around it."""
    here: Thing | None = thing
    while here is not None and here.loop is None:
        here = here.outer
    return here


def _is_secret(tree: syntax.Expression) -> bool:
    return isinstance(tree, syntax.Call) and tree.name == "getSecret"


def _word(unknown: Unknown) -> Unknown:
    return Unknown(unknown.key, unknown.why, "string", is_word=True)


def _own_name(symbol: str) -> Expression:
    """Return the name of a module that has none.

    Source: Azure docs, Bicep modules: without a name one is generated from the symbolic
    name; read 2026-11.
    """
    deployment = Member(Call("deployment", (), "deployment"), Literal("name"))
    unique = Call("uniquestring", (Literal(symbol), deployment), "uniqueString")
    pattern = Literal(f"{symbol}-{{0}}")
    return Call("format", (pattern, unique), "format", notation=symbol)
