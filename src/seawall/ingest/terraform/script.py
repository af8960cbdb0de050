"""Reads one file of a configuration, in either form."""

from dataclasses import replace

from seawall.ingest.terraform.language.json_form import from_json
from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.language.syntax import Body, Fault, Script
from seawall.ingest.text.json_text import BadJson, parse_json

_VALUES = (".tfvars", ".tfvars.json")


def read_script(text: str, path: str, *, named: bool) -> Script:
    """Return what a file of Terraform says.

    Args:
        text: All of it.
        path: As the user named it.
        named: Whether the user named the file itself.

    Raises:
        BadJson: A file of the JSON form is no JSON, and holds more than values.
    """
    values = path.lower().endswith(_VALUES)
    if values and path.lower().endswith(".json"):
        found = _json_values(text, path)
    elif path.lower().endswith(".json"):
        found = from_json(parse_json(text)[0], path, values=False)
    else:
        found = parse(text, path)
    return replace(found, values=values, named=named)


def _json_values(text: str, path: str) -> Script:
    """Return a file of values; one that is broken still stands for what it may set."""
    try:
        value = parse_json(text)[0]
    except BadJson as bad:
        return Script(path, Body(), (Fault(bad.line or 1, f"no JSON: {bad.what}"),))
    if not isinstance(value, dict):
        return Script(path, Body(), (Fault(1, "the values are no JSON object"),))
    return from_json(value, path, values=True)
