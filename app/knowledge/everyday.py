"""Words of everyday questions that say little about their subject, for bases too small to learn that themselves."""

from functools import cache

import numpy as np
import numpy.typing as npt

from app.knowledge.lexical import terms_of

EVERYDAY = (
    *"的了是我你您在有和就不人都个也很到说要去会着这那吧啊呢吗么呀想请问下能可得过对为与及或其把被让给从还又再才只最更太",
    *(
        "怎么",
        "怎么样",
        "怎么办",
        "如何",
        "什么",
        "可以",
        "可以吗",
        "多少",
        "多久",
        "哪里",
        "哪些",
        "为什么",
        "为何",
        "能不能",
        "是不是",
    ),
    *(
        "有没有",
        "请问",
        "一下",
        "我的",
        "你们",
        "我们",
        "如果",
        "需要",
        "应该",
        "可能",
        "这个",
        "那个",
        "就是",
        "没有",
        "不能",
        "知道",
        "时候",
    ),
    "the a an is are was am be been to of in on at for from with and or if i my me we our you your it its",
    "this that these do does did done can could will would should may have has had how what when where which who why",
    "there here any some not no so but about by as please want need get know tell help",
)
# Share of ordinary passages such a word stands in; rough is enough.
_SHARE = 0.4


@cache
def _shares() -> dict[int, float]:
    return {int(term): _SHARE for said in EVERYDAY for term in terms_of(said).ids}


def commonness(ids: npt.NDArray[np.int32]) -> list[float]:
    """For each term the share of ordinary passages it stands in; 0 for words that say something."""
    shares = _shares()
    return [shares.get(term, 0.0) for term in ids.tolist()]
