"""The page that is kept as evidence."""

import hashlib
import re
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[4]
CONTOSO = ROOT / "examples" / "contoso"
OPEN = ROOT / "examples" / "open"
DAY = ("--as-of", "2026-11-29")
EMPTY = {"meta", "br", "wbr"}
INLINE = {"a", "code", "small", "span", "strong", "wbr"}


class Page(HTMLParser):
    """What a page holds: its elements with their text, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[str]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in INLINE:
            self.words += " "
        if tag not in EMPTY:
            self.stack.append(tag)
            self.texts.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.words += data
        if self.texts:
            self.texts[-1][1].append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def written(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    file = tmp_path / "report.html"
    code = run(["report", *DAY, *arguments, "-o", f"html={file}"])
    return code, file.read_text("utf-8")


@pytest.fixture(scope="module")
def contoso(tmp_path_factory: pytest.TempPathFactory) -> str:
    code, text = written(tmp_path_factory.mktemp("report"), str(CONTOSO))
    assert code == 1
    return text


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "shop.yaml").write_text(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
"""
    )
    return folder


def test_a_page_is_whole_and_fetches_nothing(contoso: str) -> None:
    page = Page(contoso)
    assert not page.stack
    assert contoso.startswith("<!DOCTYPE html>\n<html")
    assert not {"script", "link", "img", "iframe", "object"} & {t for t, _ in page.tags}
    assert not [a for _, a in page.tags if "src" in a or "style" in a]
    assert all(str(a["href"]).startswith("#") for a in page.of("a"))
    assert "url(" not in contoso
    assert "@import" not in contoso
    policies = [a["content"] for a in page.of("meta") if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_every_link_leads_to_a_part_of_the_page(contoso: str) -> None:
    page = Page(contoso)
    anchors = {a["id"] for _, a in page.tags if "id" in a}
    assert {str(a["href"])[1:] for a in page.of("a")} <= anchors


def test_a_page_can_be_read_without_eyes_and_without_colour(contoso: str) -> None:
    page = Page(contoso)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps) <= 1
    tables = len(page.of("table"))
    assert tables == len(page.of("caption")) == len(page.of("thead"))
    assert all(a.get("scope") in {"col", "row"} for a in page.of("th"))
    marks = [
        "".join(texts)
        for (tag, texts), (_, attributes) in zip(
            page.texts, [t for t in page.tags if t[0] not in EMPTY], strict=True
        )
        if tag == "span" and str(attributes.get("class")).startswith("mark")
    ]
    assert marks
    assert all(re.search("[a-z]{2}", mark) for mark in marks)
    assert page.of("html") == [{"lang": "en"}]


def test_every_claim_stands_there_with_its_verdict_and_ground(contoso: str) -> None:
    words = " ".join(Page(contoso).words.split())
    assert "9 hold, 3 violated" in words
    assert "proved for every packet of 18 pairs." in words
    assert "nobody but shop/checkout reaches payments/api on any port" in words
    assert "Prometheus reads metrics" in words
    assert "PCI DSS 1.3.1" in words


def test_a_broken_claim_shows_a_packet_its_way_and_what_decides(contoso: str) -> None:
    words = " ".join(Page(contoso).words.split())
    at = words.index("Claim 12: No batch job can ask for the node's identity Verdict")
    told = words[at:]
    assert "One packet: 10.244.0.1 → 169.254.169.254 TCP 443" in told
    assert "batch/allow-internet egress rule 1 admits it" in told
    assert f"{CONTOSO}/manifests/batch/policies.yaml:88" in told
    assert "Source: Kubernetes docs, Network Policies" in told


def test_a_lost_reply_is_shown_on_its_way_back(contoso: str) -> None:
    words = " ".join(Page(contoso).words.split())
    told = words[
        words.index("Claim 10: Partners reach their feed, and get an answer V") :
    ]
    told = told[: told.index("Claim 11")]
    assert "One packet: 198.51.100.10 →" in told
    back = told[told.index("The way of the reply:") :]
    assert "✗ stopped route: snet-aks-system" in back


def test_every_input_stands_there_with_its_digest(contoso: str) -> None:
    for path in CONTOSO.rglob("*.yaml"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in contoso, path
        assert str(path) in contoso


def test_assumptions_have_sources_and_findings_their_reason(contoso: str) -> None:
    words = " ".join(Page(contoso).words.split())
    assert "in-no-perimeter" in words
    assert "Azure docs, network-security-perimeter-concepts" in words
    at = words.index("high AKS204 imds-reachable")
    assert "Why it matters at 169.254.169.254:80 any pod can ask" in words[at:]
    at = words.index("high AKS501")
    assert "Bears on Microsoft cloud security benchmark v1: NS-2" in words[at:]


def test_equal_inputs_in_another_order_make_the_same_page(tmp_path: Path) -> None:
    files = [str(OPEN / name) for name in sorted(p.name for p in OPEN.iterdir())]
    first = written(tmp_path, *files)
    assert written(tmp_path, *files) == first


def test_the_day_stands_there_and_no_clock(contoso: str) -> None:
    assert "as of 2026-11-29" in contoso
    assert not re.search(r"\d\d:\d\d:\d\d", contoso)


def test_a_claim_that_is_not_known_says_what_to_provide(
    own: Path, tmp_path: Path
) -> None:
    (own / "intents.yaml").write_text(
        "apiVersion: seawall/v1\nkind: Intents\nintents:\n"
        "  - {name: the vault is sealed, forbid: {from: ns:dev, to: ns:vault}}\n"
    )
    code, text = written(tmp_path, str(own), "--unknown", "fail", "--fail-on", "never")
    words = " ".join(Page(text).words.split())
    assert code == 3
    assert "What is missing" in words
    assert "To settle it" in words
    assert "certainty was demanded (exit code 3)" in words


def test_without_intents_nothing_is_claimed(own: Path, tmp_path: Path) -> None:
    _, text = written(tmp_path, str(own))
    assert "so nothing is claimed and nothing proved here" in text


def test_nothing_in_an_input_becomes_markup(own: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    odd = own / "a<script>&'\"b.yaml"
    odd.write_text(
        (own / "shop.yaml").read_text().replace("name: web", f"name: '{evil}'")
    )
    (own / "intents.yaml").write_text(
        "apiVersion: seawall/v1\nkind: Intents\nintents:\n"
        f"  - name: 'x {evil} \\e[31m `y`'\n    because: '{evil}'\n"
        "    forbid: {from: ns:shop, to: internet}\n"
        f"    except: [{{to: imds, reason: '{evil}'}}]\n"
        f'  - name: "bell \\a and \\e[31m colour"\n'
        f"    forbid: {{from: '{evil}', to: ns:shop}}\n"
    )
    _, text = written(tmp_path, str(own), "--default-namespace", evil)
    page = Page(text)
    assert not page.stack
    assert "script" not in {tag for tag, _ in page.tags}
    assert evil in page.words
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "<code>y</code>" in text


def test_values_of_parameters_are_not_written_down(own: Path, tmp_path: Path) -> None:
    _, text = written(tmp_path, str(own), "--set", "adminPassword=hunter2")
    assert "adminPassword" in text
    assert "hunter2" not in text


def test_what_is_suppressed_is_told_with_its_reason(own: Path, tmp_path: Path) -> None:
    for path in OPEN.iterdir():
        (own / path.name).write_bytes(path.read_bytes())
    (own / "seawall.yaml").write_text(
        "apiVersion: seawall/v1\nkind: Suppressions\nsuppress:\n"
        "  - {rule: AKS101, reason: <b>demo</b>, expires: 2027-01-31}\n"
    )
    _, text = written(tmp_path, str(own))
    words = " ".join(Page(text).words.split())
    at = words.index("Suppressed findings (1)")
    assert "AKS101 public-api-server" in words[at:]
    assert "<b>demo</b>" in words[at:]
    assert "2027-01-31" in words[at:]


def test_check_writes_the_same_page(contoso: str, tmp_path: Path) -> None:
    file = tmp_path / "check.html"
    arguments = [
        "check",
        *DAY,
        str(CONTOSO),
        "-o",
        f"html={file}",
        "-o",
        "json=/dev/null",
    ]
    assert run(arguments) == 1
    assert file.read_text("utf-8") == contoso


def test_a_terminal_gets_no_page(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["report", str(own)]) == 2
    assert "-o html=report.html" in capsys.readouterr().err


def test_a_page_goes_to_a_pipe(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["report", *DAY, str(own)])
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
