"""Overlays that build the same objects in different ways: only one can be in force."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.language import language_of
from seawall.ingest.kustomize.thing import Thing
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_WORKLOADS = frozenset(
    {
        "Pod",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
    }
)
_FEW = 3
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Root:
    """One overlay that no other one of the input contains.

    Attributes:
        name: What it is called: its folder.
        origin: Its place.
        things: What it builds.
    """

    name: str
    origin: Origin
    things: Sequence[Thing]


def settle(roots: Sequence[Root]) -> list[Diagnostic]:
    """Find overlays that exclude each other, and doubt what only some of them say.

    Two overlays exclude each other when both build the same workload, or a policy or
    Service of one name that differs. Workloads of all of them are shown; a policy that
    is not equal in all of them may not be in force.
    """
    makers: dict[_Key, dict[int, Thing]] = defaultdict(dict)
    for number, root in enumerate(roots):
        for thing in root.things:
            if _counts(thing):
                makers[_key(thing)].setdefault(number, thing)
    group = list(range(len(roots)))
    clashes: dict[_Key, list[int]] = {}
    for key, by_root in makers.items():
        if len(by_root) > 1 and _clash(list(by_root.values())):
            clashes[key] = sorted(by_root)
            _join(group, clashes[key])
    out: list[Diagnostic] = []
    for members in _groups(group):
        _doubt([roots[number] for number in members], members, makers)
        keys = [key for key, numbers in clashes.items() if numbers[0] in members]
        out.append(_told([roots[number] for number in members], sorted(keys)))
    return out


def _counts(thing: Thing) -> bool:
    one = thing.identity
    return one.kind in _WORKLOADS or one.kind == "Service" or _is_policy(thing)


def _is_policy(thing: Thing) -> bool:
    one = thing.identity
    return one.kind.endswith("NetworkPolicy") or bool(language_of(one.group, one.kind))


def _key(thing: Thing) -> _Key:
    one = thing.identity
    return one.group, one.kind, one.namespace, one.name


def _clash(things: Sequence[Thing]) -> bool:
    if things[0].identity.kind in _WORKLOADS:
        return True
    return len({_content(thing) for thing in things}) > 1


def _content(thing: Thing) -> str:
    return json.dumps(thing.value, sort_keys=True, default=str)


def _join(group: list[int], members: Sequence[int]) -> None:
    lowest = min(group[number] for number in members)
    joined = {group[number] for number in members}
    group[:] = [lowest if number in joined else number for number in group]


def _groups(group: Sequence[int]) -> list[list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for number, leader in enumerate(group):
        members[leader].append(number)
    return [numbers for numbers in members.values() if len(numbers) > 1]


def _doubt(
    roots: Sequence[Root],
    members: Sequence[int],
    makers: Mapping[_Key, Mapping[int, Thing]],
) -> None:
    spaces: dict[str, int] = defaultdict(int)
    for root in roots:
        for name in {thing.identity.namespace for thing in root.things}:
            spaces[name] += 1
    names = _listed([root.name for root in roots])
    for root in roots:
        for thing in root.things:
            one = thing.identity
            if not _is_policy(thing):
                continue
            shared = spaces[one.namespace] > 1 or not one.namespace
            same = makers[_key(thing)]
            equal = all(number in same for number in members)
            equal = equal and not _clash([same[number] for number in members])
            if shared and not equal:
                thing.suspect(
                    f"only one of {names} is in force, and it is not known which"
                )


def _told(roots: Sequence[Root], keys: Sequence[_Key]) -> Diagnostic:
    names = _listed([root.name for root in roots])
    objects = [
        f"{kind} `{space}/{name}`" if space else f"{kind} `{name}`"
        for _, kind, space, name in keys
    ]
    return Diagnostic(
        Level.WARNING,
        roots[0].origin,
        f"the overlays {names} build the same objects, such as "
        + _listed(objects, quoted=False),
        "they are taken for alternatives: each workload is shown, and a policy that is "
        "not equal in all of them may not be in force",
        f"name the one to be judged, such as `{roots[-1].name}`; the bases that it "
        "uses are found from there",
    )


def _listed(names: Sequence[str], *, quoted: bool = True) -> str:
    shown = [f"`{name}`" if quoted else name for name in names[:_FEW]]
    text = ", ".join(shown)
    return text if len(names) <= _FEW else f"{text} and {len(names) - _FEW} more"
