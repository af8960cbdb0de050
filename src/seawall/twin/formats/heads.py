"""The beginnings of HTTP and TLS: which name does the client mean?

The name in a TLS greeting is read by OpenSSL, which is handed the bytes and stopped
as soon as it has told the name.

Source: RFC 9110 section 7.2 (`Host`), RFC 6066 section 3 (server name).
"""

import ssl
from dataclasses import dataclass

_END = b"\r\n\r\n"
_LONGEST = 16_384
_GREETING = 0x16


@dataclass(frozen=True, slots=True)
class Named:
    """What a client named.

    Attributes:
        protocol: `tls` or `http`.
        name: Lower case; empty when the client named nobody.
    """

    protocol: str
    name: str


def is_tls(data: bytes) -> bool:
    """Tell whether what a client sent first is the greeting of TLS."""
    return data[:1] == bytes([_GREETING])


def name_of(data: bytes) -> Named | None:
    """Read the name that a client means from what it sent first.

    Returns:
        None while more must be read to know it.
    """
    return _server_name(data) if is_tls(data) else _host(data)


def _host(data: bytes) -> Named | None:
    head, found, _ = data.partition(_END)
    if not found and len(data) < _LONGEST:
        return None
    for line in head.split(b"\r\n")[1:]:
        field, _, value = line.partition(b":")
        if field.strip().lower() == b"host":
            host = value.strip().decode("latin-1").lower()
            return Named("http", _without_port(host))
    return Named("http", "")


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _server_name(data: bytes) -> Named | None:
    told: list[str] = []

    def tell(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int:
        told.append(name or "")
        return ssl.ALERT_DESCRIPTION_ACCESS_DENIED

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = tell
    arrived = ssl.MemoryBIO()
    arrived.write(data)
    listener = context.wrap_bio(arrived, ssl.MemoryBIO(), server_side=True)
    try:
        listener.do_handshake()
    except ssl.SSLWantReadError:
        if not told:
            return None if len(data) < _LONGEST else Named("tls", "")
    except ssl.SSLError:
        pass
    return Named("tls", told[0].lower() if told else "")
