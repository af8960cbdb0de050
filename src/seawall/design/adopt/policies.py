"""The step in which the policies of a design are applied, one after the other.

A policy that lets something pass isolates the pods that it selects: what no policy lets
pass yet is cut, from its first object on. Where needs hang on several objects, a
policy that lets everything pass keeps them alive until all of them are there.

Source: Kubernetes docs, Network Policies: policies do not conflict, they are additive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seawall.design.adopt.answer import Step
from seawall.design.adopt.moments import Model
from seawall.design.adopt.proving import Proving
from seawall.design.adopt.renaming import PLACE
from seawall.design.choose.answer import Change
from seawall.design.options import DefaultDeny
from seawall.model.policy import Direction, Policy, PolicyRule
from seawall.model.ranked import RankedPolicy
from seawall.model.selector import Selector
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Namespace

_SOURCE = "AKS docs, network-policy-best-practices"
_BOTH = frozenset(Direction)
_TEMPORARY = "seawall-temporary-allow-all"
_FEW = 24
"""So many objects are asked about one after the other; more go a namespace at once."""


@dataclass(frozen=True, slots=True)
class _Object:
    """One object: a NetworkPolicy, or the ranked policies of another."""

    label: str
    namespace: str
    closes: bool
    policies: tuple[Policy | RankedPolicy, ...]


def apply_policies(
    proving: Proving, before: Snapshot, wanted: KubernetesObjects
) -> tuple[Step, Snapshot]:
    """Return the step, in the order that loses the least, and what runs after it.

    Args:
        proving: Asks what holds.
        before: What runs before it.
        wanted: The objects of the design.
    """
    named = _with_namespaces(before, wanted)
    parts = _parts(tuple(it for it in _objects(wanted) if not _stands(before, it)))
    models = tuple(_one_by_one(named, parts))
    plain = proving.over(_in_order(parts), before, models)
    after = (models[-1].snapshot if models else None) or named
    if not plain.losses:
        return plain, after
    spaces = _spaces(wanted)
    temporary = tuple(map(_everything, spaces))
    behind = _behind(named, parts, temporary)
    kept = proving.over(_kept_open(spaces), before, behind)
    return (kept if len(kept.losses) < len(plain.losses) else plain), after


def harmless(
    proving: Proving, before: Snapshot, wanted: KubernetesObjects
) -> tuple[Step, Snapshot] | None:
    """Return the step that applies what loses nothing already, and what runs then.

    A policy that closes what is used, or opens what only a later step guards, waits.
    """
    here = _with_namespaces(before, wanted)
    parts = []
    models = []
    for part in _parts(tuple(_objects(wanted))):
        there = _with(here, part)
        model = Model(f"once {_listed(part)} is there", there)
        if not proving.over(_in_order((part,)), before, (model,)).losses:
            here = there
            parts.append(part)
            models.append(model)
    if not parts:
        return None
    names = ", ".join(map(_listed, parts))
    step = Step(
        f"apply these policies of the design already, in this order: {names}",
        Change.IN_PLACE,
        {},
        _SOURCE,
    )
    return proving.over(step, before, models), here


def _stands(here: Snapshot, item: _Object) -> bool:
    known: set[Policy | RankedPolicy] = {
        *here.objects.policies,
        *here.objects.ranked_policies,
    }
    return known.issuperset(item.policies)


def _listed(part: Sequence[_Object]) -> str:
    return ", ".join(item.label for item in part)


def kept_open(
    proving: Proving, before: Snapshot, wanted: KubernetesObjects
) -> tuple[Step, Snapshot]:
    """Return the step that lets everything pass for a while, and what runs then."""
    named = _with_namespaces(before, wanted)
    spaces = _spaces(wanted)
    policies = _put(named.objects.policies, tuple(map(_everything, spaces)))
    after = replace(named, objects=replace(named.objects, policies=policies))
    step = Step(
        "apply a temporary NetworkPolicy that lets everything pass both ways in "
        f"{_where(spaces)}, so that no later step is stopped by a policy of today",
        Change.IN_PLACE,
        {},
        _SOURCE,
    )
    models = (Model("once the temporary policy is there", after),)
    return proving.over(step, before, models), after


def close(
    proving: Proving, before: Snapshot, wanted: KubernetesObjects
) -> tuple[Step, Snapshot]:
    """Return the step that applies the policies and ends what `kept_open` began."""
    *_, all_there, after = _behind(before, _parts(tuple(_objects(wanted))), ())
    step = Step(
        "apply all policies of the design, and delete the temporary one last",
        Change.IN_PLACE,
        {"default_deny": DefaultDeny.ON},
        _SOURCE,
    )
    proved = proving.over(step, before, (all_there, after))
    return proved, after.snapshot or before


def _spaces(wanted: KubernetesObjects) -> list[str]:
    found = (it.namespace for it in _objects(wanted) if it.namespace)
    return list(dict.fromkeys(found))


def _where(spaces: Sequence[str]) -> str:
    word = "namespace" if len(spaces) == 1 else "namespaces"
    return f"{word} {', '.join(spaces)}"


def _in_order(parts: Sequence[Sequence[_Object]]) -> Step:
    names = ", ".join(map(_listed, parts))
    return Step(
        f"apply the policies of the design in this order: {names}",
        Change.IN_PLACE,
        {"default_deny": DefaultDeny.ON},
        _SOURCE,
    )


def _kept_open(spaces: Sequence[str]) -> Step:
    return Step(
        "apply a temporary NetworkPolicy that lets everything pass both ways in "
        f"{_where(spaces)}, then all policies of the design, and delete the temporary "
        "one last",
        Change.IN_PLACE,
        {"default_deny": DefaultDeny.ON},
        _SOURCE,
    )


def _objects(wanted: KubernetesObjects) -> Iterator[_Object]:
    for each in wanted.policies:
        yield _Object(each.label, each.namespace, _is_closing(each), (each,))
    found: dict[str, list[RankedPolicy]] = {}
    for ranked in wanted.ranked_policies:
        found.setdefault(ranked.label, []).append(ranked)
    for label, items in found.items():
        closes = not any(item.ingress or item.egress for item in items)
        yield _Object(label, items[0].namespace or "", closes, tuple(items))


def _is_closing(policy: Policy) -> bool:
    return not policy.ingress and not policy.egress


def _parts(objects: tuple[_Object, ...]) -> tuple[tuple[_Object, ...], ...]:
    """Return objects in their order, those that close last; together if many."""
    opening = [item for item in objects if not item.closes]
    closing = [item for item in objects if item.closes]
    ordered = (*opening, *closing)
    if len(ordered) <= _FEW:
        return tuple((item,) for item in ordered)
    spaces = dict.fromkeys((item.closes, item.namespace) for item in ordered)
    return tuple(
        tuple(it for it in ordered if (it.closes, it.namespace) == space)
        for space in spaces
    )


def _one_by_one(here: Snapshot, parts: Sequence[Sequence[_Object]]) -> Iterator[Model]:
    for part in parts:
        here = _with(here, part)
        yield Model(f"once {_listed(part)} is there", here)


def _behind(
    here: Snapshot, parts: Sequence[Sequence[_Object]], temporary: tuple[Policy, ...]
) -> Iterator[Model]:
    objects = here.objects
    shut = replace(objects, policies=_put(objects.policies, temporary))
    here = replace(here, objects=shut)
    yield Model("once the temporary policy is there", here)
    for part in parts:
        here = _with(here, part)
    yield Model("once all policies are there", here)
    rest = tuple(it for it in here.objects.policies if it.name != _TEMPORARY)
    here = replace(here, objects=replace(here.objects, policies=rest))
    yield Model("once the temporary policy is deleted", here)


def _with(here: Snapshot, part: Sequence[_Object]) -> Snapshot:
    plain = [it for each in part for it in each.policies if isinstance(it, Policy)]
    ranked = [
        it for each in part for it in each.policies if isinstance(it, RankedPolicy)
    ]
    objects = here.objects
    names = {item.label for item in ranked}
    kept = [it for it in objects.ranked_policies if it.label not in names]
    together = sorted(
        (*kept, *ranked),
        key=lambda it: (it.tier.order, it.order, it.namespace or "", it.name),
    )
    changed = replace(
        objects,
        policies=_put(objects.policies, tuple(plain)),
        ranked_policies=tuple(together),
    )
    return replace(here, objects=changed)


def _put(policies: tuple[Policy, ...], new: tuple[Policy, ...]) -> tuple[Policy, ...]:
    names = {item.label for item in new}
    kept = [item for item in policies if item.label not in names]
    return tuple(sorted((*kept, *new), key=lambda it: (it.namespace, it.name)))


def _with_namespaces(here: Snapshot, wanted: KubernetesObjects) -> Snapshot:
    """Return what runs with the labels that the design puts on namespaces."""
    found = {item.name: item for item in here.objects.namespaces}
    for item in wanted.namespaces:
        if item.declared:
            old = found.get(item.name)
            labels = {**dict(old.labels if old else ()), **dict(item.labels)}
            found[item.name] = Namespace(
                item.name,
                tuple(sorted(labels.items())),
                declared=True,
                origin=item.origin,
            )
    spaces = tuple(found[name] for name in sorted(found))
    return replace(here, objects=replace(here.objects, namespaces=spaces))


def _everything(space: str) -> Policy:
    rule = PolicyRule(None, None, PLACE)
    return Policy(space, _TEMPORARY, Selector(), _BOTH, (rule,), (rule,), PLACE)
