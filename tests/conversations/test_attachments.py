"""Files in a conversation: what is taken, what is made of it, who may read it, and that nothing of it stays behind."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from app.accounts import Role
from app.conversations.attachments import AttachmentTools, erase_attachments, tidy_uploads
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving

MANY_MB = 2
BOT_LINE = "附件我打不开"


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **saved)
    return out.getvalue()


def photo() -> bytes:
    """As a telephone makes one: lying on its side, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    return picture(exif=exif)


def office(part: str, *more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


PDF = b"%PDF-1.7\n%more"
TAKEN = {
    "a.png": (picture("PNG"), "image/png"),
    "a.webp": (picture("WEBP"), "image/webp"),
    "a.gif": (picture("GIF"), "image/gif"),
    "单据.pdf": (PDF, "application/pdf"),
    "a.txt": ("订单号 ND2611200001".encode("gb18030"), "text/plain"),
    "a.docx": (office("word/document.xml"), None),
    "a.xlsx": (office("xl/workbook.xml"), None),
}
REFUSED = {
    "a.html": b"<html><script>alert(1)</script>",
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a.exe": b"MZ\x90\x00",
    "a.zip": office("hello"),
    "a.docx": office("word/document.xml", "word/vbaProject.bin"),
    "binary.txt": b"\x00\x01\x02",
    "cut.docx": office("word/document.xml")[:60],
}


@pytest.fixture
async def small(settings: Settings, answerer: FakeAnswerer) -> Any:
    """A Kefu that takes files up to two megabytes."""
    async with serving(settings.model_copy(update={"attachment_limit_mb": MANY_MB}), answerer) as served:
        yield served


async def upload(customer: Customer, name: str, data: bytes) -> httpx.Response:
    path = f"{customer.path}/attachments"
    return await customer.client.post(path, params={"name": name}, content=data, headers=customer.headers)


async def attached(customer: Customer, name: str = "a.png", data: bytes | None = None) -> dict[str, Any]:
    answer = await upload(customer, name, picture("PNG") if data is None else data)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def read(customer: Customer, attachment: dict[str, Any], tail: str = "", **headers: str) -> httpx.Response:
    path = f"{customer.path}/attachments/{attachment['attachment_id']}{tail}"
    return await customer.client.get(path, headers=headers or customer.headers)


async def send(customer: Customer, words: str, *files: dict[str, Any]) -> httpx.Response:
    ids = [one["attachment_id"] for one in files]
    return await customer.post("/messages", {"client_id": str(new_id()), "text": words, "attachments": ids})


async def test_each_kind_is_told_by_its_content_and_read_back_as_a_download(customer: Customer) -> None:
    for name, (data, media_type) in TAKEN.items():
        kept = await attached(customer, name, data)
        assert kept["name"] == name and (media_type is None or kept["media_type"] == media_type)
        assert ("width" in kept) == kept["media_type"].startswith("image/")
        answer = await read(customer, kept)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["content-security-policy"]
        if not kept["media_type"].startswith("image/"):
            assert answer.content == data
    renamed = await attached(customer, "../../etc/照片\u202egpj.exe", picture("PNG"))
    assert renamed["name"] == "照片_gpj.exe.png"


async def test_what_is_none_of_them_is_refused_whatever_its_name(small: Served) -> None:
    customer = await Customer.begin(small.client())
    for name, data in REFUSED.items():
        answer = await upload(customer, name, data)
        assert (answer.status_code, answer.json()["code"]) == (415, "attachment_unsupported"), name
    for data, status, code in (
        (b"", 422, "attachment_empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, 422, "attachment_broken"),
        (picture("PNG", (8_000, 8_000)), 422, "attachment_broken"),
        (PDF + b"x" * (MANY_MB * 1024 * 1024), 413, "attachment_too_large"),
        (PDF + b"x" * ((MANY_MB + 2) * 1024 * 1024), 413, "attachment_too_large"),
    ):
        answer = await upload(customer, "a.png", data)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "2 MB" in answer.json()["detail"]


async def test_a_photo_stands_upright_and_tells_nothing_of_its_camera(customer: Customer) -> None:
    kept = await attached(customer, "IMG_0042.jpg", photo())
    assert (kept["width"], kept["height"]) == (600, 900)
    for tail, kind in (("", "JPEG"), ("/thumbnail", "WEBP")):
        answer = await read(customer, kept, tail)
        assert b"Secret Camera" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as image:
            assert (image.format, len(image.getexif())) == (kind, 0)
            assert image.height > image.width and (not tail or max(image.size) <= 640)


async def test_files_go_with_a_message_and_the_bot_says_that_it_cannot_read_them(
    customer: Customer, answerer: FakeAnswerer
) -> None:
    first, second = await attached(customer, "一.png"), await attached(customer, "二.pdf", PDF)
    assert (await send(customer, "", second, first)).json()["answer_id"] is None
    shown = await customer.snapshot()
    said, line = shown["messages"]
    assert said["attachments"] == [second, first] and said["text"] == ""
    assert line["role"] == "bot" and BOT_LINE in line["text"] and "转人工" in line["text"]
    reading = await customer.read_until("message.created", 2)
    assert reading.events[0].data["attachments"] == [second, first]
    assert answerer.questions == [], "nobody answers what nobody asked"

    third = await attached(customer)
    assert (await send(customer, "这个多少钱？", third)).json()["answer_id"]
    await customer.read_until("answer.completed")
    [question] = answerer.questions
    assert question.text == "这个多少钱？" and "" not in [turn.text for turn in question.history]
    await customer.post("/handoff")
    before = len((await customer.snapshot())["messages"])
    await send(customer, "", await attached(customer))
    assert len((await customer.snapshot())["messages"]) == before + 1, "people can read it, so nobody says otherwise"


async def test_a_file_is_sent_once_by_whoever_uploaded_it(chat: Served, customer: Customer) -> None:
    kept, other = await attached(customer), await Customer.begin(chat.client())
    assert (await send(other, "看", kept)).json()["code"] == "attachment_gone"
    assert (await send(customer, "看", kept)).status_code == 202
    assert (await send(customer, "再看", kept)).json()["code"] == "attachment_gone"
    for form in ({"text": ""}, {"text": "看", "attachments": [str(new_id())] * 2}, {"attachments": []}):
        refused = await customer.post("/messages", {"client_id": "x", **form})
        assert refused.status_code == 422, form
    path = f"{customer.path}/attachments/{kept['attachment_id']}"
    assert (await customer.client.delete(path, headers=customer.headers)).status_code == 404, "sent is sent"
    unsent = await attached(customer)
    path = f"{customer.path}/attachments/{unsent['attachment_id']}"
    assert [(await customer.client.delete(path, headers=customer.headers)).status_code for _ in range(2)] == [204, 404]


async def test_only_the_conversations_own_people_read_its_files(chat: Served, customer: Customer) -> None:
    kept, other = await attached(customer), await Customer.begin(chat.client())
    agent, integrator = await chat.signed_in(Role.AGENT), await chat.keyed(Role.INTEGRATOR)
    path = f"{customer.path}/attachments/{kept['attachment_id']}"
    assert (await customer.client.get(path)).status_code == 401
    assert (await customer.client.get(path, headers=other.headers)).status_code == 404
    assert (
        await other.client.get(path.replace(customer.conversation_id, other.conversation_id), headers=other.headers)
    ).status_code == 404
    assert (await integrator.get(path)).status_code == 403
    assert (await agent.get(path)).status_code == 200 and (await agent.get(f"{path}/thumbnail")).status_code == 200

    await customer.post("/handoff")
    await agent.post(f"{customer.path}/take-over")
    sent = (await agent.post(f"{customer.path}/attachments", params={"name": "发票.pdf"}, content=PDF)).json()
    form = {"client_id": "r1", "text": "", "attachments": [sent["attachment_id"]]}
    assert (await send(customer, "偷", sent)).json()["code"] == "attachment_gone", "not the customer's to send"
    assert (await agent.post(f"{customer.path}/replies", json=form)).status_code == 201
    assert (await read(customer, sent)).content == PDF
    page = (await agent.get(f"/desk/conversations/{customer.conversation_id}")).text
    assert "发票.pdf" in page


async def test_what_was_never_sent_is_swept_and_an_erased_conversation_leaves_nothing(
    chat: Served, customer: Customer, database: Database, settings: Settings
) -> None:
    tools: AttachmentTools = chat.tools[AttachmentTools]
    kept, forgotten = await attached(customer), await attached(customer)
    await send(customer, "看", kept)
    async with database.transaction() as session:
        await session.execute(text("UPDATE attachment SET created_at = created_at - :age"), {"age": timedelta(days=2)})
    await tidy_uploads(tools)
    assert (await read(customer, forgotten)).status_code == 404 and (await read(customer, kept)).status_code == 200
    folder = Path(settings.data_dir) / "blobs" / "attachments" / customer.conversation_id
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 2
    for _ in range(2):
        await erase_attachments(tools, UUID(customer.conversation_id))
    assert not [one for one in folder.rglob("*") if one.is_file()]
    assert (await read(customer, kept)).status_code == 404
