"""Options for machines: the document `seawall/design-options/v1`."""

from collections.abc import Sequence

from seawall import __version__
from seawall.design.explain.options import Explained
from seawall.query.document import Json

SCHEMA = "seawall/design-options/v1"


def explained_json(items: Sequence[Explained]) -> Json:
    """Return the document of some options."""
    return {
        "schemaVersion": SCHEMA,
        "tool": {"name": "seawall", "version": __version__},
        "options": [_option(item) for item in items],
    }


def _option(item: Explained) -> Json:
    return {
        "title": item.title,
        "name": item.name,
        "group": item.group,
        "az": list(item.az),
        "arm": item.arm,
        "terraform": item.terraform or None,
        "isPreview": item.is_preview,
        "does": item.does,
        "values": list(item.values),
        "default": item.default,
        "without": item.without,
        "together": [
            {"rule": each.code or None, "says": each.says, "source": each.source}
            for each in item.together
        ],
        "change": item.change,
        "often": [{"said": each.said, "isSo": each.so} for each in item.often],
        "doubts": list(item.doubts),
        "surfaces": [
            {"surface": each.surface, "text": each.text} for each in item.surfaces
        ],
        "source": item.source,
    }
