"""Option defaults from `.seawall.yaml` or `[tool.seawall]`."""

import tomllib
from pathlib import Path

import click
import yaml


def read(path: str) -> dict[str, dict[str, object]] | None:
    """Return defaults by verb and option, or None if the file holds none for us.

    The file maps a verb to its options: `check: {fail-on: high}`.

    Raises:
        click.UsageError: The file cannot be read or is not such a mapping.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        if path.endswith(".toml"):
            document = tomllib.loads(text).get("tool", {}).get("seawall")
            if document is None:
                return None
        else:
            document = yaml.safe_load(text) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from error
    if not isinstance(document, dict) or not all(
        isinstance(options, dict) for options in document.values()
    ):
        raise click.UsageError(
            f"{path} must map a verb to its options, such as `check: {{fail-on: high}}`"
        )
    return {
        str(verb): {str(key).replace("-", "_"): value for key, value in options.items()}
        for verb, options in document.items()
    }
