"""Whether two snapshots say the same of everything but policies."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

from seawall.model.origin import Origin
from seawall.model.snapshot import KubernetesObjects, Snapshot


def is_network_alike(one: Snapshot, other: Snapshot) -> bool:
    """Whether all but policies is equal, wherever it was written.

    Then the network does the same with every packet.

    Complexity: what was read, policies left out.
    """
    return (
        alike(one.cluster, other.cluster)
        and alike(one.fabric, other.fabric)
        and alike(_unpoliced(one.objects), _unpoliced(other.objects))
    )


def alike(one: object, other: object) -> bool:
    """Whether two values differ in nothing but the places where they were written."""
    if one is other or (isinstance(one, Origin) and isinstance(other, Origin)):
        return True
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(
            alike(getattr(one, item.name), getattr(other, item.name))
            for item in fields(one)
        )
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            alike(value, other[key]) for key, value in one.items()
        )
    return one == other


def _unpoliced(objects: KubernetesObjects) -> KubernetesObjects:
    return replace(
        objects,
        policies=(),
        opaque_policies=(),
        ranked_policies=(),
        network_sets=(),
    )
