"""Corefiles without comments and credentials.

Source: coredns.io/manual, configuration; plugins etcd, route53 and clouddns.
"""

import re

from seawall.ingest.stored.form import DROPPED
from seawall.ingest.taking.words import looks_secret, masked

_COMMENT = re.compile(r"(^|[ \t])#[^\n]*")
_SECRET = re.compile(
    r"^(\s*(?:credentials|aws_access_key|azure_auth|secret|token|password)\s+)\S.*$"
)


def without_secrets_of_servers(text: str) -> str:
    """Return a Corefile, or a part of one, with as many lines."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    line = _COMMENT.sub(r"\1", line)
    line = masked(_SECRET.sub(rf"\g<1>{DROPPED}", line))
    return DROPPED if looks_secret(line) else line
