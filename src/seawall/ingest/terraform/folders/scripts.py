"""Scripts in files of their own that a command calls, where the input holds them."""

from seawall.ingest.terraform.commands import scripts_named
from seawall.ingest.terraform.evaluation.evaluate import Scope
from seawall.ingest.terraform.evaluation.values import Failed
from seawall.ingest.terraform.instance import Json
from seawall.ingest.terraform.language.syntax import Call, Literal


def scripts_of(values: Json, scope: Scope, line: int) -> dict[str, str]:
    """Return the texts of the scripts that a command calls, by their paths.

    Args:
        values: What the command is told.
        scope: What names mean in its module.
        line: Where the command stands.

    Source: Terraform docs, local-exec (`working_dir`), remote-exec (`script`).
    """
    folder = values.get("working_dir")
    found: dict[str, str] = {}
    for name in scripts_named(values):
        inside = isinstance(folder, str) and not name.startswith("/")
        path = f"{folder}/{name}" if inside else name
        call = Call("file", (Literal(path, line),), spread=False, line=line)
        try:
            text = scope.machine.call(scope, call)
        except Failed:
            continue
        if isinstance(text, str):
            found[name] = text
    return found
