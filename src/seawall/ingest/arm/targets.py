"""Where a deployment goes, and the ids of resources there.

Source: Azure docs, template-functions-resource (resourceId and its kin) and
template-functions-scope, read 2026-11.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    Text,
    Unknown,
    Value,
    joined,
    key_of,
    made,
)

GROUP, SUBSCRIPTION, MANAGEMENT, TENANT = (
    "group",
    "subscription",
    "management",
    "tenant",
)

_LEVELS = {
    "subscriptiondeploymenttemplate": SUBSCRIPTION,
    "managementgroupdeploymenttemplate": MANAGEMENT,
    "tenantdeploymenttemplate": TENANT,
}


def coming(key: str, what: str) -> Unknown:
    """Return a word that is chosen when the template is deployed."""
    why = f"{what} is chosen when the template is deployed"
    return Unknown(key, why, "string", is_word=True)


_CALLED = re.compile(
    r"^parameters\('([\w-]+)'\)|^member\(.*'([\w-]+)'\)(?:,'value'\))?$", re.DOTALL
)
"""What a person called it: a parameter, or the part of something that is read."""
_SPECIAL = re.compile(r"[{}/]")
_NAMED = frozenset({"passed", "lost"})
_SAID = {
    "passed": "parameter",
    "lost": "unreadable",
    "fault": "faulty value",
    "absent": "not deployed",
    "secret": "secret",
    "member": "part",
    "above": "parent",
    "last": "name",
    "turn": "turn",
    "copyindex": "turn",
    "reference": "known later",
    "references": "known later",
    "if": "one of two",
    "either": "one of two",
}
"""How what is not known is called for people, by the first word of its key."""

_SUBSCRIPTION = coming("subscription", "the subscription")
_GROUP = coming("resource-group", "the resource group")
_MANAGEMENT = coming("management-group", "the management group")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a deployment goes.

    Attributes:
        level: A resource group, a subscription, a management group or the tenant.
        subscription: Its id.
        group: The name of the resource group.
        management: The name of the management group.
    """

    level: str = GROUP
    subscription: Value = _SUBSCRIPTION
    group: Value = _GROUP
    management: Value = _MANAGEMENT

    @property
    def base(self) -> Value:
        """The id of what it is, without a slash at its end."""
        if self.level == GROUP:
            return group_id(self.subscription, self.group)
        if self.level == SUBSCRIPTION:
            return joined(["/subscriptions/", self.subscription])
        if self.level == MANAGEMENT:
            kind = "/providers/Microsoft.Management/managementGroups/"
            return joined([kind, self.management])
        return ""


def level_of(schema: object) -> str:
    """Return where templates of a schema go."""
    if isinstance(schema, str):
        name = schema.rstrip("#").rpartition("/")[2].lower().removesuffix(".json")
        return _LEVELS.get(name, GROUP)
    return GROUP


def group_id(subscription: Value, group: Value) -> Value:
    """Return the id of a resource group."""
    return joined(
        ["/subscriptions/", as_word(subscription), "/resourceGroups/", as_word(group)]
    )


def as_word(value: Value) -> Value:
    """Return a value as it stands in an id, where it is one segment."""
    if isinstance(value, Unknown):
        return replace(value, is_word=True, kind="string")
    if isinstance(value, Text):
        parts = (as_word(it) if isinstance(it, Unknown) else it for it in value.parts)
        return Text(tuple(parts))
    if isinstance(value, str):
        return value
    return made("string", (value,), "string") if isinstance(value, dict) else str(value)


def below(base: Value, kind: str, names: Sequence[Value]) -> Value:
    """Return the id of a resource.

    Args:
        base: The id of what it is in, without `/providers`.
        kind: Its type, such as `Microsoft.Network/virtualNetworks/subnets`.
        names: A name for each segment of the type after the first.

    Raises:
        Fault: There is another number of names than segments.
    """
    space, *segments = kind.split("/")
    if len(segments) != len(names) or not segments:
        raise Fault(
            f"the type `{kind}` needs {len(segments)} names, and is given {len(names)}"
        )
    parts: list[Value] = [base, "/providers/", space]
    for segment, name in zip(segments, names, strict=True):
        parts.extend(("/", segment, "/", as_word(name)))
    return joined(parts)


def resource_id(target: Target, values: Sequence[Value]) -> Value:
    """Return what `resourceId` gives in a deployment.

    Raises:
        Fault: The arguments name no resource.
    """
    before, kind, names = _parted(values)
    if kind is None:
        return made("resourceid", values, "string")
    if len(before) > 2:  # noqa: PLR2004  # subscription and group
        raise Fault(f"`resourceId` is given {len(before)} texts before the type")
    subscription, group = target.subscription, target.group
    if len(before) == 2:  # noqa: PLR2004
        subscription, group = before
    elif before and target.level == SUBSCRIPTION:
        subscription = before[0]
    elif before:
        group = before[0]
    if target.level in {MANAGEMENT, TENANT} and not before:
        return below("", kind, names)
    if target.level == GROUP or len(before) == 2:  # noqa: PLR2004
        return below(group_id(subscription, group), kind, names)
    return below(joined(["/subscriptions/", as_word(subscription)]), kind, names)


def subscription_resource_id(target: Target, values: Sequence[Value]) -> Value:
    """Return what `subscriptionResourceId` gives in a deployment.

    Raises:
        Fault: The arguments name no resource.
    """
    before, kind, names = _parted(values)
    if kind is None or len(before) > 1:
        return made("subscriptionresourceid", values, "string")
    subscription = before[0] if before else target.subscription
    return below(joined(["/subscriptions/", as_word(subscription)]), kind, names)


def tenant_resource_id(values: Sequence[Value]) -> Value:
    """Return what `tenantResourceId` gives.

    Raises:
        Fault: The arguments name no resource.
    """
    before, kind, names = _parted(values)
    if kind is None or before:
        return made("tenantresourceid", values, "string")
    return below("", kind, names)


def management_resource_id(target: Target, values: Sequence[Value]) -> Value:
    """Return what `managementGroupResourceId` gives in a deployment.

    Raises:
        Fault: The arguments name no resource.
    """
    before, kind, names = _parted(values)
    if kind is None or len(before) > 1:
        return made("managementgroupresourceid", values, "string")
    group = before[0] if before else target.management
    return below(replace(target, level=MANAGEMENT, management=group).base, kind, names)


def extension_resource_id(values: Sequence[Value]) -> Value:
    """Return what `extensionResourceId` gives.

    Raises:
        Fault: The arguments name no resource.
    """
    if not values:
        raise Fault("`extensionResourceId` takes 3 or more arguments, not 0")
    scope, *rest = values
    before, kind, names = _parted(rest)
    if kind is None or before:
        return made("extensionresourceid", values, "string")
    return below(scope, kind, names)


def _parted(values: Sequence[Value]) -> tuple[list[Value], str | None, list[Value]]:
    """Return what stands before the type, the type, and the names after it."""
    for index, value in enumerate(values):
        if isinstance(value, str) and "/" in value.strip("/"):
            return list(values[:index]), value.strip("/"), list(values[index + 1 :])
        if isinstance(value, Unknown | Text):
            continue
        if not isinstance(value, str):
            break
    unknown = any(isinstance(value, Unknown | Text) for value in values)
    if not unknown:
        raise Fault(
            "the arguments name no type such as `Microsoft.Network/routeTables`"
        )
    return [], None, []


def rendered(value: Value) -> str | None:
    """Return a text with its holes written in braces; None for what is no text."""
    parts = value.parts if isinstance(value, Text) else (value,)
    out: list[str] = []
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Unknown):
            out.append("{" + _label(part.key) + "}")
        else:
            return None
    return "".join(out)


def _label(key: str) -> str:
    """Return a short name of an unknown for people, another one for each."""
    name, bracket, _ = key.partition("(")
    word, _, rest = key.partition(" ")
    if word in _SAID and rest:
        last = rest.rstrip("/").rpartition("/" if word == "lost" else " ")[2]
        shown = f"{_SAID[word]} {last}" if word in _NAMED else _SAID[word]
    elif called := _CALLED.search(key) if "/" in key else None:
        shown = called[1] or called[2]
    elif (not bracket or name == "parameters") and "/" not in key:
        return key
    else:
        name = name.strip("/")[:20].replace("/", "|")
        shown = _SAID.get(name, name)
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_SPECIAL.sub('|', shown)} {digest[:8]}"


def key_of_id(value: Value) -> str:
    """Return a key that is the same for ids which differ in case only."""
    return (rendered(value) or key_of(value)).lower().rstrip("/")


def segments(name: Value, count: int) -> list[Value]:
    """Return the parts of a name that is written with slashes.

    What is not known is no more than one part of it, unless there would be too few.

    Raises:
        Fault: It has another number of parts.
    """
    parts = name.parts if isinstance(name, Text) else (name,)
    out: list[list[Value]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            out[-1].append(part)
            continue
        first, *others = part.split("/")
        out[-1].append(first)
        out.extend([other] for other in others)
    if len(out) < count and any(isinstance(part, Unknown) for part in parts):
        last = joined(out[-1]) if len(out) > 1 else made("last", (name,), "string")
        above = range(count - 1)
        return [*(made("above", (name, index), "string") for index in above), last]
    if len(out) != count:
        raise Fault(f"its name has {len(out)} parts, and its type needs {count}")
    return [joined(part) for part in out]
