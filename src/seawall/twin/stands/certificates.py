"""The certificate of the TLS stands: made anew for each twin, trusted by nobody.

Where the `openssl` program is missing, stands and probes agree on a key without any
certificate (anonymous Diffie-Hellman): the server name is sent all the same, which is
all that a twin looks at. Only foreign clients, such as curl, cannot connect then.

Source: ciphers(1) and req(1) of OpenSSL 3.0.
"""

import ssl
import subprocess
import tempfile
from pathlib import Path
from shutil import which

_ANONYMOUS = "AECDH-AES256-SHA:ADH-AES256-GCM-SHA384:@SECLEVEL=0"
_MADE_BY = (
    *("req", "-x509", "-nodes", "-newkey", "ec", "-days", "30"),
    *("-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=seawall-twin"),
)
_PATIENCE_S = 20


def server_context() -> ssl.SSLContext:
    """Return what a TLS stand speaks with; it remembers the server name that it got."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    program = which("openssl")
    if program is None or not _certified(context, program):
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_ANONYMOUS)
    return context


def client_context() -> ssl.SSLContext:
    """Return what a probe speaks with: it trusts everybody, certificate or none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(f"DEFAULT:{_ANONYMOUS}")
    return context


def _certified(context: ssl.SSLContext, program: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder) / "key", Path(folder) / "certificate"
        command = [program, *_MADE_BY, "-keyout", str(key), "-out", str(certificate)]
        try:
            subprocess.run(  # noqa: S603
                command, check=True, capture_output=True, timeout=_PATIENCE_S
            )
            context.load_cert_chain(certificate, key)
        except (OSError, subprocess.SubprocessError, ssl.SSLError):
            return False
    return True
