"""Gives commands to the real az and tells what it sends to Azure; Azure is made up.

Run it with a Python that has `azure-cli` and `trustme`: it reads commands as JSON from
its input, each a list of words, and writes for each what was sent. Everything happens
on the loopback interface, and nobody is asked for credentials.
"""

import contextlib
import http.server
import io
import json
import os
import re
import ssl
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
TENANT = "11111111-1111-1111-1111-111111111111"
_CLUSTERS = "managedclusters"


class Azure(http.server.BaseHTTPRequestHandler):
    """Keeps what is put, and gives it back."""

    protocol_version = "HTTP/1.1"
    sent: ClassVar[list[tuple[str, str, Any]]] = []
    kept: ClassVar[dict[str, Any]] = {}

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self) -> None:
        """Answer any request."""
        size = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(size)
        path = self.path.partition("?")[0]
        if self.command in {"PUT", "PATCH"}:
            self.sent.append((self.command, path, json.loads(body)))
            status, found = 200, self._put(path, json.loads(body))
        else:
            status, found = self._told(path)
        text = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = answer  # noqa: N815

    def _put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        low = path.lower()
        new = {**self.kept.get(low, {}), **body, "id": path, "name": Path(path).name}
        properties = new.setdefault("properties", {})
        properties["provisioningState"] = "Succeeded"
        if "userassignedidentities/" in low:
            properties |= {"principalId": TENANT, "clientId": TENANT}
        self.kept[low] = new
        if low.split("/")[-2] == _CLUSTERS:
            for pool in properties.get("agentPoolProfiles") or ():
                self._put(f"{path}/agentPools/{pool['name']}", {"properties": pool})
        return new

    def _told(self, path: str) -> tuple[int, object]:  # noqa: PLR0911  # one a question
        low = path.lower()
        if low in self.kept:
            return 200, self.kept[low]
        if low.endswith("/agentpools"):
            listed = [it for key, it in self.kept.items() if key.startswith(f"{low}/")]
            return 200, {"value": listed}
        if "roledefinitions" in low:
            role = {"id": f"{path}/x", "name": "x", "properties": {"roleName": "x"}}
            return 200, {"value": [role]}
        if "roleassignments" in low or low.endswith("/providers"):
            return 200, {"value": []}
        if re.search(r"/providers/[^/]+$", low):
            types = [_CLUSTERS, f"{_CLUSTERS}/agentPools"]
            known = [
                {"resourceType": it, "apiVersions": ["2026-05-01"], "locations": ["x"]}
                for it in types
            ]
            return 200, {"registrationState": "Registered", "resourceTypes": known}
        if re.search(r"resourcegroups/[^/]+$", low):
            state = {"provisioningState": "Succeeded"}
            return 200, {"id": path, "location": "westeurope", "properties": state}
        return 404, {"error": {"code": "ResourceNotFound", "message": path}}


def serve(folder: Path) -> str:
    """Start the service and return where it listens."""
    import trustme  # noqa: PLC0415

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Azure)
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    os.environ["REQUESTS_CA_BUNDLE"] = str(folder / "ca.pem")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{server.server_port}"


def signed_in(folder: Path) -> None:
    """Write the profile of somebody who has signed in."""
    subscription = {
        "id": SUBSCRIPTION,
        "name": "made up",
        "state": "Enabled",
        "user": {"name": "somebody", "type": "user"},
        "isDefault": True,
        "tenantId": TENANT,
        "homeTenantId": TENANT,
        "environmentName": "AzureCloud",
        "managedByTenants": [],
    }
    profile = {"installationId": "x", "subscriptions": [subscription]}
    (folder / "azureProfile.json").write_text(json.dumps(profile), encoding="utf-8")


class Credential:
    """Gives a token that means nothing."""

    def get_token(self, *_: object, **__: object) -> object:
        """Return a token."""
        from azure.core.credentials import AccessToken  # noqa: PLC0415

        return AccessToken("nothing", int(time.time()) + 3600)

    def get_token_info(self, *_: object, **__: object) -> object:
        """Return a token in the newer form."""
        from azure.core.credentials import AccessTokenInfo  # noqa: PLC0415

        return AccessTokenInfo("nothing", int(time.time()) + 3600)


def main() -> None:
    """Run the commands."""
    folder = Path(tempfile.mkdtemp())
    os.environ |= {
        "AZURE_CONFIG_DIR": str(folder),
        "AZURE_CORE_COLLECT_TELEMETRY": "0",
        "AZURE_CORE_NO_COLOR": "1",
        "AZURE_CORE_DISABLE_CONFIRM_PROMPT": "1",
        "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
    }
    signed_in(folder)
    place = serve(folder)
    import azure.cli.core._profile as profile  # noqa: PLC0415
    from azure.cli.core import get_default_cli  # noqa: PLC0415

    given = (Credential(), SUBSCRIPTION, TENANT)
    profile.Profile.get_login_credentials = lambda *_, **__: given
    token = (("Bearer", "nothing", {}), SUBSCRIPTION, TENANT)
    profile.Profile.get_raw_token = lambda *_, **__: token
    cli = get_default_cli()
    cli.cloud.endpoints.resource_manager = place
    found = []
    for words in json.load(sys.stdin):
        Azure.sent.clear()
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            try:
                code = cli.invoke(words)
            except SystemExit as ended:
                code = ended.code
        found.append([code or 0, said.getvalue(), list(Azure.sent)])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
