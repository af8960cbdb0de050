"""Writes a changed copy of a made-up cluster: the same input gives the same bytes."""

import json
import random
from pathlib import Path

from generate import Mix, write_dump

ROLES = ("web", "api", "worker", "store")
POLICIES, OWNERS = 100, 50


def changed_copy(source: Path, out: Path) -> None:
    """Copy a dump; 100 policies say what others do, 50 owners' pods get a role."""
    chance = random.Random(3)
    out.mkdir(parents=True, exist_ok=True)
    (out / "namespaces.json").write_text((source / "namespaces.json").read_text())
    policies = json.loads((source / "policies.json").read_text())
    items = policies["items"]
    for at in chance.sample(range(len(items)), POLICIES):
        items[at] = {**items[at], "spec": chance.choice(items)["spec"]}
    pods = json.loads((source / "pods.json").read_text())
    owned: dict[tuple[str, str], list[dict]] = {}
    for item in pods["items"]:
        metadata = item["metadata"]
        owner = metadata["ownerReferences"][0]["name"]
        owned.setdefault((metadata["namespace"], owner), []).append(metadata)
    for key in chance.sample(sorted(owned), OWNERS):
        role = chance.choice(ROLES)
        for metadata in owned[key]:
            metadata["labels"]["role"] = role
    for name, whole in (("policies.json", policies), ("pods.json", pods)):
        (out / name).write_text(json.dumps(whole, separators=(",", ":")))


def write_two(old: Path, new: Path, mix: Mix) -> dict:
    """Write a dump and a changed copy of it, and return what the dump is."""
    made = write_dump(old, mix)
    changed_copy(old, new)
    return made
