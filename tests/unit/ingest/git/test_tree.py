"""Trees of revisions are laid out as they are, and nothing of them is run."""

from pathlib import Path

import pytest

from git_repositories import Repo, needs_git
from seawall.ingest.git.tool import repository
from seawall.ingest.git.tree import Tree, commit_of, common_ancestor, lay_out
from seawall.model.diagnostic import InputError

pytestmark = needs_git


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def laid_out(repo: Repo, revision: str, *wanted: str) -> Tree:
    scratch = repo.folder.parent / f"scratch-{len(list(repo.folder.parent.iterdir()))}"
    scratch.mkdir()
    found = repository(repo.folder, revision)
    return lay_out(found, revision, wanted or ("",), scratch)


def files(tree: Tree) -> dict[str, str]:
    return {
        path.relative_to(tree.root).as_posix(): path.read_text("utf-8")
        for path in sorted(tree.root.rglob("*"))
        if path.is_file()
    }


def test_a_revision_is_read_as_it_was_and_the_work_tree_stays(repo: Repo) -> None:
    repo.commit({"k8s/a.yaml": "a: 1\n", "notes": "x"})
    repo.commit({"k8s/a.yaml": "a: 2\n"})
    (repo.folder / "k8s" / "a.yaml").write_text("a: 3\n", encoding="utf-8")
    before = repo.git("status", "--porcelain")
    assert files(laid_out(repo, "HEAD~1")) == {"k8s/a.yaml": "a: 1\n", "notes": "x"}
    assert files(laid_out(repo, "HEAD"))["k8s/a.yaml"] == "a: 2\n"
    assert repo.git("status", "--porcelain") == before


def test_beside_what_is_asked_for_stands_only_what_may_be_led_to(repo: Repo) -> None:
    repo.commit({"app/k.yaml": "a: 1", "app/x.bin": "1", "base/k.yaml": "b", "o/x": ""})
    assert set(files(laid_out(repo, "HEAD", "app"))) == {
        "app/k.yaml",
        "app/x.bin",
        "base/k.yaml",
    }


def test_what_a_repository_would_run_is_not_run(repo: Repo) -> None:
    mark = repo.folder.parent / "ran"
    script = repo.folder.parent / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    repo.commit(
        {".gitattributes": "* filter=f diff=f export-subst\n", "a.yaml": "a: 1"}
    )
    mark.unlink(missing_ok=True)
    for name in ("filter.f.smudge", "filter.f.clean", "diff.f.textconv"):
        repo.git("config", name, str(script))
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand"):
        repo.git("config", name, str(script))
    hooks = repo.folder.parent / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    repo.git("config", "core.hooksPath", str(hooks))
    assert files(laid_out(repo, "HEAD"))["a.yaml"] == "a: 1"
    assert not mark.exists()


def test_what_a_partial_clone_lacks_is_told_and_not_fetched(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit({"a.yaml": "a: 1\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    other = tmp_path / "other"
    origin = f"file://{repo.folder}"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", origin, str(other))
    partial = Repo(other)
    with pytest.raises(InputError) as told:
        laid_out(partial, "HEAD")
    said = told.value.diagnostic
    assert "cannot be read" in said.what or "is not in this clone" in said.what
    assert partial.git("count-objects", "-v").splitlines()[0] == "count: 0"


def test_links_that_lead_out_are_told_and_not_made(repo: Repo, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("a: secret", encoding="utf-8")
    repo.commit({"a.yaml": "a: 1"})
    for name, aim in {
        "in.yaml": "a.yaml",
        "out.yaml": str(secret),
        "up.yaml": "../secret.yaml",
        "here": ".",
        "sly.yaml": "here/here/../../secret.yaml",
    }.items():
        (repo.folder / name).symlink_to(aim)
    repo.commit({})
    tree = laid_out(repo, "HEAD")
    assert files(tree) == {"a.yaml": "a: 1", "in.yaml": "a: 1"}
    told = {Path(item.origin.path).name for item in tree.diagnostics if item.origin}
    assert told == {"out.yaml", "up.yaml", "sly.yaml"}


def test_submodules_and_pointers_of_large_files_are_told(repo: Repo) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    repo.commit({"big.json": pointer, "a.yaml": "a: 1"})
    commit = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},part")
    repo.git("commit", "-q", "-m", "part")
    tree = laid_out(repo, "HEAD")
    assert set(files(tree)) == {"a.yaml"}
    assert ["is a submodule" in item.what for item in tree.diagnostics] == [True, False]
    assert all(item.mend for item in tree.diagnostics)


def test_what_is_no_revision_says_what_to_do(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a.yaml": "a: 1"})
    repo.commit({"a.yaml": "a: 2"})
    found = repository(repo.folder, "x")
    with pytest.raises(InputError, match="neither a path nor a revision"):
        commit_of(found, "nowhere")
    with pytest.raises(InputError, match="neither a path nor a revision"):
        commit_of(found, "--all")
    with pytest.raises(InputError, match="`HEAD:b` does not exist"):
        laid_out(repo, "HEAD", "b")
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(shallow))
    with pytest.raises(InputError) as told:
        commit_of(repository(shallow, "x"), "HEAD~1")
    assert "--unshallow" in told.value.diagnostic.mend


def test_three_dots_mean_where_two_revisions_went_apart(repo: Repo) -> None:
    base = repo.commit({"a.yaml": "a: 1"})
    repo.git("branch", "work")
    repo.commit({"a.yaml": "a: 2"})
    found = repository(repo.folder, "x")
    assert common_ancestor(found, "main", "work") == base


def test_outside_of_a_repository_or_without_git_there_is_a_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="is no revision of a repository"):
        repository(tmp_path, "main")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="`git` is not installed"):
        repository(tmp_path, "main")
