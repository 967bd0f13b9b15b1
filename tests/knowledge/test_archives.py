"""A zip of documents: every file a document of its own, every refusal with its code, nothing written outside."""

import io
import stat
import zipfile
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from uuid import UUID

import pytest

from app.adapters.parsing import unpack
from app.adapters.parsing.attachments import attachments
from app.adapters.parsing.blocks import Unreadable
from app.knowledge import DocumentTools, accept_document, get_document
from app.knowledge.document_schemas import DocumentView
from app.knowledge.store import documents as store

Work = Callable[[], Awaitable[list[UUID]]]
TEXT = "# 退货\n\n签收后七天内可以退货。\n".encode()


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        for name, data in entries:
            found.writestr(name, data)
    return file.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def outcome(data: bytes) -> dict[str, str]:
    return {entry.name: entry.code for entry in unpack.entries(data)}


def test_each_entry_is_judged_on_its_own() -> None:
    data = zipped(
        ("政策/退货.md", TEXT),
        ("../evil.md", TEXT),
        ("/etc/passwd", b"x"),
        ("a\\..\\..\\b.md", TEXT),
        (link("link.md"), b"/etc/passwd"),
        ("inner.zip", zipped(("a.md", TEXT))),
        ("__MACOSX/x", b"x"),
    )
    assert outcome(data) == {
        "政策/退货.md": "",
        "../evil.md": "archive_path",
        "/etc/passwd": "archive_path",
        "a/../../b.md": "archive_path",
        "link.md": "archive_link",
        "inner.zip": "archive_nested",
    }


def test_a_name_in_the_old_chinese_code_page_is_read() -> None:
    data = zipped(("AAAAAAAA.md", TEXT)).replace(b"AAAAAAAA.md", "退货政策.md".encode("gb18030") + b"")
    assert list(outcome(data)) == ["退货政策.md"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(("bomb.txt", bytes(40_000_000))), "document_too_complex"),
        (zipped(*((f"{n}.txt", b"x") for n in range(1_001))), "document_too_complex"),
        (zipped(("a.md", TEXT))[:-30], "document_broken"),
        (b"PK\x03\x04" + bytes(100), "document_broken"),
    ],
    ids=["bomb", "crowded", "cut", "junk"],
)
def test_an_archive_is_refused_as_a_whole_before_it_is_unpacked(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(unpack.entries(data))
    assert caught.value.code == code


async def test_a_zip_becomes_documents_under_its_name_with_a_list_of_refusals(
    documents: DocumentTools, work: Work
) -> None:
    data = zipped(("政策/退货.md", TEXT), ("照片.xyz", b"?"), ("空.txt", b""))
    accepted = await accept_document(documents, file_name="资料.zip", data=data)
    await work()
    found = await get_document(documents, accepted.document_id)
    assert (found.status, found.chunk_count) == ("ready", 0)
    unpacked = found.parse_report["unpacked"]
    assert unpacked["refused"] == [
        {"name": "照片.xyz", "code": "document_unsupported", "values": {"extension": "xyz"}},
        {"name": "空.txt", "code": "document_empty"},
    ]
    zh, en = (DocumentView.of(found, locale).remarks for locale in ("zh-CN", "en"))
    assert [(one.name, one.code) for one in zh] == [("照片.xyz", "document_unsupported"), ("空.txt", "document_empty")]
    assert ".xyz" in zh[0].message
    assert all(one.message and one.message != other.message for one, other in zip(zh, en, strict=True))
    inner = await get_document(documents, UUID(unpacked["documents"][0]))
    assert (inner.source, inner.status, inner.title) == ("资料.zip/政策/退货.md", "ready", "退货")
    async with documents.database.reading() as session:
        assert len(await store.list_chunks(session, inner.id)) == 1


def mail_with(*files: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "退货单据", "lin@example.com"
    mail.set_content("单据在附件里。")
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def test_attachments_are_judged_like_the_entries_of_an_archive() -> None:
    data = mail_with(("退货.md", TEXT), ("../evil.md", TEXT), ("内.zip", zipped(("a.md", TEXT))), ("退货.md", TEXT))
    found = [(entry.name, entry.code) for entry in attachments(data)]
    assert found == [
        ("退货.md", ""),
        ("../evil.md", "archive_path"),
        ("内.zip", "archive_nested"),
        ("退货.md", "archive_twice"),
    ]
    crowded = list(attachments(mail_with(*((f"{n}.txt", b"x") for n in range(102)))))
    assert len(crowded) == 101 and crowded[-1].code == "document_too_complex"


async def test_a_mail_is_read_and_its_attachments_become_documents(documents: DocumentTools, work: Work) -> None:
    data = mail_with(("退货.md", TEXT), ("照片.xyz", b"?"))
    accepted = await accept_document(documents, file_name="来信.eml", data=data)
    await work()
    mail = await get_document(documents, accepted.document_id)
    assert (mail.status, mail.title, mail.chunk_count) == ("ready", "退货单据", 1)
    unpacked = mail.parse_report["unpacked"]
    assert [refused["code"] for refused in unpacked["refused"]] == ["document_unsupported"]
    inner = await get_document(documents, UUID(unpacked["documents"][0]))
    assert (inner.source, inner.status, inner.title) == ("来信.eml/退货.md", "ready", "退货")
