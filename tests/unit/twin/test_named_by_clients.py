"""The name that a client means is read from its first bytes, however they arrive."""

import ssl

import pytest

from seawall.twin.formats.heads import Named, name_of


def greeting(name: str | None) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    sent = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return sent.read()


def test_the_server_name_is_read() -> None:
    assert name_of(greeting("Shop.example.com")) == Named("tls", "shop.example.com")


def test_a_greeting_may_name_nobody() -> None:
    assert name_of(greeting(None)) == Named("tls", "")


def test_a_greeting_may_come_in_parts() -> None:
    whole = greeting("shop.example.com")
    for size in range(1, len(whole), 7):
        assert name_of(whole[:size]) is None
    assert name_of(whole) is not None


def test_what_only_looks_like_a_greeting_names_nobody() -> None:
    assert name_of(b"\x16\x03\x01\x00\x05hello" * 10) == Named("tls", "")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"GET / HTTP/1.1\r\nHost: A.example\r\n\r\n", "a.example"),
        (b"GET / HTTP/1.1\r\nhost:a.example:8080\r\n\r\n", "a.example"),
        (b"GET / HTTP/1.1\r\nX: y\r\nHOST: [fd00::1]:80\r\n\r\n", "fd00::1"),
        (b"GET / HTTP/1.0\r\n\r\n", ""),
        (b"\r\n\r\n", ""),
        (b"x" * 20_000, ""),
    ],
)
def test_the_host_is_read(head: bytes, name: str) -> None:
    assert name_of(head) == Named("http", name)


def test_an_unfinished_head_is_waited_for() -> None:
    assert name_of(b"GET / HTTP/1.1\r\nHost: a") is None
