"""Where an embedder's answers begin to be believed: set on questions the bases cannot answer, not by a feeling.

Two kinds of such questions are asked: everyday ones about anything else, and the bases' own FAQ questions with
their own answer taken out of the results. The threshold is the confidence that hardly any of the first kind
reach; the near threshold the similarity that hardly any of the second kind reach.
"""

from collections.abc import Sequence

from app.knowledge.canonical import canonical_text
from app.knowledge.confidence import confidence_of
from app.knowledge.defaults import DEFAULTS, HASHED, OPENAI
from app.knowledge.domain import Audience
from app.knowledge.embedders import Loaded
from app.knowledge.lexical import terms_of
from app.knowledge.search import ranking_of
from app.knowledge.store.eligibility import Reader
from app.knowledge.store.faqs import sample_questions
from app.knowledge.store.search import Asked, Found, find_passages
from app.knowledge.tools import SearchTools

TARGET, NEAR_TARGET = 0.02, 0.01
# Of the everyday questions some may be what a base is about after all (health, encyclopaedias), so for weight-free
# vectors, whose confidence means much the same in every base, the highest tenth is left out and the default leads.
# kind: share of everyday questions left out, what is added to the highest other, bounds in shares of the default
_BY_KIND = {HASHED: (0.1, 0.05, 0.9, 1.1), OPENAI: (TARGET, 0.02, 0.8, 1.5)}
SAMPLE, FEWEST = 200, 20
# A question below the threshold is asked back from the confidence on that a quarter of the everyday ones reach.
ASK_TARGET, ASK_LEAST, ASK_MOST = 0.25, 0.65, 0.9
ELSEWHERE = (
    "明天会下雨吗",
    "北京到上海的高铁多久一班",
    "帮我写一首关于秋天的诗",
    "世界杯冠军是谁",
    "一公斤等于多少磅",
    "红烧肉怎么做才好吃",
    "最近有什么好看的电影",
    "附近有什么好吃的火锅店",
    "给我讲个笑话",
    "唐朝有多少位皇帝",
    "怎么学好英语口语",
    "孩子发烧了怎么办",
    "今年春节是几月几号",
    "推荐几个周末去玩的地方",
    "股票现在能买吗",
    "猫为什么喜欢抓沙发",
    "太阳离地球有多远",
    "怎么写辞职报告",
    "法国的首都是哪里",
    "跑步膝盖疼是怎么回事",
    "用 Python 怎么读取文件",
    "感冒了吃什么药",
    "第二次世界大战哪一年结束",
    "怎么追女孩子",
    "驾照丢了去哪里补办",
    "公积金怎么提取",
    "高考什么时候报名",
    "今晚吃什么",
    "你几岁了",
    "帮我算一下 35 乘 27",
    "what is the weather like tomorrow",
    "who won the football world cup",
    "write me a poem about autumn",
    "how do I cook rice",
    "tell me a joke",
    "how far is the moon",
    "what should I name my cat",
    "which films are good this year",
    "how many ounces are in a pound",
    "what is the capital of Australia",
    "my knee hurts when I run",
    "book me a flight to Tokyo",
    "how do I learn to play the guitar",
    "translate good morning into Spanish",
    "is it a good time to buy shares",
    "recommend a restaurant near me",
    "what time is it in New York",
    "how old are you",
    "how do I read a file in Python",
    "how do plants make food",
)


async def calibrate(tools: SearchTools, loaded: Loaded) -> tuple[float, dict[str, object]]:
    """The threshold of confidence for an embedder over today's knowledge, and how it was found."""
    default, calibration = DEFAULTS[loaded.card.kind]
    async with tools.database.reading() as session:
        own = await sample_questions(session, SAMPLE)
    far = [
        confidence_of(found.rows, [question], neural=loaded.neural)
        for question, found in zip(ELSEWHERE, await _ask(tools, loaded, ELSEWHERE), strict=True)
    ]
    if max(far, default=0.0) == 0.0:
        return default, dict(calibration)  # nothing to search in yet
    left_out, margin, _, _ = _BY_KIND[loaded.card.kind]
    threshold = bounded(loaded.card.kind, _share_above(far, left_out) + margin)
    least = float(calibration["near"])
    near = least
    if len(own) >= FEWEST:
        answers = await _ask(tools, loaded, [question for _, question in own])
        wrong = [_wrong_similarity(found, faq_id) for found, (faq_id, _) in zip(answers, own, strict=True)]
        near = _between(_share_above(wrong, NEAR_TARGET) + 0.01, least, 0.97)
    asks = _between(_share_above(far, ASK_TARGET) / threshold, ASK_LEAST, ASK_MOST)
    found_by = {
        "source": "calibrated",
        "ask_share": round(asks, 3),
        "questions": len(far),
        "own_questions": len(own),
        "target": TARGET,
    }
    return round(threshold, 4), {"near": round(near, 4), **found_by}


def bounded(kind: str, threshold: float) -> float:
    """Everyday questions are few and easy, so they may move a kind's default only so far."""
    default, _ = DEFAULTS[kind]
    _, _, least, most = _BY_KIND[kind]
    return _between(threshold, default * least, default * most)


async def _ask(tools: SearchTools, loaded: Loaded, questions: Sequence[str]) -> list[Found]:
    answers: list[Found] = []
    vectors = await loaded.embedder.embed(questions, "query")
    for question, vector in zip(questions, vectors, strict=True):
        async with tools.database.reading() as session:
            answers.append(
                await find_passages(
                    session,
                    ranking_of(loaded),
                    [Asked(terms_of(question), vector, canonical_text(question))],
                    base_ids=None,
                    reader=Reader(Audience.STAFF.readable()),
                    limit=5,
                )
            )
    return answers


def _wrong_similarity(found: Found, faq_id: object) -> float:
    """How alike the most similar question with another answer is."""
    others = (float(row["vector_score"]) for row in found.rows if row["faq_id"] not in (None, faq_id))
    return max(others, default=0.0)


def _share_above(values: Sequence[float], share: float) -> float:
    """The value that at most this share of them exceed."""
    ranked = sorted(values, reverse=True)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def _between(value: float, low: float, high: float) -> float:
    return min(high, max(low, value))
