"""Canaries: one secret for each kind of reader, each in a passage and in a curated answer, all about the same thing."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app.kernel.clock import now
from app.knowledge import NewChunk, SearchTools, add_faq
from app.knowledge.bases.domain import BaseSettings
from app.knowledge.domain import Audience
from app.knowledge.editing.service import disable_chunk
from app.knowledge.store.bases import add_base_row
from app.knowledge.store.chunks import set_channels, set_validity
from app.knowledge.store.documents import list_chunks
from tests.knowledge.indexing import add_document

EXACT = "北仓库的门禁口令是什么？"
QUESTIONS = (
    EXACT,
    "请问一下北仓库的门禁口令是什么呀",
    "北仓库门禁现在用哪个口令？",
    "北仓库口令",
    "我上周去北仓库提货的时候忘了门禁口令，保安让我联系客服，请问现在该怎么办，口令到底是多少？",
)
SETTINGS: dict[str, BaseSettings] = {
    "open": BaseSettings("open"),
    "member": BaseSettings("member", audience=Audience.SIGNED_IN),
    "gold": BaseSettings("gold", audience=Audience.TIERS, tiers=("gold", "platinum")),
    "silver": BaseSettings("silver", audience=Audience.TIERS, tiers=("silver",)),
    "staff": BaseSettings("staff", audience=Audience.STAFF),
    "wechat": BaseSettings("wechat", channels=("wechat",)),
    "bound": BaseSettings("bound"),
    "expired": BaseSettings("expired"),
    "future": BaseSettings("future"),
    "disabled": BaseSettings("disabled"),
}


def canary(kind: str) -> str:
    """The secret of a kind."""
    return f"zq{kind}7"


@dataclass(frozen=True)
class Who:
    """A reader: audience, tier, channel (None: whatever the channel)."""

    audience: Audience = Audience.PUBLIC
    tier: str | None = None
    channel: str | None = "web"

    def may_see(self, kind: str) -> bool:
        """What the rules say, written down apart from the program's own filters."""
        staff = self.audience is Audience.STAFF
        known = self.audience is Audience.SIGNED_IN
        return {
            "open": True,
            "member": staff or known,
            "gold": staff or (known and self.tier in ("gold", "platinum")),
            "silver": staff or (known and self.tier == "silver"),
            "staff": staff,
            "wechat": self.channel in (None, "wechat"),
            "bound": self.channel in (None, "wechat"),
        }.get(kind, False)

    def forbidden(self) -> list[str]:
        """The secrets this reader must never see."""
        return [canary(kind) for kind in SETTINGS if not self.may_see(kind)]

    def allowed(self) -> list[str]:
        """The secrets this reader may see."""
        return [canary(kind) for kind in SETTINGS if self.may_see(kind)]


@dataclass
class Planted:
    """Where the canaries are: the base, document and FAQ of each kind."""

    bases: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)
    faqs: dict[str, UUID] = field(default_factory=dict)


async def plant(tools: SearchTools) -> Planted:
    """Puts one canary of every kind into the index."""
    planted = Planted()
    for kind, settings in SETTINGS.items():
        async with tools.database.transaction() as session:
            base_id = planted.bases[kind] = await add_base_row(session, settings)
        secret = canary(kind)
        texts = (f"北仓库的门禁口令是 {secret}，请勿外传。", "东门的停车场晚上十点关闭。")
        chunks = [NewChunk(position, (), None, text) for position, text in enumerate(texts)]
        planted.documents[kind] = await add_document(tools, f"{kind} 手册", chunks, base_id)
        if kind != "disabled":
            ways = [EXACT, f"北仓库的口令 {secret} 怎么改？"]
            planted.faqs[kind] = await add_faq(tools, ways, f"门禁口令是 {secret}。", base_id)
        await _limit(tools, kind, [planted.documents[kind], *([planted.faqs[kind]] if kind in planted.faqs else [])])
    return planted


async def _limit(tools: SearchTools, kind: str, owners: list[UUID]) -> None:
    day = timedelta(days=1)
    async with tools.database.transaction() as session:
        for owner_id in owners:
            if kind == "expired":
                await set_validity(session, owner_id, now() - 2 * day, now() - day)
            elif kind == "future":
                await set_validity(session, owner_id, now() + day, None)
            elif kind == "bound":
                await set_channels(session, owner_id, ["wechat"])
    if kind == "disabled":
        async with tools.database.reading() as session:
            chunks = await list_chunks(session, owners[0])
        await disable_chunk(tools, chunks[0].id)
