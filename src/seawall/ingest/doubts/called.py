"""How commands name scripts that stand in files of their own."""

import re

_ENDS = ("sh", "bash", "ps1", "cmd", "bat", "py")
SCRIPT = re.compile(
    rf"(?:^|(?<=[\s\"'=;&|(]))[^\s\"'=;&|()<>$*?]+\.(?:{'|'.join(_ENDS)})"
    r"(?=$|[\s\"';&|)])",
    re.IGNORECASE,
)


def is_script(name: str) -> bool:
    """Whether a file is called as scripts are that commands call."""
    return name.lower().endswith(tuple(f".{it}" for it in _ENDS))
