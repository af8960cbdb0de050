"""Which objects a patch is for."""

import re
from collections.abc import Mapping, Sequence

from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kustomize.fault import BadBuild
from seawall.ingest.kustomize.thing import Identity, Thing

_REQUIREMENT = re.compile(
    r"\s*(!?)\s*([\w./-]+)\s*(?:(==|=|!=)\s*([\w.-]*)|(in|notin)\s*\(([^)]*)\))?\s*"
)
_REPEATS = re.compile(r"[*+?{]")
_GROUP_REPEATS = re.compile(r"\)[*+{]")
_MOST_REPEATS = 3
_LONGEST = 256
_FIELDS = ("group", "version", "kind", "name", "namespace")


def named(things: Sequence[Thing], wanted: Identity) -> Thing:
    """Return the object that a patch without a target names.

    It may use any name that the object has or had.

    Raises:
        BadBuild: There is none, or more than one.

    Source:
        kubernetes-sigs/kustomize api/resmap/reswrangler.go, GetById.
    """
    now = [thing for thing in things if thing.identity == wanted]
    ever = now or [thing for thing in things if wanted in thing.identities]
    if len(ever) == 1:
        return ever[0]
    where = f" in namespace `{wanted.namespace}`" if wanted.namespace else ""
    many = f"{len(ever)} objects are" if ever else "nothing here is"
    raise BadBuild(
        f"a patch is for {wanted}{where}, but {many} called so",
        "`kustomize` looks for the object of the same `apiVersion`, `kind`, name and "
        "namespace, and builds nothing if there is none",
        "correct what the patch says of the object, or give it a `target`",
    )


def selected(things: Sequence[Thing], target: object) -> list[Thing]:
    """Return the objects that the target of a patch selects, perhaps none.

    Raises:
        BadBuild: The target cannot be read.

    Source:
        kubernetes-sigs/kustomize api/types/selector.go: each field is an anchored
        regular expression; api/resmap/reswrangler.go, Select.
    """
    fields = mapping(target)
    patterns: dict[str, re.Pattern[str]] = {}
    for key in _FIELDS:
        written = text(fields.get(key))
        if written is not None:
            patterns[key] = pattern_of(key, written)
    return [
        thing
        for thing in things
        if any(_matches(one, patterns) for one in thing.identities)
        and carries(thing, "labels", fields.get("labelSelector"))
        and carries(thing, "annotations", fields.get("annotationSelector"))
    ]


def pattern_of(key: str, written: str) -> re.Pattern[str]:
    """Return a regular expression that ends in bounded time.

    Raises:
        BadBuild: It is none, or too intricate.
    """
    repeats = len(_REPEATS.findall(written))
    if (
        repeats > _MOST_REPEATS
        or len(written) > _LONGEST
        or _GROUP_REPEATS.search(written)
    ):
        # Without a bound, some patterns would take years on a long name.
        raise BadBuild(
            f"the target's {key} `{written[:_LONGEST]}` is too intricate",
            f"patterns with up to {_MOST_REPEATS} repetitions are read",
            "name what is meant, or use a label",
            modelled=False,
        )
    try:
        return re.compile(written)
    except (re.error, OverflowError) as error:
        raise BadBuild(
            f"the target's {key} `{written}` is no regular expression",
            str(error),
            "correct it",
        ) from error


def _matches(one: Identity, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    for key, pattern in patterns.items():
        value = getattr(one, key)
        if key == "namespace" and not value and pattern.fullmatch("default"):
            continue
        if not pattern.fullmatch(value):
            return False
    return True


def carries(thing: Thing, field: str, selector: object) -> bool:
    """Whether the labels or annotations of an object fit a selector; none fits all.

    Raises:
        BadBuild: It cannot be read.
    """
    written = text(selector)
    if written is None:
        return True
    pairs = mapping(mapping(thing.value.get("metadata")).get(field))
    place = 0
    while place < len(written):
        match = _REQUIREMENT.match(written, place)
        if match is None or written[match.end() : match.end() + 1] not in ("", ","):
            raise BadBuild(
                f"the selector `{written}` cannot be read",
                "labels are selected as in `app=web,tier in (a, b),!old`",
                "write it so",
            )
        if not _meets(match, pairs):
            return False
        place = match.end() + 1
    return True


def _meets(match: re.Match[str], pairs: Mapping[object, object]) -> bool:
    negated, key, operator, value, among, values = match.groups()
    has = key in pairs
    if operator in ("=", "=="):
        return has and pairs[key] == value
    if operator == "!=":
        return not has or pairs[key] != value
    if among:
        inside = has and pairs[key] in {item.strip() for item in values.split(",")}
        return inside if among == "in" else not inside
    return has is not bool(negated)
