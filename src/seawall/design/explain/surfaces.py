"""How one option looks in az, ARM, Bicep and Terraform."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NONE = "not exposed in the version read"


@dataclass(frozen=True, slots=True)
class Shown:
    """An option as one surface has it.

    Attributes:
        surface: `az`, `ARM`, `Bicep` or `Terraform`.
        text: What is written, in lines; a few words if there is nothing to write.
    """

    surface: str
    text: str


def shown(item: Mapping[str, Any]) -> tuple[Shown, ...]:
    """Return an option of the catalogue as each surface has it."""
    return (
        Shown("az", _az(item)),
        Shown("ARM", _arm(item)),
        Shown("Bicep", _bicep(item)),
        Shown("Terraform", _terraform(item)),
    )


def _az(item: Mapping[str, Any]) -> str:
    if not item["az"]:
        return "no flag"
    is_pool = item["arm"].startswith("agentPoolProfiles[]")
    verb = "az aks nodepool add" if is_pool else "az aks create"
    value = item.get("az-sample", item.get("sample", "…"))
    text = value if isinstance(value, str) else json.dumps(value)
    if " " in text or "<" in text:
        text = f'"{text}"'
    words = (verb, "…", item.get("az-with", ""), item["az"][0], text)
    return " ".join(filter(None, words))


def _arm(item: Mapping[str, Any]) -> str:
    keys = item["arm"].split(".")
    value: object = item.get("sample", "…")
    for key in reversed(keys[1:]):
        value = {key: value}
    if keys[0].endswith("[]"):
        value = [value]
    return f'"{keys[0].removesuffix("[]")}": {json.dumps(value, ensure_ascii=False)}'


def _bicep(item: Mapping[str, Any]) -> str:
    keys = item["arm"].split(".")
    value = f"{keys[-1]}: {_bicep_value(item.get('sample', '…'))}"
    for key in reversed(keys[:-1]):
        inner = f"[ {{ {value} }} ]" if key.endswith("[]") else f"{{ {value} }}"
        value = f"{key.removesuffix('[]')}: {inner}"
    return value


def _bicep_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list):
        return "[ " + ", ".join(map(_bicep_value, value)) + " ]"
    if isinstance(value, dict):
        body = ", ".join(f"{key}: {_bicep_value(it)}" for key, it in value.items())
        return f"{{ {body} }}"
    return str(value)


def _terraform(item: Mapping[str, Any]) -> str:
    if not item["terraform"]:
        return _NONE
    value = item.get("tf-sample", item.get("sample", "…"))
    keys = item["terraform"].split(".")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]
    if isinstance(value, dict):
        keys, lines = [*keys, ""], [f"{it} = {_hcl(value[it])}" for it in value]
    else:
        lines = [f"{keys[-1]} = {_hcl(value)}"]
    for key in reversed(keys[:-1]):
        lines = [f"{key} {{", *(f"  {line}" for line in lines), "}"]
    return "\n".join(lines)


def _hcl(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
