"""Names in camel case, parted as shells and Terraform write them."""

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def underscored(name: str) -> str:
    """Return a name with an underscore before each word but the first."""
    return _HUMP.sub("_", name).replace("-", "_")
