"""Resources that another declaration may deploy once more, with other values.

The later declaration replaces what the first one said. Whether it is deployed may hang
on a condition that is not known: what the two say alike is known then, and no more.

Source: Azure docs, deployment-modes: an update overwrites also the properties that it
does not give; read 2026-11.
"""

from seawall.ingest.resource import MISSING, Field, Unresolved

_ITS_OWN = frozenset({"id", "name", "type"})
"""What is the same in every declaration of one resource."""


def perhaps_replaced(sure: Field, doubtful: Field, why: str) -> Field:
    """Return what is known of a resource that may be deployed once more.

    Args:
        sure: What is declared without doubt.
        doubtful: What the other declaration says.
        why: Why it is not known whether that is deployed.
    """
    known, other = _properties(sure), _properties(doubtful)
    if not isinstance(sure.value, dict) or not isinstance(known.value, dict):
        return sure
    if not isinstance(other.value, dict):
        changed: object = Unresolved(why)
    else:
        keys = {str(key).lower(): str(key) for key in other.value}
        keys |= {str(key).lower(): str(key) for key in known.value}
        changed = {
            key: known.get(key)
            if alike(known.get(key), other.get(key))
            else Field(Unresolved(why), known.origin.at(key))
            for key in keys.values()
        }
    spelled = next((it for it in sure.value if str(it).lower() == "properties"), "")
    whole = {key: item for key, item in sure.value.items() if key != spelled}
    for key in whole.keys() - _ITS_OWN:
        if not alike(sure.get(key), doubtful.get(key)):
            whole[key] = Field(Unresolved(why), sure.origin.at(key))
    whole["properties"] = Field(changed, known.origin)
    return Field(whole, sure.origin)


def _properties(body: Field) -> Field:
    """Return the properties of a resource; nothing if it has none."""
    value = body.value if isinstance(body.value, dict) else {}
    for key, item in value.items():
        if str(key).lower() == "properties":
            return item if isinstance(item, Field) else Field(item, body.origin.at(key))
    return Field({}, body.origin.at("properties"))


def alike(left: Field, right: Field) -> bool:
    """Whether two values are the same, wherever they stand."""
    return _plain(left) == _plain(right)


def _plain(value: object) -> object:
    """Return a value without its places."""
    if isinstance(value, Field):
        return _plain(value.value)
    if isinstance(value, dict):
        return {str(key).lower(): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if value is MISSING else value
