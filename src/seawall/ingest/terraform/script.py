"""Reads one file of a configuration, in either form."""

from dataclasses import replace

from seawall.ingest.terraform.language.json_form import from_json
from seawall.ingest.terraform.language.parser import parse
from seawall.ingest.terraform.language.syntax import Script
from seawall.ingest.text.json_text import parse_json

_VALUES = (".tfvars", ".tfvars.json")


def read_script(text: str, path: str, *, named: bool) -> Script:
    """Return what a file of Terraform says.

    Args:
        text: All of it.
        path: As the user named it.
        named: Whether the user named the file itself.

    Raises:
        BadJson: A file of the JSON form is no JSON.
    """
    values = path.lower().endswith(_VALUES)
    if path.lower().endswith(".json"):
        found = from_json(parse_json(text)[0], path, values=values)
    else:
        found = parse(text, path)
    return replace(found, values=values, named=named)
