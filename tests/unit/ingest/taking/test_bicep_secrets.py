"""No secret of a file of Bicep is in its archive, and it reads as before."""

import pytest

from seawall.ingest.bicep.language.parser import parse
from seawall.ingest.taking.drop import dropped

MARK = "s3cr3tMarker"


@pytest.mark.parametrize(
    "text",
    [
        f"@secure()\nparam a string = '{MARK}'",
        f"@description('x')\n@sys.secure()\nparam a object = {{\n  b: '{MARK}'\n}}",
        f"param adminPassword string = '{MARK}'",
        f"var apiKey = 'a-${{b}}-{MARK}'",
        f"var a = {{\n  clientSecret: '{MARK}'\n  b: 'c'\n}}",
        f"var a = {{\n  credentials: [\n    '{MARK}'\n  ]\n}}",
        f"var a = {{\n  credentials: {{ user: '{MARK}' }}\n}}",
        f"var a = '''\n-----BEGIN PRIVATE KEY-----\n{MARK}\n'''",
        f"var a = 'Server=x;Password={MARK};'",
        f"// password={MARK}\nvar a = 1",
        f"var a = 'no end password={MARK}\nvar b = 1",
        f"resource s 'Microsoft.KeyVault/vaults/secrets@1' = {{\n  value: '{MARK}'\n}}",
        f"var a = {{\n  environmentVariables: [ {{ name: 'a', value: '{MARK}' }} ]\n}}",
        f"param adminPassword = '{MARK}'",
    ],
)
def test_no_secret_stays_and_no_line_moves(text: str) -> None:
    found, count, *_ = dropped(text, "x.bicepparam" if " = '" in text else "x.bicep")
    assert MARK not in found
    assert count
    assert found.count("\n") == text.count("\n")


KEPT = """
@description('The password of nobody')
param engine string = 'azure'
@allowed([ 'a', 'b' ])
param kind string = 'a'
var tokenCount = 5
module m 'modules/secret.bicep' = {
  name: 'secret'
  params: { name: 'x-${engine}', value: 'plain' }
}
"""


def test_what_is_no_secret_is_kept_as_it_is() -> None:
    assert dropped(KEPT, "main.bicep") == (KEPT, 0, (), False)


def test_what_is_left_reads_as_before() -> None:
    text = (
        f"@secure()\nparam a string = '{MARK}'\nvar b = '${{a}}-x'\nparam c int = 1\n"
    )
    found, *_ = dropped(text, "main.bicep")
    read = parse(found, "main.bicep")
    assert read.faults == ()
    assert [it.name for it in read.declarations] == ["a", "b", "c"]
