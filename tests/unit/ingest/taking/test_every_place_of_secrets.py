"""A marker stands in each place that may hold a secret, in each form of input.

None of them is in the bytes of an archive, as it is or in base64, redacted or not.
"""

import base64
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from seawall.ingest import LoadOptions
from seawall.ingest.taking.take import take

DAY = date(2026, 11, 29)
_MARK = re.compile(rb"Mark[A-Z]\d{3}x", re.IGNORECASE)


class Marks:
    """Makes distinct secrets: `MarkA001x` and so on."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._count = 0

    def __call__(self) -> str:
        self._count += 1
        return f"Mark{self._letter}{self._count:03}x"

    def coded(self) -> str:
        return base64.b64encode(f"aaa{self()}aaa".encode()).decode()


def _pem(m: Marks) -> str:
    return f"-----BEGIN RSA PRIVATE KEY-----\\n{m()}\\n-----END RSA PRIVATE KEY-----"


def kubernetes(m: Marks) -> str:
    return f"""# a comment with {m()}
apiVersion: v1 # another with {m()}
kind: List
items:
  - apiVersion: v1
    kind: Secret
    metadata: {{name: in-a-list}}
    data: {{some: {m.coded()}}}
    stringData:
      # inside {m()}
      other: {m()}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"data": {{"x": "{m()}"}}}}'
    checksum/of-something: {m()}
binaryData: {{blob: {m.coded()}}}
data:
  app.json: |
    {{"db": {{"password": "{m()}", "harmless": "{m()}"}}}}
  app.yaml: |
    kind: Secret
    stringData: {{x: {m()}}}
  .env: |
    export DB_PASS={m()}
    PLAIN={m()}
  app.properties: |
    spring.datasource.url=jdbc:x
    pw={m()}
  word: {m()}
  folded: >-
    some
    {m()}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: coredns-custom, namespace: kube-system}}
binaryData: {{blob: {m.coded()}}}
data:
  corp.server: |
    # {m()}
    corp.example:53 {{
      forward . 10.0.0.4 # {m()}
      etcd {{
        credentials user {m()}
      }}
    }}
  notes.txt: {m()}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: azure-ip-masq-agent-config, namespace: kube-system}}
data:
  ip-masq-agent: |-
    # {m()}
    nonMasqueradeCIDRs: [10.9.0.0/16]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  template:
    metadata:
      annotations: {{vault.hashicorp.com/agent-inject-token: {m()}, other: {m()}}}
      labels: {{app: web}}
    spec:
      initContainers:
        - name: first
          image: a
          args: ["--key", "{m()}"]
      containers:
        - name: web
          image: b
          command:
            - sh
            - -c
            - |
              curl -H {m()} x
          args: [--password={m()}]
          env:
            - name: PLAIN
              value: {m()}
            - {{name: NUMBER, value: "{m()}"}}
          livenessProbe:
            httpGet:
              path: /
              port: 80
              httpHeaders:
                - {{name: Authorization, value: "Bearer {m()}"}}
                - {{name: X-Key, value: {m()}}}
          readinessProbe: {{exec: {{command: [probe, {m()}]}}}}
          lifecycle: {{postStart: {{exec: {{command: ["{m()}"]}}}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: job}}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{{name: j, image: j, env: [{{name: A, value: {m()}}}]}}]
---
apiVersion: example.com/v1
kind: Database
metadata: {{name: db}}
spec:
  connection: {{login: {m()}}}
  text: |
    anything {m()}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: chart}}
spec:
  targetNamespace: shop
  values: {{global: {{unknown: {m()}}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: app}}
spec:
  source: {{helm: {{parameters: [{{name: a, value: {m()}}}]}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p, annotations: {{note: {m()}}}}}
spec: {{podSelector: {{}}}}
---
apiVersion: v1
kind: Service
metadata:
  name: s
  annotations:
    service.beta.kubernetes.io/azure-load-balancer-internal: "true"
    other.example/x: {m()}
spec: {{ports: [{{port: 80}}]}}
"""


def keys(m: Marks) -> str:
    words = """
    password passwd pwd pw token apiKey api_key clientSecret client-secret privateKey
    sharedKey accountKey connectionString sasToken SECRET_KEY authToken credential
    """
    lines = "".join(f"    {word}: {m()}\n" for word in words.split())
    texts = "".join(
        f"    t{at}: {text}\n"
        for at, text in enumerate(
            (
                f"https://a.blob.example/c?sv=1&sig={m()}%3D",
                f"'DefaultEndpointsProtocol=https;AccountKey={m()};'",
                f"'Endpoint=sb://x/;SharedAccessKey={m()}'",
                f"'Server=tcp:x;Password={m()};'",
                f"'Server=tcp:x;Pwd={m()};'",
                f"https://user:{m()}@host.example/x",
                f"postgres://{m()}@host.example/x",
                f"amqp://a:{m()}@host.example:5671/",
                f'\'{{"a": {{"token": "{m()}"}}}}\'',
                f"'Bearer {m()}'",
            )
        )
    )
    return f"""apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: p}}
spec:
  endpointSelector: {{}}
  odd:
{lines}{texts}"""


def kustomization(m: Marks) -> str:
    return f"""resources: [pod.yaml]
commonAnnotations: {{note: {m()}}}
configMapGenerator:
  - name: app
    literals: [A={m()}]
secretGenerator:
  - name: s
    literals:
      - password={m()}
patches:
  - target: {{kind: Pod, name: web}}
    patch: |-
      # {m()}
      - op: add
        path: /spec/containers/0/env
        value: [{{name: A, value: {m()}}}]
  - patch: |-
      apiVersion: v1
      kind: Pod
      metadata: {{name: web}}
      spec:
        containers:
          - name: web
            args: [{m()}]
            env:
              - name: A
                value: {m()}
"""


POD = """apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: a}]}
"""


def values(m: Marks) -> str:
    return f"""image: {{tag: {m()}}}
# {m()}
anything:
  - {m()}
  - 4711
text: |
  {m()}
"""


def chart(m: Marks) -> str:
    return f"""{{{{- /* {m()} */}}}}
apiVersion: v1
kind: Secret
metadata:
  name: {{{{ .Release.Name }}}}
data:
  odd: {m.coded()}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  values: {{{{ default "{m()}" .Values.x }}}}
  block: |
    {m()}
"""


def broken(m: Marks) -> str:
    return f"""apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec: {{containers: []}}
---
kind: Secret
  data: [ {m()}
 other: {m()}
"""


def template(m: Marks) -> str:
    text = json.dumps(
        {
            "$schema": "https://x/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {
                "odd": {"type": "securestring", "defaultValue": m()},
                "bag": {"type": "secureObject", "defaultValue": {"a": {"b": m()}}},
                "plain": {"type": "string", "defaultValue": "stays"},
            },
            "variables": {"sqlPassword": m(), "nested": {"apiKey": m()}},
            "resources": [
                {
                    "type": "Microsoft.Compute/virtualMachines",
                    "name": "vm",
                    "properties": {
                        "osProfile": {
                            "customData": m.coded(),
                            "adminPassword": m(),
                            "userData": f"[base64('{m()}')]",
                        }
                    },
                },
                {
                    "type": "Microsoft.Compute/virtualMachines/extensions",
                    "name": "vm/x",
                    "properties": {
                        "settings": {"script": m.coded()},
                        "protectedSettings": {"commandToExecute": f"run {m()}"},
                    },
                },
                {
                    "type": "Microsoft.Network/connections",
                    "name": "vpn",
                    "properties": {"sharedKey": m()},
                },
                {
                    "type": "Microsoft.Network/applicationGateways",
                    "name": "agw",
                    "properties": {
                        "sslCertificates": [
                            {"properties": {"data": _pem(m), "password": m()}}
                        ]
                    },
                },
                {
                    "type": "Microsoft.Resources/deploymentScripts",
                    "name": "s",
                    "properties": {
                        "scriptContent": f"echo {m()}",
                        "arguments": f"-x {m()}",
                        "environmentVariables": [{"name": "a", "secureValue": m()}],
                    },
                },
                {
                    "type": "Microsoft.Resources/deployments",
                    "name": "inner",
                    "properties": {
                        "mode": "Incremental",
                        "parameters": {"odd": {"value": m()}},
                        "template": {
                            "$schema": "https://x/2019-04-01/deploymentTemplate.json#",
                            "contentVersion": "1.0.0.0",
                            "parameters": {
                                "odd": {"type": "secureString", "defaultValue": m()}
                            },
                            "resources": [],
                            "outputs": {
                                "o": {"type": "securestring", "value": m()},
                            },
                        },
                    },
                },
            ],
            "outputs": {
                "o": {"type": "string", "value": m()},
                "s": {"type": "secureObject", "value": {"k": m()}},
            },
        },
        indent=1,
    )
    return f"// {m()}\n{text}\n/* {m()}\n {m()} */\n"


def parameters(m: Marks) -> str:
    return json.dumps(
        {
            "$schema": "https://x/2019-04-01/deploymentParameters.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {
                "odd": {"value": m()},
                "BAG": {"value": {"a": [m(), {"b": m()}]}},
                "nobodyDeclaresIt": {"value": m()},
                "plain": {"value": "stays"},
            },
        }
    )


def shown(m: Marks) -> str:
    return json.dumps(
        [
            {
                "id": "/subscriptions/s/resourceGroups/g/providers/"
                "Microsoft.ContainerService/managedClusters/aks",
                "type": "Microsoft.ContainerService/ManagedClusters",
                "name": "aks",
                "location": "westeurope",
                "properties": {
                    "servicePrincipalProfile": {"clientId": "x", "secret": m()},
                    "windowsProfile": {"adminUsername": "a", "adminPassword": m()},
                    "httpProxyConfig": {"httpProxy": f"http://u:{m()}@10.0.0.9:3128"},
                },
            },
            {
                "id": "/subscriptions/s/resourceGroups/g/providers/"
                "Microsoft.Resources/deployments/d",
                "type": "Microsoft.Resources/deployments",
                "name": "d",
                "properties": {
                    "provisioningState": "Succeeded",
                    "outputs": {"key": {"type": "String", "value": m()}},
                },
            },
        ]
    )


def bicep(m: Marks) -> str:
    return f"""// {m()}
@secure()
param hidden string = '{m()}'
@description('x')
@secure()
param bag object = {{
  a: '{m()}'
}}
param open string = 'stays'
/* {m()} */
resource vm 'Microsoft.Compute/virtualMachines@2023-03-01' = {{
  name: 'vm'
  properties: {{
    osProfile: {{ customData: base64('{m()}'), adminPassword: '{m()}' }}
    userData: '''
#cloud-config
{m()}
'''
  }}
}}
resource c 'Microsoft.Network/connections@2023-04-01' = {{
  name: 'vpn'
  properties: {{
    sharedKey: '{m()}'
    url: 'https://u:{m()}@x.example'
  }}
}}
module m 'm.bicep' = {{
  name: 'm'
  params: {{ adminPassword: '{m()}', env: [ {{ name: 'a', value: '{m()}' }} ] }}
}}
output connectionString string = '{m()}'
"""


def bicepparam(m: Marks) -> str:
    return f"""using './main.bicep'
// {m()}
param hidden = '{m()}'
param bag = {{
  a: '{m()}'
}}
param nobody = '{m()}'
param open = 'stays'
"""


def terraform(m: Marks) -> str:
    return f"""# {m()}
// {m()}
/* {m()}
{m()} */
variable "odd" {{
  type      = string
  sensitive = true
  default   = "{m()}" # {m()}
}}
variable "bag" {{ # x
  sensitive = true
  default = {{
    a = "{m()}"
    b = ["{m()}", 12]
  }}
}}
variable "plain" {{
  default = "stays"
}}
output "shown" {{
  value     = "{m()}"
  sensitive = true
}}
resource "random_password" "p" {{
  length  = 20
  keepers = {{ a = "{m()}" }}
}}
resource "helm_release" "h" {{
  name = "h"
  values = [<<-EOT
    anything: {m()}
  EOT
  , "{m()}"]
  set {{
    name  = "x"
    value = "{m()}"
  }}
  set_sensitive {{
    name  = "x"
    value = "{m()}"
  }}
}}
resource "kubernetes_secret" "s" {{
  metadata {{
    name = "s"
  }}
  data = {{
    name = "{m()}"
    odd  = "x-${{var.plain}}-{m()}"
    file = <<EOT
{m()}
EOT
  }}
}}
resource "kubernetes_config_map_v1" "c" {{
  metadata {{
    name = "app"
  }}
  data = {{
    word       = "{m()}"
    "app.json" = jsonencode({{ a = "{m()}" }})
  }}
}}
resource "kubernetes_manifest" "m" {{
  manifest = {{
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = {{ name = "x" }}
    data       = {{ name = "{m()}" }}
  }}
}}
resource "kubectl_manifest" "k" {{
  yaml_body = <<YAML
# {m()}
apiVersion: v1
kind: Secret
metadata: {{name: x}}
stringData:
  a: {m()}
YAML
}}
resource "kubectl_manifest" "templated" {{
  yaml_body = <<YAML
%{{ if true }}
a: {m()}
%{{ endif }}
YAML
}}
resource "azurerm_linux_virtual_machine" "vm" {{
  name           = "vm"
  admin_password = "{m()}"
  custom_data    = base64encode("{m()}")
  user_data      = <<-EOT
    #cloud-config
    {m()}
  EOT
}}
resource "azurerm_virtual_machine_extension" "e" {{
  name               = "e"
  settings           = jsonencode({{ script = "{m()}" }})
  protected_settings = <<S
    {{"commandToExecute": "{m()}"}}
S
}}
resource "azurerm_virtual_network_gateway_connection" "v" {{
  name       = "v"
  shared_key = "{m()}"
}}
resource "azurerm_key_vault_secret" "s" {{
  name  = "s"
  value = "{m()}"
}}
resource "kubernetes_deployment" "d" {{
  metadata {{
    name        = "d"
    annotations = {{ note = "{m()}" }}
  }}
  spec {{
    template {{
      spec {{
        container {{
          name    = "c"
          args    = ["--x", "{m()}"]
          command = ["{m()}"]
          env {{
            name  = "A"
            value = "{m()}"
          }}
          liveness_probe {{
            http_get {{
              http_header {{
                name  = "A"
                value = "{m()}"
              }}
            }}
          }}
        }}
      }}
    }}
  }}
}}
locals {{
  db    = {{ password = "{m()}", mode = "stays" }}
  url   = "https://u:{m()}@x.example/${{var.plain}}"
  sas   = "https://x.example/c?sv=1&sig={m()}"
  text  = "AccountKey={m()};"
  json  = "{{\\"token\\": \\"{m()}\\"}}"
  parts = [for k in ["a"] : {{ apiKey = "{m()}" }}]
}}
provider "azurerm" {{
  client_secret = "{m()}"
}}
module "x" {{
  source         = "./x"
  admin_password = var.plain == "" ? "{m()}" : "{m()}"
}}
"""


def tfvars(m: Marks) -> str:
    return f"""# {m()}
odd   = "{m()}"
bag = {{
  a = "{m()}"
  b = ["{m()}"]
}}
nobody_declares = "{m()}"
many = <<EOT
{m()}
EOT
plain = "stays"
"""


def tfvars_json(m: Marks) -> str:
    return json.dumps({"odd": m(), "nobody": {"a": [m()]}, "plain": "stays"})


def terraform_json(m: Marks) -> str:
    return json.dumps(
        {
            "variable": {"jodd": {"sensitive": True, "default": m()}},
            "resource": {
                "helm_release": {"h": {"name": "h", "values": [m()]}},
                "kubernetes_secret": {"s": {"data": {"name": m()}}},
                "kubernetes_config_map": {
                    "c": {"metadata": {"name": "a"}, "data": {"x": m()}}
                },
            },
            "//": m(),
        }
    )


def plan(m: Marks) -> str:
    def resource(kind: str, **values: object) -> dict[str, object]:
        return {
            "address": f"{kind}.x",
            "mode": "managed",
            "type": kind,
            "name": "x",
            "provider_name": "p",
            "values": values,
            "sensitive_values": {"marked": True},
        }

    inside = [
        resource("random_password", result=m(), bcrypt_hash=m(), id="none"),
        resource("thing", marked={"deep": m()}, plain="stays"),
        resource("helm_release", name="h", values=[m()], set=[{"value": m()}]),
        resource("kubernetes_secret_v1", metadata=[{"name": "s"}], data={"name": m()}),
        resource("kubernetes_config_map", metadata=[{"name": "s"}], data={"x": m()}),
        resource(
            "kubectl_manifest",
            yaml_body=f"# {m()}\nkind: Secret\nstringData: {{a: {m()}}}\n",
            yaml_body_parsed=m(),
        ),
        resource("azurerm_linux_virtual_machine", custom_data=m.coded()),
        resource(
            "kubernetes_manifest", manifest={"kind": "Secret", "data": {"a": m()}}
        ),
        resource("azurerm_virtual_network_gateway_connection", shared_key=m()),
    ]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "variables": {"odd": {"value": m()}, "db_password": {"value": m()}},
            "planned_values": {
                "root_module": {"resources": inside},
                "outputs": {"a": {"sensitive": False, "value": m()}},
            },
            "output_changes": {"a": {"before": m(), "after": {"b": m()}}},
            "resource_changes": [
                {
                    "address": "tls_private_key.x",
                    "mode": "managed",
                    "type": "tls_private_key",
                    "name": "x",
                    "change": {
                        "actions": ["create"],
                        "before": {"private_key_pem": m(), "other": m()},
                        "after": {"q": m()},
                        "after_sensitive": {"q": True},
                    },
                }
            ],
            "prior_state": {
                "format_version": "1.0",
                "values": {
                    "outputs": {"a": {"value": m()}},
                    "root_module": {"resources": inside[:1]},
                },
            },
            "configuration": {
                "root_module": {
                    "variables": {"odd": {"sensitive": True, "default": m()}},
                    "resources": [
                        {
                            "address": "helm_release.x",
                            "mode": "managed",
                            "type": "helm_release",
                            "name": "x",
                            "expressions": {"values": {"constant_value": [m()]}},
                        }
                    ],
                }
            },
        }
    )


def state(m: Marks) -> str:
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.9.0",
            "outputs": {"a": {"value": m(), "type": "string"}},
            "resources": [
                {
                    "mode": "managed",
                    "type": "random_password",
                    "name": "p",
                    "instances": [
                        {"attributes": {"result": m(), "id": "none"}, "private": m()}
                    ],
                },
                {
                    "mode": "managed",
                    "type": "thing",
                    "name": "p",
                    "instances": [
                        {
                            "attributes": {"odd": m(), "plain": "stays"},
                            "sensitive_attributes": [
                                [{"type": "get_attr", "value": "odd"}]
                            ],
                        }
                    ],
                },
            ],
        }
    )


FILES = {
    "k8s/all.yaml": kubernetes,
    "k8s/keys.yaml": keys,
    "overlay/kustomization.yaml": kustomization,
    "values.yaml": values,
    "pipeline.json": lambda m: json.dumps({"steps": [{"run": m()}], "n": [m()]}),
    "chart.yaml": chart,
    "broken.yaml": broken,
    "broken.json": lambda m: f'{{"a": "{m()}", "b": ',
    "main.json": template,
    "main.parameters.json": parameters,
    "az.json": shown,
    "bicep/main.bicep": bicep,
    "bicep/main.bicepparam": bicepparam,
    "tf/main.tf": terraform,
    "tf/terraform.tfvars": tfvars,
    "tf/x.auto.tfvars": tfvars,
    "tf/y.tfvars.json": tfvars_json,
    "tf/z.tf.json": terraform_json,
    "tf/broken.tf": lambda m: f'resource "a" "b" {{\n  password = "{m()}\n  x = `{m()}',
    "plan.json": plan,
    "terraform.tfstate": state,
}


def written(folder: Path) -> dict[str, str]:
    """Write every file, and return which file holds which marker."""
    made: dict[str, str] = {}
    for at, (name, make) in enumerate(FILES.items()):
        marks = Marks(chr(ord("A") + at))
        text = make(marks)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for number in range(1, marks._count + 1):
            made[f"Mark{chr(ord('A') + at)}{number:03}x"] = name
    (folder / "overlay/pod.yaml").write_text(POD, encoding="utf-8")
    return made


def _bytes(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _coded(text: bytes) -> bytes:
    """Return what runs of base64 in a text stand for."""
    out = b""
    for run in re.findall(rb"[A-Za-z0-9+/]{12,}", text):
        out += b" " + base64.b64decode(run[: len(run) // 4 * 4])
    return out


@pytest.mark.parametrize("redact", [False, True])
def test_no_marker_is_in_an_archive_in_whatever_form(
    tmp_path: Path, *, redact: bool
) -> None:
    made = written(tmp_path)
    assert len(made) > 180
    taken = take([tmp_path], LoadOptions(), DAY, redact=redact)
    left: dict[str, str] = {}
    for text in _bytes(taken.data).values():
        for found in _MARK.findall(text) + _MARK.findall(_coded(text)):
            mark = f"M{found.decode()[1:4].lower()}{found.decode()[4:]}"
            left[mark] = made.get(mark, "?")
    assert not left


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    written(tmp_path)
    found = set()
    for name in FILES:
        text = (tmp_path / name).read_bytes()
        found |= {*_MARK.findall(text), *_MARK.findall(_coded(text))}
    assert len(found) == len(written(tmp_path))


def test_every_file_has_the_lines_that_it_had_and_what_is_read_stays(
    tmp_path: Path,
) -> None:
    written(tmp_path)
    held = _bytes(take([tmp_path], LoadOptions(), DAY, redact=False).data)
    manifest = json.loads(held["seawall-snapshot.json"])
    texts = {item["path"]: held[item["entry"]].decode() for item in manifest["files"]}
    for path, text in texts.items():
        old = Path(path).read_text(encoding="utf-8")
        assert text.count("\n") == old.count("\n"), path
    whole = "\n".join(texts.values())
    for kept in (
        "forward . 10.0.0.4",
        "nonMasqueradeCIDRs: [10.9.0.0/16]",
        'service.beta.kubernetes.io/azure-load-balancer-internal: "true"',
        'mode = "stays"',
        'plain = "stays"',
        "param open = 'stays'",
        "http://(dropped)@10.0.0.9:3128",
        "targetNamespace: shop",
        "path: /spec/containers/0/env",
    ):
        assert kept in whole, kept
    told = [item for item in manifest["files"] if "faults" in item]
    assert [Path(item["path"]).name for item in told] == ["broken.json", "broken.yaml"]
