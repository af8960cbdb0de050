"""No secret of an input is in its archive, whatever holds it, and no line moves."""

import base64
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.ingest import LoadOptions, load
from seawall.ingest.stored.form import DROPPED
from seawall.ingest.taking.drop import dropped
from seawall.ingest.taking.take import take

MARK = "s3cr3t-Marker"
CODED = base64.b64encode(MARK.encode()).decode()
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIB"
    + MARK.replace("-", "")
    + "\n-----END RSA PRIVATE KEY-----"
)
DAY = date(2026, 11, 29)

KUBERNETES = f"""
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {{"stringData": {{"password": "{MARK}"}}}}
data:
  password: {CODED}
  "tls.key": >-
    {CODED}
stringData: {{user: &who {MARK}, again: *who, Ünïcode: "ü{MARK}"}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{name: web, namespace: shop, labels: {{skip-secret: "yes", auth-token: plain}}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      automountServiceAccountToken: false
      containers:
        - name: web
          env:
            - name: MODE
              value: "{MARK}"
            - {{name: NUMBER, value: 4711}}
            - name: FROM
              valueFrom: {{secretKeyRef: {{name: db, key: password}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app}}
data:
  app.ini: |
    url = postgres://app:{MARK}@db/app
    mode = on
  key.pem: |
    -----BEGIN PRIVATE KEY-----
    {MARK}
    -----END PRIVATE KEY-----
  harmless: keep me
"""

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "variables": {"admin": {"value": MARK}, "region": {"value": "westeurope"}},
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "azurerm_kubernetes_cluster.aks",
                    "mode": "managed",
                    "type": "azurerm_kubernetes_cluster",
                    "name": "aks",
                    "values": {
                        "name": "aks",
                        "kube_config": [{"host": MARK, "client_key": MARK}],
                        "kube_config_raw": f"users: {MARK}",
                        "windows_profile": [{"admin_password": MARK}],
                        "odd": {"deep": [MARK, "kept"]},
                    },
                    "sensitive_values": {"odd": {"deep": [True, False]}},
                }
            ]
        },
        "outputs": {"token_of": {"sensitive": True, "value": MARK}},
    },
    "resource_changes": [
        {
            "address": "x.y",
            "change": {
                "before": {"note": MARK},
                "after": {"note": MARK, "plain": "kept"},
                "before_sensitive": {"note": True},
                "after_sensitive": {"note": True},
            },
        }
    ],
    "configuration": {
        "root_module": {
            "variables": {"admin": {"sensitive": True, "default": MARK}},
            "resources": [
                {
                    "address": "azurerm_vm.v",
                    "expressions": {"admin_password": {"constant_value": MARK}},
                }
            ],
        }
    },
}

STATE = {
    "version": 4,
    "terraform_version": "1.9.0",
    "outputs": {"kube": {"value": MARK, "type": "string", "sensitive": True}},
    "resources": [
        {
            "mode": "managed",
            "type": "azurerm_thing",
            "name": "t",
            "instances": [
                {
                    "attributes": {"inner": {"odd": MARK, "plain": "kept"}},
                    "sensitive_attributes": [
                        [
                            {"type": "get_attr", "value": "inner"},
                            {"type": "get_attr", "value": "odd"},
                        ]
                    ],
                }
            ],
        }
    ],
}

TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/"
    "deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {
        "odd": {"type": "securestring", "defaultValue": MARK},
        "adminPassword": {"value": MARK},
        "plain": {"type": "string", "defaultValue": "kept"},
        "enableRbacAuthorization": {"type": "bool", "defaultValue": False},
        "sasToken": {"type": "string", "defaultValue": ""},
        "env": {"type": "string", "defaultValue": "kept", "APP_MODE": MARK},
    },
    "resources": [
        {
            "type": "Microsoft.Web/sites",
            "name": "s",
            "properties": {
                "environmentVariables": [
                    {"name": "A", "value": MARK},
                    {"name": "B", "secureValue": MARK},
                ],
                "url": f"https://a.blob.core.windows.net/c?sv=1&sig={'A' * 20}{MARK}",
                "text": f"DefaultEndpointsProtocol=https;AccountKey={MARK};",
                "coded": base64.b64encode((PEM + MARK).encode()).decode(),
                "jwt": f"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.{MARK}",
            },
        }
    ],
}

HCL = f"""
variable "odd" {{
  type      = string
  sensitive = true
  default   = "{MARK}"
}}
resource "azurerm_kubernetes_cluster" "aks" {{
  name           = "aks"
  admin_password = "{MARK}"
  user_data      = <<EOT
{PEM.replace("MIIB", "MIIB" + MARK)}
EOT
}}
resource "kubernetes_secret" "s" {{
  metadata {{
    name = "kept"
  }}
  data = {{
    odd = "{MARK}"
    two = <<-EOT
      {MARK}
    EOT
  }}
}}
locals {{
  settings = {{ db_password = "{MARK}", mode = "kept" }}
}}
resource "kubernetes_pod" "p" {{
  env {{
    name  = "A"
    value = "{MARK}"
  }}
}}
output "subnet" {{
  value = azurerm_subnet.apps.id
}}
"""

HELM = f"""
apiVersion: v1
kind: Secret
metadata:
  name: {{{{ .Release.Name }}}}
data:
  odd: {CODED}
  block: |
    {MARK}
    {MARK}
{{{{- if .Values.x }}}}
---
kind: Deployment
spec:
  env:
    - name: A
      value: {MARK}
{{{{- end }}}}
"""

TEXTS = {
    "kubernetes.yaml": KUBERNETES,
    "plan.json": json.dumps(PLAN, indent=2),
    "state.tfstate": json.dumps(STATE),
    "template.json": json.dumps(TEMPLATE, indent=1),
    "chart.yaml": HELM,
}


@pytest.mark.parametrize("name", [*TEXTS, "main.tf"])
def test_nothing_secret_is_left_and_every_line_stays_where_it_was(name: str) -> None:
    text = TEXTS.get(name, HCL)
    assert MARK in text
    out, count, *_ = dropped(text, name)
    assert MARK not in out
    assert MARK.replace("-", "") not in out
    assert CODED not in out
    assert count > 0
    assert out.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "kept",
    [
        "name: FROM",
        "automountServiceAccountToken: false",
        'skip-secret: "yes", auth-token: plain',
    ],
)
def test_what_is_no_secret_stays(kept: str) -> None:
    assert kept in dropped(KUBERNETES)[0]


ALIASES = f"""
kind: Deployment
metadata: {{name: &app web}}
spec:
  env:
    - {{name: APP, value: *app}}
    - {{name: PLAIN, value: &secret {MARK}}}
  other: *secret
  shared: &password {MARK}2
---
kind: Secret
data: {{name: {MARK}, namespace: {MARK}}}
"""


def test_a_name_that_is_a_value_by_its_alias_stays_and_a_secret_goes() -> None:
    out, count, *_ = dropped(ALIASES + f"---\nx: &pw {MARK}\npassword: *pw\n")
    assert "name: &app web" in out
    assert "shared: &password" in out
    assert f"shared: &password {MARK}2" in out
    assert MARK not in out.replace(f"{MARK}2", "")
    assert count == 4


def test_a_parameter_that_is_called_env_is_no_list_of_variables() -> None:
    out = json.loads(dropped(TEXTS["template.json"])[0])
    assert out["parameters"]["env"]["defaultValue"] == "kept"
    assert out["parameters"]["plain"]["defaultValue"] == "kept"
    assert out["parameters"]["enableRbacAuthorization"]["defaultValue"] is False
    assert not out["parameters"]["sasToken"]["defaultValue"]


def test_what_a_script_hands_on_stays() -> None:
    out = dropped(HCL, "main.tf")[0]
    assert "value = azurerm_subnet.apps.id" in out
    assert 'mode = "kept"' in out
    assert 'name = "kept"' in out
    assert "sensitive = true" in out


def test_what_terraform_does_not_mark_stays() -> None:
    out = dropped(TEXTS["plan.json"])[0]
    value = json.loads(out)
    resource = value["planned_values"]["root_module"]["resources"][0]["values"]
    assert resource["odd"]["deep"] == [DROPPED, "kept"]
    assert value["resource_changes"][0]["change"]["after"]["plain"] == "kept"
    assert value["variables"]["region"]["value"] == "westeurope"


def test_what_is_left_is_read_as_before(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(KUBERNETES, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(dropped(KUBERNETES)[0], encoding="utf-8")
    one, two = load([tmp_path / "a.yaml"]), load([tmp_path / "b.yaml"])
    assert [w.label for w in one.objects.workloads] == [
        w.label for w in two.objects.workloads
    ]
    assert [w.origin.line for w in one.objects.workloads] == [
        w.origin.line for w in two.objects.workloads
    ]


@pytest.mark.parametrize("redact", [False, True])
def test_no_secret_is_in_the_archive(*, redact: bool, tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    taken = take([tmp_path], LoadOptions(), DAY, redact=redact)
    assert taken.dropped > 20
    with zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
        for entry in archive.namelist():
            data = archive.read(entry)
            assert MARK.encode() not in data
            assert CODED.encode() not in data


@given(st.text(max_size=200))
def test_any_text_is_searched_and_keeps_its_lines(text: str) -> None:
    plain = text.replace("\r", "")
    assert dropped(plain)[0].count("\n") == plain.count("\n")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=9), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_json_without_secrets_is_left_as_it_is(value: object) -> None:
    text = json.dumps({"a": value}, indent=1)
    out, count, *_ = dropped(text)
    if count == 0:
        assert out == text
    json.loads(out)
