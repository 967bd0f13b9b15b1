"""Confidence tells a question that is answered from one that only sounds like it."""

from typing import Any

from app.knowledge.confidence import confidence_of

ORDERS = "订单付款后四十八小时内从杭州仓库发货，节假日顺延，发货后会短信通知快递单号。"


def row(text: str, sure: float = 0.3, question: str | None = None) -> dict[str, Any]:
    return {"sure": sure, "title": "", "heading_path": [], "question": question, "text": text}


def test_nothing_found_is_nothing_sure() -> None:
    assert confidence_of([], ["什么时候发货"], neural=False) == 0


def test_of_two_equal_shares_the_one_that_rests_on_more_telling_words_is_surer() -> None:
    story = "我上周付款的订单到现在仓库还没发货，快递单号也没有短信通知，是不是节假日顺延了"
    chatter = "那个你们现在可以的吗我想请问一下怎么样才能有什么办法可以让我知道多久才发货呢"
    told, chatted = (confidence_of([row(ORDERS)], [asked], neural=False) for asked in (story, chatter))
    assert told > chatted + 0.08


def test_everyday_words_in_common_tell_nothing() -> None:
    said = "how can i get my order when it is not there"
    assert confidence_of([row("how can i do this when it is not there")], [said], neural=False) < confidence_of(
        [row("order tracking parcels warehouse")], [said], neural=False
    )


def test_pairs_of_characters_say_more_than_single_english_words() -> None:
    chinese = confidence_of([row("退货")], ["退货"], neural=False)
    english = confidence_of([row("refund")], ["refund"], neural=False)
    assert chinese > english


def test_things_both_speak_of_count_whatever_they_are_called() -> None:
    assert confidence_of([row("运费由买家承担。")], ["邮费谁出"], neural=False) > confidence_of(
        [row("运费由买家承担。")], ["星期几去"], neural=False
    )


def test_a_trained_model_needs_no_help() -> None:
    assert confidence_of([row(ORDERS, sure=0.61)], ["发货"], neural=True) == 0.61


def test_confidence_stays_within_one() -> None:
    assert confidence_of([row(ORDERS * 3, sure=1.0)], [ORDERS], neural=False) <= 1.0
