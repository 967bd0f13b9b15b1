"""What a model says passes here before anybody sees it: a little is held back, so that nothing shows in halves."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from app.answering.domain import Language
from app.answering.guard.leak import SEED, Rules, letters
from app.answering.guard.links import LINK, host_of, hosts_in, may_lead_to
from app.answering.guard.repetition import first_round
from app.answering.guard.secrets import find_secrets
from app.answering.guard.words import STRICTNESS, Action, WordFilter
from app.kernel.personal import bare, find_personal, masks_for

# How much is ever held back; whatever is longer in one piece is nothing a person would say.
MOST_HELD = 200
# How much of what was shown is looked at again: less than what would have been held back.
LOOKED_BACK = 24
_RUN = re.compile(r"(?:[!-~]|(?<=\d)[ -](?=\d)|(?<=\d)[ -]$)+$")
_PLAIN_WORD = re.compile(r"^[A-Za-z']{1,9}[,.!?:;]?$")
_CHECK_LOOP_EVERY = 80
NO_WORDS = WordFilter()
MASKS = {
    "zh": {"secret": "〔已隐藏〕", "link": "〔链接已移除〕", "word": "＊"},
    "en": {"secret": "[hidden]", "link": "[link removed]", "word": "*"},
}


@dataclass(frozen=True)
class Published:
    """What may be said because the company says it itself, or the customer did: passages and the question."""

    text: str
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *texts: str, hosts: Collection[str] = (), only_listed: bool = False) -> "Published":
        """From texts, and hosts that may always be linked to; only_listed: no others, whatever the texts link to."""
        whole = "\n".join(texts)
        return cls(whole, frozenset(hosts) if only_listed else hosts_in(whole) | frozenset(hosts))


@dataclass
class OutputGuard:
    """One answer's guard. stopped: why nothing more may be said, `leak`, `secret`, `repetition` or a word's action."""

    rules: Rules
    published: Published
    language: Language = "zh"
    words: WordFilter = NO_WORDS
    stopped: str | None = None
    noted: dict[str, int] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    shown: str = ""
    _held: str = ""
    _looked_at: int = 0
    _known: str | None = None
    _bare: str | None = None

    def feed(self, text: str) -> str:
        """What can be shown now."""
        if self.stopped or not text:
            return ""
        self._held += text
        return self._let_go(self._open_at())

    def end(self) -> str:
        """The rest."""
        return "" if self.stopped else self._let_go(len(self._held))

    def _let_go(self, cut: int) -> str:
        self._stop_where_needed()
        if self.stopped:
            self._held = ""
            return ""
        cut, masked = self._masked(cut)
        self._held = self._held[cut:]
        self.shown += masked
        self._stop_in_circles()
        return masked

    def _open_at(self) -> int:
        """From where on the held text may still become something that must not be shown."""
        held, size = self._held, len(self._held)
        around = self.shown[-LOOKED_BACK:]
        places = [self.words.open_at(held), size]
        open_rules = self.rules.open_at(around + held) - len(around)
        places.append(max(0, open_rules))
        run = _RUN.search(held)
        if run is not None and (self.shown or not _PLAIN_WORD.match(run[0])):
            places.append(run.start())
        return max(min(places), size - MOST_HELD)

    def _stop_where_needed(self) -> None:
        around = self.shown[-LOOKED_BACK:] + self._held
        if len(self._held) >= SEED and self.rules.leaked(around, self._published_letters()):
            self.stopped = "leak"
            return
        if "PRIVATE KEY-" in self._held:
            self.stopped = "secret"
            return
        for hit in self.words.find(around):
            self.categories.add(hit.category)
            if STRICTNESS[hit.action] >= STRICTNESS[Action.HAND_OVER]:
                self.stopped = hit.action.value
                return

    def _stop_in_circles(self) -> None:
        if len(self.shown) - self._looked_at < _CHECK_LOOP_EVERY:
            return
        self._looked_at = len(self.shown)
        if first_round(self.shown) is not None:
            self.stopped = "repetition"

    def _masked(self, cut: int) -> tuple[int, str]:
        """The held text up to a cut with masks in it; the cut moves behind a thing it would go through."""
        held, context = self._held, self.shown[-LOOKED_BACK:]
        spans = sorted(self._spans(held, context))
        pieces, at = [], 0
        for start, end, kind, mask in spans:
            if start < at or start >= cut:
                continue
            cut = max(cut, end)
            pieces += [held[at:start], mask]
            at = end
            self.noted[kind] = self.noted.get(kind, 0) + 1
        return cut, "".join([*pieces, held[at:cut]])

    def _spans(self, held: str, context: str) -> list[tuple[int, int, str, str]]:
        masks, spans = MASKS[self.language], []
        for begin, stop in find_secrets(context + held):
            start, end = begin - len(context), stop - len(context)
            if start >= 0 and not self._is_published(held[start:end]):
                spans.append((start, end, "secret", masks["secret"]))
        for link in LINK.finditer(held):
            if not may_lead_to(host_of(link[0]), self.published.hosts):
                spans.append((*link.span(), "link", masks["link"]))
        for one in find_personal(held):
            if not self._is_published(one.value):
                spans.append((one.start, one.end, one.kind.value, masks_for(self.language)[one.kind]))
        for hit in self.words.find(held):
            if hit.action is Action.MASK:
                spans.append((hit.start, hit.end, "word", masks["word"] * (hit.end - hit.start)))
            else:
                self.noted["word"] = self.noted.get("word", 0) + 1
        return spans

    def _is_published(self, value: str) -> bool:
        if self._bare is None:
            self._bare = bare(self.published.text)
        return bare(value) in self._bare

    def _published_letters(self) -> str:
        if self._known is None:
            self._known = letters(self.published.text)
        return self._known
