"""Where a resource or module goes, from what is written under `scope`.

Source: Azure docs, Bicep deploy to resource groups, subscriptions, management groups
and tenants, scope functions, extension resources, existing resources; read 2026-11.
"""

from collections.abc import Callable
from dataclasses import dataclass

from seawall.ingest.arm.language.tree import Block, Call, Expression, Literal, Member
from seawall.ingest.arm.language.values import Unknown
from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.lowering.references import References
from seawall.ingest.bicep.lowering.sheet import Env
from seawall.ingest.bicep.lowering.symbols import Thing
from seawall.model.origin import Origin

_GROUPS = "microsoft.resources/resourcegroups"
_TWO = 2
_DEEPEST = 12
_MANAGEMENT = "Microsoft.Management/managementGroups"


def scope_of(
    tree: syntax.Expression,
    env: Env,
    references: References,
    *,
    is_module: bool,
    depth: int = 0,
) -> dict[str, object]:
    """Return what a declaration says of the scope that it names."""
    while isinstance(tree, syntax.Sure):
        tree = tree.of
    handle = references.find(tree, env)
    if handle is not None:
        if handle.thing.kind.lower() == _GROUPS:
            outer = handle.thing.value("scope")
            found: dict[str, object] = {}
            if outer is not None and depth < _DEEPEST:
                found = _subscription_of(outer, env, references, depth)
            return {**found, "resourceGroup": references.info(handle, "name")}
        return {"scope": references.info(handle, "id")}
    if isinstance(tree, syntax.Call) and _is_platform(tree.of):
        arguments = [references.lower(item, env) for item in tree.arguments]
        known = _FUNCTIONS.get(tree.name)
        if known is not None:
            return known(arguments, is_module)
    further = _Further(env, references, is_module, depth)
    chosen = further.of(tree) if depth < _DEEPEST else None
    if chosen is not None:
        return chosen
    why = f"the scope at line {tree.line} is not one of those that are read"
    hole = Unknown(f"scope {env.at}", why, "string", is_word=True)
    return {"subscriptionId": hole, "resourceGroup": hole}


def _is_platform(of: syntax.Expression | None) -> bool:
    return of is None or (isinstance(of, syntax.Name) and of.name in {"az", "sys"})


def _subscription_of(
    tree: syntax.Expression, env: Env, references: References, depth: int
) -> dict[str, object]:
    found = scope_of(tree, env, references, is_module=True, depth=depth + 1)
    return {key: value for key, value in found.items() if key == "subscriptionId"}


@dataclass(frozen=True, slots=True)
class _Further:
    """Scopes that a variable names, or that a condition chooses."""

    env: Env
    references: References
    is_module: bool
    depth: int

    def of(self, tree: syntax.Expression) -> dict[str, object] | None:
        """Return such a scope; None if it is none."""
        variables = self.references.symbols.variables
        if isinstance(tree, syntax.Name) and tree.name in variables:
            return self._scope(variables[tree.name].value)
        if isinstance(tree, syntax.Conditional):
            test = self.references.lower(tree.test, self.env)
            return _either(test, [self._scope(tree.yes), self._scope(tree.no)])
        return None

    def _scope(self, tree: syntax.Expression) -> dict[str, object]:
        return scope_of(
            tree,
            self.env,
            self.references,
            is_module=self.is_module,
            depth=self.depth + 1,
        )


def _either(
    test: Expression, sides: list[dict[str, object]]
) -> dict[str, object] | None:
    """Return the scope that a condition chooses, where both are of one kind."""
    filled = [{**_OWN, **side} for side in sides]
    keys = sides[0].keys() | sides[1].keys()
    if not keys <= _OWN.keys():
        return None
    return {
        key: Call("if", (test, _tree(filled[0][key]), _tree(filled[1][key])), "if")
        for key in sorted(keys)
    }


def _tree(value: object) -> Expression:
    if isinstance(value, Unknown):
        return Block(value, Origin(""))
    return value if isinstance(value, Call | Member | Literal) else Literal(None)


def _group(arguments: list[Expression], _is_module: bool) -> dict[str, object]:  # noqa: FBT001
    if not arguments:
        return {}
    if len(arguments) == _TWO:
        return {"subscriptionId": arguments[0], "resourceGroup": arguments[1]}
    return {"resourceGroup": arguments[0]}


def _subscription(
    arguments: list[Expression],
    is_module: bool,  # noqa: FBT001
) -> dict[str, object]:
    own = _part("subscription", "subscriptionId")
    if is_module:
        return {"subscriptionId": arguments[0] if arguments else own}
    parts = (Literal("/subscriptions/"), arguments[0] if arguments else own)
    return {"scope": Call("concat", parts, "concat")}


def _management(
    arguments: list[Expression],
    is_module: bool,  # noqa: FBT001
) -> dict[str, object]:
    if not arguments:
        return {} if is_module else {"scope": _part("managementGroup", "id")}
    named = (Literal(_MANAGEMENT), arguments[0])
    return {"scope": Call("tenantresourceid", named, "tenantResourceId")}


def _tenant(_arguments: list[Expression], _is_module: bool) -> dict[str, object]:  # noqa: FBT001
    return {"scope": "/"}


def _part(function: str, key: str) -> Expression:
    return Member(Call(function.lower(), (), function), Literal(key))


_OWN: dict[str, object] = {
    "subscriptionId": _part("subscription", "subscriptionId"),
    "resourceGroup": _part("resourceGroup", "name"),
}
_FUNCTIONS: dict[str, Callable[[list[Expression], bool], dict[str, object]]] = {
    "resourceGroup": _group,
    "subscription": _subscription,
    "managementGroup": _management,
    "tenant": _tenant,
}


def inherited(thing: Thing) -> syntax.Expression | None:
    """Return the scope that is written for the resources around a resource."""
    outer = thing.outer
    while outer is not None:
        written = outer.value("scope")
        if written is not None:
            return written
        outer = outer.outer
    return None
