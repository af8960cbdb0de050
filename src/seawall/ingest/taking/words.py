"""Which words name secrets, and what secrets look like.

A name that may be a secret's counts as one: an archive goes to other people.

Source: Azure docs, storage SAS and connection strings; RFC 3986, section 3.2.1;
Kubernetes docs, Secrets; cloud-init docs, user data.
"""

import base64
import binascii
import re

from seawall.ingest.stored.form import DROPPED

_WORDS_OF_WHOLE = """
kubeconfig kubeconfigraw kubeadminconfig kubeadminconfigraw kubeconfigs
securesettings protectedsettings encryptedprotectedsettings
configurationprotectedsettings protectedparameters connectionstrings authorization
credentials stringdata binarydata customdata customdatabase64 userdata
userdatabase64 userdatareplaceonchange cloudinit startupscript commandtoexecute
scriptcontent valuesinline valuesobject valuescontent httpheaders httpheader
headermatches setsensitive secureenvironmentvariables passwords tokens apikeys
accesskeys connectionstringvalues livemanifestincluster yamlincluster yamlbodyparsed
"""
_WHOLE = frozenset(_WORDS_OF_WHOLE.split())
"""Keys under which everything is dropped; letters alone, in lower case."""

_EXACT = frozenset({"pw", "pwd", "pass", "pin", "sas", "psk", "jwt", "bearer", "cert"})
_WORDS_OF_ENDS = """
password passwd passphrase pwd secret secretvalue secretkey token apikey accesskey
accountkey sharedkey primarykey secondarykey mastersharedkey signingkey
encryptionkey privatekey privatekeypem privatekeyopenssh clientkey clientkeydata
clientcertificate clientcertificatedata certificatedata pfx pkcs12 pfxblob
connectionstring primaryconnectionstring saskey sastoken sasurl sasuri authkey
authtoken authorizationkey credential presharedkey securevalue htpasswd
dockerconfigjson workspacekey storagekey functionkey hostkey masterkey
instrumentationkey bcrypthash secretdata adminpass rootpass dbpass userpass
"""
_ENDS = tuple(_WORDS_OF_ENDS.split())
"""Ends of keys whose values are dropped."""

_NOT = frozenset({"automountserviceaccounttoken", "secretname", "tokensecret"})

_LOOKS = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"
    r"|\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|SharedSecret)\s*="
    r"|(?:^|[?&;])sig=[^&\s]{4,}"
    r"|(?<![A-Za-z])(?:password|passwd|passphrase|pwd|(?:client[_-]?)?secret"
    r"|(?:access[_-]?)?token|(?:api|access|private|shared)[_-]?key)"
    r"[\"']?\s*[=:]\s*[\"']?[^\s;\"'\[({$][^\s;\"']{2,}"
    r"|\bBearer\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|[a-z][a-z0-9+.-]*://(?!\(dropped\)@)[^\s/@'\"]+@"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bAKIA[A-Z0-9]{16}\b"
    r"|\bclient-key-data\b",
    re.IGNORECASE,
)
_USER = re.compile(r"([a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", re.IGNORECASE)
_QUERY = re.compile(r"(://[^\s?'\"]+\?)[^\s'\"]*\bsig=[^\s'\"]*", re.IGNORECASE)
_CODED = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]+")
_LETTERS = re.compile(r"[^a-z0-9]+")


def letters_of(key: str) -> str:
    """Return a key's letters and digits, in lower case."""
    return _LETTERS.sub("", key.lower())


def hides_all(key: str) -> bool:
    """Whether everything under a key is secret, whatever its form."""
    return letters_of(key) in _WHOLE


def is_secret_key(key: str) -> bool:
    """Whether what stands under a key is secret, going by its name."""
    letters = letters_of(key)
    if letters in _NOT:
        return False
    return letters in _WHOLE or letters in _EXACT or letters.endswith(_ENDS)


def looks_secret(text: str) -> bool:
    """Whether a text has the look of a key, a token or a connection string."""
    return _LOOKS.search(text) is not None or _is_coded_key(text)


def masked(text: str) -> str:
    """Return a text in which addresses bear neither users nor signatures."""
    if "://" not in text:
        return text
    text = _USER.sub(rf"\g<1>{DROPPED}@", text)
    return _QUERY.sub(rf"\g<1>{DROPPED}", text)


def _is_coded_key(text: str) -> bool:
    for match in _CODED.finditer(text):
        coded = "".join(match[0].split())
        try:
            plain = base64.b64decode(coded[: len(coded) // 4 * 4])
        except (binascii.Error, ValueError):
            continue
        if b"PRIVATE KEY" in plain:
            return True
    return False
