"""Folders: only what lies below an allowed root, whatever names, links and permissions say."""

import os
import socket
from pathlib import Path

import pytest

from app.knowledge.feeds import FeedTools, FetchFailed, FolderRoots
from app.knowledge.feeds.domain import FeedKind, Outcome, RunState, WhenMissing
from app.knowledge.feeds.service import get_feed
from tests.knowledge.feeds.conftest import Worker, make, told


def write(folder: Path, name: str, words: str = "内容") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {name}\n\n{words} {name}\n", "utf-8")
    return path


async def test_a_folder_is_read_and_read_again(feeds: FeedTools, shared_files: Path, worker: Worker) -> None:
    for name in ("a.md", "售后/退货.md", "售后/深/保修.txt", ".hidden.md", "~$a.docx", "草稿/x.md"):
        write(shared_files, name)
    (shared_files / "表.bin").write_bytes(b"\x89PNG")
    (shared_files / "旧.doc").write_bytes(b"x")
    feed = await make(feeds, FeedKind.FOLDER, str(shared_files), exclude=("草稿/",), tags=("手册",), max_depth=5)
    run, report = await worker.sync(feed)
    assert told(run) == {"added": 3, "skipped": 2}
    assert {a: e.code for a, e in report.items()} == {
        "a.md": None, "售后/退货.md": None, "售后/深/保修.txt": None, "表.bin": "document_unsupported",
        "旧.doc": "document_old_format",
    }  # fmt: skip
    write(shared_files, "a.md", "改过")
    os.utime(shared_files / "售后/退货.md", (1, 1))
    (shared_files / "售后/深/保修.txt").unlink()
    write(shared_files, "新.md")
    run, report = await worker.sync(feed)
    assert told(run) == {"added": 1, "changed": 1, "unchanged": 1, "gone": 1, "skipped": 2}
    assert {a: e.outcome for a, e in report.items() if e.outcome is Outcome.GONE} == {"售后/深/保修.txt": Outcome.GONE}


async def test_hostile_names_links_and_pipes_fail_alone(
    feeds: FeedTools, shared_files: Path, worker: Worker, tmp_path: Path
) -> None:
    secret = write(tmp_path, "secret.md", "秘密")
    outside = tmp_path / "outside"
    write(outside, "b.md")
    write(shared_files, "good.md")
    write(shared_files, "a\nb\u202etxt.md", "换行")
    (shared_files / "out.md").symlink_to(secret)
    (shared_files / "etc.md").symlink_to("/etc/passwd")
    (shared_files / "folder-out").symlink_to(outside)
    (shared_files / "loop").symlink_to(shared_files)
    (shared_files / "nowhere.md").symlink_to(shared_files / "none")
    (shared_files / "self.md").symlink_to(shared_files / "self.md")
    (shared_files / "inside.md").symlink_to(shared_files / "good.md")
    os.mkfifo(shared_files / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(shared_files / "s.md"))
    with open(os.fsencode(shared_files) + b"/bad\xff\xfe.md", "wb") as file:
        file.write(b"x")
    (shared_files / "broken.pdf").write_bytes(b"not a pdf at all")
    run, report = await worker.sync(await make(feeds, FeedKind.FOLDER, str(shared_files), max_depth=3))
    assert {address: entry.code for address, entry in report.items()} == {
        "good.md": None, "a\nb\u202etxt.md": None, "out.md": "folder_link_outside", "etc.md": "folder_link_outside",
        "folder-out": "folder_link_outside", "nowhere.md": "folder_unreadable", "self.md": "folder_unreadable",
        "inside.md": "feed_same_content", "bad\\xff\\xfe.md": "folder_name", "broken.pdf": "document_type_mismatch",
    }  # fmt: skip
    assert run.state is RunState.SUCCEEDED
    assert (await get_feed(feeds, run.feed_id)).documents == 2


async def test_a_file_swapped_for_a_link_after_it_was_listed_is_not_read(shared_files: Path, tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.md")
    write(shared_files, "deep/a.md")
    roots = FolderRoots(str(shared_files))
    folder = roots.folder(str(shared_files))
    assert [file.address for file in roots.files(folder, 3)] == ["deep/a.md"]
    (shared_files / "deep/a.md").unlink()
    (shared_files / "deep/a.md").symlink_to(secret)
    with pytest.raises(FetchFailed) as refused:
        roots.open(folder, "deep/a.md")
    assert refused.value.code == "folder_link_outside"
    (shared_files / "deep/a.md").unlink()
    (shared_files / "deep").rmdir()
    (shared_files / "deep").symlink_to(tmp_path)
    with pytest.raises(FetchFailed):
        roots.open(folder, "deep/secret.md")
    with pytest.raises(FetchFailed):
        roots.open(folder, "../secret.md")


async def test_an_empty_mount_deletes_nothing(feeds: FeedTools, shared_files: Path, worker: Worker) -> None:
    write(shared_files, "kb/a.md")
    feed = await make(feeds, FeedKind.FOLDER, str(shared_files / "kb"), when_missing=WhenMissing.DELETE)
    await worker.sync(feed)
    (shared_files / "kb/a.md").unlink()
    run, _ = await worker.sync(feed)
    assert (run.state, run.error_code) == (RunState.FAILED, "feed_found_nothing")
    (shared_files / "kb").rmdir()
    run, report = await worker.sync(feed)
    assert (run.state, run.error_code) == (RunState.FAILED, "feed_unreachable")
    assert [entry.code for entry in report.values()] == ["folder_missing"]
    assert (await get_feed(feeds, feed.id)).documents == 1


def test_without_roots_no_folder_is_read_and_a_root_reached_by_a_link_counts_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as refused:
        FolderRoots("").folder("/srv")
    assert refused.value.code == "folder_no_roots"
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    assert FolderRoots(f"/none, {tmp_path}/link").folder(str(tmp_path / "link")) == real
    with pytest.raises(FetchFailed):
        FolderRoots(str(tmp_path / "rea")).folder(str(real))
