"""Writes a changed copy of a made-up cluster: the same input gives the same bytes."""

import json
import random
import shutil
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


def copies_in_network(source: Path, policies: Path, rule: Path) -> None:
    """Copy a dump with its network twice.

    Args:
        source: The dump.
        policies: Where ten policies say what others do.
        rule: Where one rule of a security group denies what it allowed.
    """
    for out in (policies, rule):
        shutil.copytree(source, out, dirs_exist_ok=True)
    chance = random.Random(5)
    path = policies / "policies.json"
    whole = json.loads(path.read_text())
    items = whole["items"]
    for at in chance.sample(range(len(items)), 10):
        items[at] = {**items[at], "spec": chance.choice(items)["spec"]}
    path.write_text(json.dumps(whole, separators=(",", ":")))
    path = rule / "azure.json"
    azure = json.loads(path.read_text())
    group = next(
        item for item in azure if item["type"].endswith("/networkSecurityGroups")
    )
    opened = next(
        item["properties"]
        for item in group["properties"]["securityRules"]
        if item["properties"]["direction"] == "Outbound"
        and item["properties"]["access"] == "Allow"
    )
    opened["access"] = "Deny"
    path.write_text(json.dumps(azure, separators=(",", ":")))


def write_two(old: Path, new: Path, mix: Mix) -> dict:
    """Write a dump and a changed copy of it, and return what the dump is."""
    made = write_dump(old, mix)
    changed_copy(old, new)
    return made
