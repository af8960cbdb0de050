"""Option defaults from `.seawall.yaml` or `[tool.seawall]`."""

from pathlib import Path
from typing import Any

import click


def read(path: str) -> dict[str, dict[str, object]] | None:
    """Return defaults by verb and option, or None if the file holds none for us.

    The file maps a verb to its options: `check: {fail-on: high}`.

    Raises:
        click.UsageError: The file cannot be read or is not such a mapping.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise click.UsageError(f"{path} cannot be read: {why}") from error
    document = _toml(path, text) if path.endswith(".toml") else _yaml(path, text)
    if document is None:
        return None
    if not isinstance(document, dict) or not all(
        isinstance(options, dict) for options in document.values()
    ):
        raise click.UsageError(
            f"{path} must map a verb to its options, such as `check: {{fail-on: high}}`"
        )
    return {
        str(verb): {str(key).replace("_", "-"): value for key, value in options.items()}
        for verb, options in document.items()
    }


def _toml(path: str, text: str) -> Any:  # noqa: ANN401
    if "[tool.seawall" not in text:
        return None
    import tomllib

    try:
        return tomllib.loads(text).get("tool", {}).get("seawall")
    except ValueError as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from error


def _yaml(path: str, text: str) -> Any:  # noqa: ANN401
    import yaml

    try:
        return yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is no plain YAML"
        raise click.UsageError(f"{path} cannot be read{line}: {problem}") from error
