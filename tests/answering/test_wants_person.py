"""Customers ask for a person in a hundred ways, and talk of people in a hundred others."""

import pytest

from app.answering.wants_person import wants_person

ASKS = """
转人工|人工|人工客服|转人工！！！|我要转人工|请帮我转人工客服|麻烦转接人工|能不能转人工啊|可以转人工吗|给我转人工吧|直接转人工|人工服务
真人|我要真人|找真人|找个人来|帮我找个人|叫你们客服来|叫客服|找客服|我要找客服|换个人来跟我说|换真人|让我跟真人聊|想和真人说话|有真人吗|有人工吗
有人在吗|有没有人啊|不要机器人|我不想跟机器人聊天|别用机器人回答了，给我找个人|转接客服|接人工|切换人工|联系人工客服|呼叫人工|轉人工|我要找真人客服
帮我接通人工客服|你们经理呢，叫经理来|我要和你们主管谈|转人功|zhuan ren gong|转 人 工|人工人工人工|说了半天听不懂，转人工|算了，还是找人工吧|人工在吗
怎么转人工|如何联系人工客服|听不懂你说什么，换人|我需要人工帮助
talk to a human|I want to talk to a person|can I speak to someone|let me speak with an agent|human please|agent|representative|real person
I need a real person|connect me to customer service|transfer me to an agent|Can I chat with a live agent?|get me a human|live agent please|speak to a manager
I don't want to talk to a bot|is there anyone there I can talk to|please put me through to support|I'd like to speak with a representative about my order
could you transfer me to a real human being|I'd rather talk to a human|customer service
"""
DOES_NOT = """
人工智能是什么|你们的人工智能耳机怎么样|人工费多少钱|维修要收人工费吗|人工客服几点上班|人工服务时间是几点到几点|客服电话是多少|你是真人吗|你是机器人还是人工
不用转人工|先不转人工，我再问一个|不需要人工|别转人工|有真人语音提示吗|真人发声的闹钟怎么关|怎么找订单|找不到人脸识别的设置|换货要找谁|退货怎么办理|客服说可以退，怎么退
送货的人什么时候来|可以两个人一起用吗|别人送的耳机能退吗|家里没人怎么收货|本人不在可以代收吗|转卖给别人还能保修吗|有人说电池会鼓包，是真的吗|联系不上快递员怎么办
How many people can share one account?|Can a person return an item without a receipt?|human resources department address|are you a human|are you a bot
what are the opening hours of customer service|what is your customer service phone number|don't transfer me to an agent|I don't need to talk to a person
Does the watch support talking to Siri?|How do I connect the earbuds to my phone?|can someone else sign for my parcel|Is there someone home required for delivery?
who pays for return shipping|real leather or fake?|can I give it to another person|user agent string of the app|switch to dark mode
"""


def lines(table: str) -> list[str]:
    return [phrase for line in table.strip().splitlines() for phrase in line.split("|")]


@pytest.mark.parametrize("phrase", lines(ASKS))
def test_this_asks_for_a_person(phrase: str) -> None:
    assert wants_person(phrase)


@pytest.mark.parametrize("phrase", lines(DOES_NOT))
def test_this_does_not(phrase: str) -> None:
    assert not wants_person(phrase)
