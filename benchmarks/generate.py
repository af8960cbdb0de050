"""Writes made-up clusters for measuring: the same parameters give the same bytes.

    python benchmarks/generate.py OUT --namespaces 40
    python benchmarks/generate.py OUT --namespaces 1000 --workloads 10 --policies 10 \
        --replicas 10 --block-pool 500 --dump

Each namespace has five workloads and four policies by default: default deny in seven
of ten namespaces, and policies that admit workloads by label, across namespaces, by
address block and by named port. Nothing is taken from any real cluster.
"""

import argparse
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROLES = ("web", "api", "worker", "store", "cache", "queue")
STAGES = ("dev", "test", "prod")
TEAMS = 8
NODES = 5000
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9./-]*|[0-9]+(\.[0-9]+){3}/[0-9]+")
NUMBERS = (80, 443, 3000, 5432, 6379, 8000, 8080, 8443, 9090, 9092, 27017)
NAMES = ("http", "grpc", "sql", "metrics")
WORDS = ("yes", "no", "on", "off", "y", "n", "true", "false", "null")
NAMED = {
    "http": (8080, 8000),
    "grpc": (50051, 9000),
    "sql": (5432, 3306),
    "metrics": (9090, 9100),
}


@dataclass(frozen=True)
class Mix:
    """What a made-up cluster looks like; shares are probabilities.

    Attributes:
        copies: Deployments that differ in nothing but their name. More of them make
            more workloads, but no more distinct sets of labels.
        block_pool: How many address blocks the whole cluster knows.
    """

    namespaces: int = 40
    workloads: int = 5
    policies: int = 4
    copies: int = 1
    replicas: int = 2
    deny: float = 0.7
    egress: float = 0.4
    block: float = 0.2
    excepted: float = 0.5
    named: float = 0.2
    ranged: float = 0.1
    portless: float = 0.25
    across: float = 0.35
    expression: float = 0.3
    block_pool: int = 64
    seed: int = 1


def namespaces(mix: Mix) -> list[dict]:
    found = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": f"ns-{i:04}",
                "labels": {
                    "team": f"team-{i % TEAMS}",
                    "stage": STAGES[i % len(STAGES)],
                },
            },
        }
        for i in range(mix.namespaces)
    ]
    return [
        *found,
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "edge", "labels": {"team": "edge"}},
        },
    ]


def deployment(
    namespace: str, name: str, labels: dict[str, str], replicas: int, variant: int
) -> dict:
    ports = [
        {"name": port, "containerPort": NAMED[port][variant % 2]}
        for port in NAMES[: 2 + variant % 3]
    ]
    container = {"name": "main", "image": "registry.invalid/main:1", "ports": ports}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": labels["app"]}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [container]},
            },
        },
    }


def deployments(mix: Mix) -> list[dict]:
    found = []
    for i in range(mix.namespaces):
        for j in range(mix.workloads):
            role = ROLES[(i + j) % len(ROLES)]
            labels = {
                "app": f"app-{j}",
                "role": role,
                "tier": "front" if j == 0 else "back",
            }
            for copy in range(mix.copies):
                name = f"app-{j}" if mix.copies == 1 else f"app-{j}-{copy}"
                found.append(
                    deployment(f"ns-{i:04}", name, labels, mix.replicas, i + j)
                )
    found.append(
        deployment(
            "edge",
            "gateway",
            {"app": "gateway", "role": "web", "tier": "front"},
            mix.replicas,
            0,
        )
    )
    return found


class Author:
    """Writes policies; every choice comes from one seeded source."""

    def __init__(self, mix: Mix) -> None:
        self.mix = mix
        self.chance = random.Random(mix.seed)
        self.blocks = [self._fresh_block() for _ in range(mix.block_pool)]

    def policies(self) -> list[dict]:
        found = []
        for i in range(self.mix.namespaces):
            namespace = f"ns-{i:04}"
            denies = self.chance.random() < self.mix.deny
            for j in range(self.mix.policies):
                spec = (
                    {"podSelector": {}, "policyTypes": ["Ingress"]}
                    if denies and j == 0
                    else self._spec()
                )
                found.append(
                    {
                        "apiVersion": "networking.k8s.io/v1",
                        "kind": "NetworkPolicy",
                        "metadata": {"name": f"policy-{j}", "namespace": namespace},
                        "spec": spec,
                    }
                )
        return found

    def _spec(self) -> dict:
        spec: dict = {"podSelector": self._pods(), "policyTypes": ["Ingress"]}
        spec["ingress"] = [self._rule("from") for _ in range(self.chance.randint(1, 2))]
        if self.chance.random() < self.mix.egress:
            spec["policyTypes"].append("Egress")
            spec["egress"] = [
                self._rule("to") for _ in range(self.chance.randint(1, 2))
            ]
        return spec

    def _rule(self, side: str) -> dict:
        rule: dict = {side: [self._peer() for _ in range(self.chance.randint(1, 2))]}
        if self.chance.random() >= self.mix.portless:
            rule["ports"] = [self._port() for _ in range(self.chance.randint(1, 2))]
        return rule

    def _peer(self) -> dict:
        if self.chance.random() < self.mix.block:
            return {"ipBlock": self.chance.choice(self.blocks)}
        peer: dict = {"podSelector": self._pods()}
        if self.chance.random() < self.mix.across:
            team = f"team-{self.chance.randrange(TEAMS)}"
            peer["namespaceSelector"] = self.chance.choice(
                [
                    {"matchLabels": {"team": team}},
                    {"matchLabels": {"stage": self.chance.choice(STAGES)}},
                    {
                        "matchExpressions": [
                            {"key": "team", "operator": "NotIn", "values": [team]}
                        ]
                    },
                ]
            )
        return peer

    def _pods(self) -> dict:
        if self.chance.random() < self.mix.expression:
            values = sorted(self.chance.sample(ROLES, 2))
            operator = self.chance.choice(("In", "In", "NotIn"))
            return {
                "matchExpressions": [
                    {"key": "role", "operator": operator, "values": values}
                ]
            }
        key, value = self.chance.choice(
            [
                ("app", f"app-{self.chance.randrange(self.mix.workloads)}"),
                ("role", self.chance.choice(ROLES)),
                ("tier", self.chance.choice(("front", "back"))),
            ]
        )
        return {"matchLabels": {key: value}}

    def _port(self) -> dict:
        drawn = self.chance.random()
        if drawn < self.mix.named:
            return {"protocol": "TCP", "port": self.chance.choice(NAMES)}
        number = self.chance.choice(NUMBERS)
        if drawn < self.mix.named + self.mix.ranged:
            return {
                "protocol": "TCP",
                "port": number,
                "endPort": number + self.chance.randint(1, 100),
            }
        return {"protocol": self.chance.choice(("TCP", "TCP", "UDP")), "port": number}

    def _fresh_block(self) -> dict:
        # Outside private space: tools differ on whether a block matches a pod.
        first = self.chance.choice((20, 40, 51, 104, 185))
        second = self.chance.randrange(256)
        block: dict = {"cidr": f"{first}.{second}.0.0/16"}
        if self.chance.random() < self.mix.excepted:
            block["except"] = [f"{first}.{second}.{self.chance.randrange(256)}.0/24"]
        return block


def scalar(value: object) -> str:
    """Return a value as people write it: in quotes only where it needs them."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and value not in WORDS:
        return value
    return json.dumps(value)


def emit(value: object, indent: int = 0) -> Iterator[str]:
    """Yield the YAML lines of plain data: what is made here, and no more than that."""
    pad = "  " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict | list) and item:
                yield f"{pad}{key}:"
                yield from emit(item, indent if isinstance(item, list) else indent + 1)
            else:
                yield f"{pad}{key}: {scalar(item)}"
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                lines = list(emit(item, indent + 1))
                yield f"{pad}- {lines[0].lstrip()}"
                yield from lines[1:]
            else:
                yield f"{pad}- {scalar(item)}"


def documents(objects: list[dict]) -> str:
    return "".join("---\n" + "\n".join(emit(item)) + "\n" for item in objects)


def pods(mix: Mix) -> Iterator[dict]:
    """Yield the pods of the deployments, as a live cluster reports them."""
    chance, address = random.Random(mix.seed), (10 << 24) + (128 << 16)
    for item in deployments(mix):
        metadata, template = item["metadata"], item["spec"]["template"]
        digest = f"{chance.getrandbits(40):010x}"
        owner = f"{metadata['name']}-{digest}"
        for _ in range(mix.replicas):
            address += 1
            ip = ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))
            yield {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": f"{owner}-{chance.getrandbits(25):05x}",
                    "namespace": metadata["namespace"],
                    "labels": {
                        **template["metadata"]["labels"],
                        "pod-template-hash": digest,
                    },
                    "ownerReferences": [
                        {
                            "apiVersion": "apps/v1",
                            "kind": "ReplicaSet",
                            "name": owner,
                            "controller": True,
                        }
                    ],
                },
                "spec": {
                    "nodeName": f"node-{address % NODES:05}",
                    "containers": template["spec"]["containers"],
                },
                "status": {
                    "phase": "Running",
                    "podIP": ip,
                    "podIPs": [{"ip": ip}],
                },
            }


def write_dump(out: Path, mix: Mix) -> dict:
    """Write one cluster as `kubectl get -o json` does, pods and not deployments."""
    out.mkdir(parents=True, exist_ok=True)
    parts = {
        "namespaces.json": namespaces(mix),
        "pods.json": list(pods(mix)),
        "policies.json": Author(mix).policies(),
    }
    digests = {}
    for name, objects in parts.items():
        whole = {"apiVersion": "v1", "kind": "List", "items": objects}
        text = json.dumps(whole, separators=(",", ":"))
        (out / name).write_text(text)
        digests[name] = hashlib.sha256(text.encode()).hexdigest()
    return {
        "mix": asdict(mix),
        "pods": len(parts["pods.json"]),
        "policies": len(parts["policies.json"]),
        "sha256": digests,
    }


def write(out: Path, mix: Mix) -> dict:
    """Write one cluster into *out* and return what it is, digests included."""
    out.mkdir(parents=True, exist_ok=True)
    parts = {
        "namespaces.yaml": namespaces(mix),
        "workloads.yaml": deployments(mix),
        "policies.yaml": Author(mix).policies(),
    }
    digests = {}
    for name, objects in parts.items():
        text = documents(objects)
        (out / name).write_text(text)
        digests[name] = hashlib.sha256(text.encode()).hexdigest()
    return {
        "mix": asdict(mix),
        "workloads": len(parts["workloads.yaml"]),
        "policies": len(parts["policies.yaml"]),
        "sha256": digests,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    for name, default in asdict(Mix()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default
        )
    parser.add_argument("--dump", action="store_true", help="pods, as JSON lists")
    arguments = vars(parser.parse_args())
    make = write_dump if arguments.pop("dump") else write
    print(json.dumps(make(arguments.pop("out"), Mix(**arguments)), indent=2))


if __name__ == "__main__":
    main()
