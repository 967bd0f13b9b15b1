"""What identifies a person is found by shape and check digits, and masked; what only looks like it stays."""

import pytest

from app.kernel.personal import find_personal, mask_personal, without_personal_values


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("手机13812345678谢谢", "phone", "13812345678"),
        ("手机 138-1234-5678", "phone", "138-1234-5678"),
        ("+86 138 1234 5678", "phone", "+86 138 1234 5678"),
        ("座机 021-62345678", "phone", "021-62345678"),
        ("１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
        ("call (212) 555-1234 now", "phone", "(212) 555-1234"),
        ("call +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("身份证 11010519491231002X", "id_number", "11010519491231002X"),
        ("身份证 11010519491231002x。", "id_number", "11010519491231002x"),
        ("ssn 078-05-1126", "id_number", "078-05-1126"),
        ("卡号 6222021234567890128", "card_number", "6222021234567890128"),
        ("card 4095-2609-9393-4932", "card_number", "4095-2609-9393-4932"),
        ("车牌沪A12345", "plate", "沪A12345"),
        ("车牌 粤B·D12345", "plate", "粤B·D12345"),
        ("邮箱 li.lei+1@mail.example.com，", "email", "li.lei+1@mail.example.com"),
        ("寄到上海市浦东新区世纪大道100号3号楼502室", "address", "上海市浦东新区世纪大道100号3号楼502室"),
        ("I live at 221 Baker Street, Apt 4", "address", "221 Baker Street, Apt 4"),
    ],
)
def test_personal_values_are_found_with_their_kind(text: str, kind: str, value: str) -> None:
    assert [(one.kind.value, one.value) for one in find_personal(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "订单号 2026112200012345",
        "身份证 110105194912310021",
        "卡号 6222021234567890127",
        "热线 400-820-8820",
        "运单号 SF1234567890123",
        "型号 X-200 Pro，第 12345678 批",
        "2026-11-22 14:30",
        "价格 1,299.00 元",
        "重量 13812345678901 克",
        "京东自营",
        "这条路修好了，走 3 号出口",
        "version 1.2.3.4",
        "看 https://a.example/13812345678901",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert mask_personal(text) == text


def test_masks_follow_the_language_and_published_values_stay() -> None:
    assert without_personal_values("打 13812345678") == "打 〔电话〕"
    assert without_personal_values("call 13812345678") == "call [phone]"
    assert mask_personal("打 138-1234-5678 或 13912345678", keep="客服 13812345678") == "打 138-1234-5678 或 〔电话〕"
