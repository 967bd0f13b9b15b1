"""`kefu ingest`: which files it takes from a folder, what it reports, and that a second run changes nothing."""

from pathlib import Path

from app.commands.ingest import FoundFile, Ingested, files_under, ingest_files
from app.knowledge import DocumentTools
from app.knowledge.store import documents as store


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_a_folder_gives_its_readable_files_under_stable_names(tmp_path: Path) -> None:
    help_folder = tmp_path / "help"
    write(help_folder, a_md="x", deep__b_txt="x", deep__c_exe="x", _hidden_md="x", _git__d_md="x")
    found, passed_over = files_under([help_folder, help_folder / "a.md"])
    assert [file.source for file in found] == ["help/a.md", "help/deep/b.txt"] and passed_over == 1
    alone, _ = files_under([help_folder / "deep" / "c.exe"])
    assert [file.source for file in alone] == ["c.exe"], "a file that is named is tried, and told about"


async def test_files_come_in_and_a_bad_one_stops_no_other(documents: DocumentTools, tmp_path: Path) -> None:
    folder = tmp_path / "help"
    write(folder, a_md="# 退货\n\n七天内可以退货。", b_pdf="not a pdf", c_md="# 保修\n\n保修两年。", d_txt="")
    told: list[Ingested] = []
    files, _ = files_under([folder])
    ended = await ingest_files(documents, files, "en", told.append)
    assert {one.file.path.name: (one.code, one.chunks) for one in ended} == {
        "a.md": ("", 1),
        "b.pdf": ("document_type_mismatch", 0),
        "c.md": ("", 1),
        "d.txt": ("document_empty", 0),
    }
    assert len(told) == 4 and all(one.sentence for one in told if one.code)
    again = await ingest_files(documents, files, "zh-CN", told.append)
    assert [one.duplicate for one in again] == [True, False, True, False]


async def test_a_changed_file_is_the_next_version_of_its_document(documents: DocumentTools, tmp_path: Path) -> None:
    folder = tmp_path / "help"
    for text in ("# 退货\n\n七天内可以退货。", "# 退货\n\n三十天内可以退货。"):
        write(folder, a_md=text)
        await ingest_files(documents, files_under([folder])[0], "en", lambda _: None)
    async with documents.database.reading() as session:
        (document,) = await store.list_documents(session, base_id=None, statuses=(), words="", before=None, limit=9)
    assert (document.source, document.version, document.status) == ("help/a.md", 2, "ready")


async def test_a_file_that_vanished_is_told_about(documents: DocumentTools, tmp_path: Path) -> None:
    (ended,) = await ingest_files(documents, [FoundFile(tmp_path / "gone.md", "gone.md")], "en", lambda _: None)
    assert ended.code == "file_unreadable" and "No such file" in ended.sentence
