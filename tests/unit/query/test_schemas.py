"""What machines read is as the published JSON Schemas say, for every example."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[3]
CONTOSO = str(ROOT / "examples" / "contoso")
OPEN = str(ROOT / "examples" / "open")
KINDS = (
    "check",
    "reach",
    "trace",
    "diff",
    "exposure",
    "reach-summary",
    "egress",
    "seen-as",
    "explain-input",
    "test",
)
QUESTIONS = [
    ["check", CONTOSO],
    ["check", OPEN],
    ["check", f"{OPEN}/shop.yaml"],
    ["reach", CONTOSO],
    ["reach", OPEN],
    ["reach", "--layers", "policy", CONTOSO],
    ["reach", "--layers", "policy", "--self", OPEN],
    ["reach", "--exposure", CONTOSO],
    ["reach", "--exposure", "--engine", "spec", OPEN],
    ["reach", "--seen-as", "0.0.0.0/0", CONTOSO],
    ["reach", "--seen-as", "20.1.2.3,10.224.0.4", OPEN],
    ["reach-summary", CONTOSO],
    ["reach-summary", "--layers", "policy", OPEN],
    ["egress", CONTOSO],
    ["egress", OPEN, "--at", "2100-01-01", "--kubernetes", "1.37"],
    ["explain-input", CONTOSO],
    ["explain-input", OPEN, "--state", "unknown"],
    ["explain-input", f"{OPEN}/shop.yaml"],
    ["test", CONTOSO],
    ["diff", OPEN, CONTOSO],
    ["diff", "--engine", "npm", "--engine", "cilium", CONTOSO],
    ["diff", "--engine", "npm", "--engine", "cilium", "--rewrite", CONTOSO],
    ["trace", "shop/checkout", "payments/api", CONTOSO],
    ["trace", "ns:shop", "ns:payments", CONTOSO],
    ["trace", "internet", "service:shop/partner-feed", CONTOSO],
    ["trace", "shop/storefront", "payments/ledger-db:5432", CONTOSO],
    ["trace", "shop/storefront", "shop/catalog:8080", "--cut", CONTOSO],
    ["trace", "subnet:vnet-hub/snet-jumpbox", "node:apps:22", CONTOSO],
    ["trace", "subnet:vnet-hub/snet-jumpbox", "api-server:443", CONTOSO],
    ["trace", "shop/cart", "0.0.0.0/0", CONTOSO],
    ["trace", "onprem", "shop/cart", CONTOSO],
    ["trace", "payments/api", "kv-contoso.vault.azure.net:443", CONTOSO],
    ["trace", "shop/cart", "imds", OPEN],
    ["trace", "shop/cart", "10.9.9.9:udp/53", f"{OPEN}/shop.yaml"],
]


def _kind(question: list[str]) -> str:
    if "--seen-as" in question:
        return "seen-as"
    return "exposure" if "--exposure" in question else question[0]


def _arguments(question: list[str]) -> list[str]:
    verb, *rest = question
    if verb == "reach-summary":
        return ["reach", *rest, "-o", "summary-json"]
    return [*question, "-o", "json"]


@cache
def schema(kind: str) -> dict[str, Any]:
    text = files("seawall.query").joinpath(f"schemas/{kind}-v1.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_every_answer_is_as_its_schema_says(
    question: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(_arguments(question))
    document = json.loads(capsys.readouterr().out)
    kind = _kind(question)
    jsonschema.Draft202012Validator(schema(kind)).validate(document)


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_is_refused(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(_arguments(next(item for item in QUESTIONS if _kind(item) == kind)))
    document = json.loads(capsys.readouterr().out)
    validator = jsonschema.Draft202012Validator(schema(kind))
    for field in document:
        cut = {key: value for key, value in document.items() if key != field}
        assert not validator.is_valid(cut), field


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_new_is_welcome(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(_arguments(next(item for item in QUESTIONS if _kind(item) == kind)))
    document = json.loads(capsys.readouterr().out)
    document["later"] = document["tool"]["later"] = 1
    jsonschema.Draft202012Validator(schema(kind)).validate(document)
