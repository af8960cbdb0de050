"""nftables, by the library that the `nft` program itself is made of.

Text in, all of it or none; counters out as JSON. The library is loaded by its name
(`libnftables.so.1`), because its Python module exists only for the Python of some
distributions.

Source: libnftables(3) and libnftables-json(5) of nftables 1.0.6.
"""

import ctypes
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from seawall.twin.kernel.pieces import in_pieces
from seawall.twin.kernel.trouble import trouble

LIBRARY = "libnftables.so.1"
_JSON = 1 << 4
_TOO_LONG = "Message too long"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many packets a rule took, by the rule's comment.

    Attributes:
        space: Where the rule is.
        chain: Its chain.
        comment: The rule's comment, which names the rule of the model.
        packets: How many packets matched.
    """

    space: str
    chain: str
    comment: str
    packets: int


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as cause:
        raise trouble(
            f"the library {LIBRARY} is not installed",
            "a twin filters packets with nftables, as the kernel does",
            "install it: `apt install libnftables1` (Debian, Ubuntu), "
            "`dnf install nftables` (Fedora), `apk add nftables` (Alpine)",
        ) from cause
    library.nft_ctx_new.restype = ctypes.c_void_p
    library.nft_ctx_new.argtypes = [ctypes.c_uint32]
    library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.nft_ctx_output_set_flags.argtypes = [ctypes.c_void_p, ctypes.c_uint]
    library.nft_ctx_free.argtypes = [ctypes.c_void_p]
    for stream in ("output", "error"):
        getattr(library, f"nft_ctx_buffer_{stream}").argtypes = [ctypes.c_void_p]
        given = getattr(library, f"nft_ctx_get_{stream}_buffer")
        given.argtypes = [ctypes.c_void_p]
        given.restype = ctypes.c_char_p
    return library


def require() -> None:
    """Look whether nftables can be used at all.

    Raises:
        TwinError: It is not installed; says how to get it.
    """
    _library()


def run(text: str, *, as_json: bool = False) -> tuple[bool, str, str]:
    """Run commands in the namespace of this thread.

    Returns:
        Whether all of it was taken, what was printed, and what was complained about.
    """
    library = _library()
    context = library.nft_ctx_new(0)
    try:
        library.nft_ctx_buffer_output(context)
        library.nft_ctx_buffer_error(context)
        library.nft_ctx_output_set_flags(context, _JSON if as_json else 0)
        status = library.nft_run_cmd_from_buffer(context, text.encode())
        output = library.nft_ctx_get_output_buffer(context) or b""
        errors = library.nft_ctx_get_error_buffer(context) or b""
    finally:
        library.nft_ctx_free(context)
    return status == 0, output.decode(), errors.decode()


def load(space: str, texts: list[str]) -> None:
    """Put *texts* in place of all rules of the namespace of this thread, at once.

    What is too long for one transaction without root goes in several, the rules last.

    Raises:
        TwinError: nftables refused them. Nothing has changed then; but where they were
            too long for one transaction, a part may be in.
    """
    text = "\n".join(texts)
    taken, _, errors = run(f"flush ruleset\n{text}")
    if not taken and _TOO_LONG in errors:
        for piece in in_pieces(text) or ():
            taken, _, errors = run(piece)
            if not taken:
                break
    if not taken:
        first = errors.strip().splitlines()[:3]
        raise trouble(
            f"the rules of {space} were refused: {' '.join(first)}",
            "nftables takes all rules of a space or none",
            "this is a fault of the plan, or nftables is older than 1.0: report it "
            "with the input that led to it",
        )


def counted(space: str) -> Iterator[Counted]:
    """Give the counters of the rules that have a comment, in this namespace."""
    taken, output, _ = run("list ruleset", as_json=True)
    if not taken or not output:
        return
    for item in json.loads(output).get("nftables", ()):
        rule: dict[str, Any] = item.get("rule", {})
        comment = rule.get("comment")
        for part in rule.get("expr", ()) if comment else ():
            if isinstance(part, dict) and "counter" in part:
                packets = int(part["counter"]["packets"])
                yield Counted(space, rule["chain"], str(comment), packets)
