"""An answerer that plays a script, step by step when asked to, so that tests decide when anything is said."""

import asyncio
from collections.abc import AsyncGenerator

from app.answering import (
    AnswerEvent,
    Citation,
    Cited,
    Composer,
    Delta,
    Failed,
    Finished,
    Outcome,
    Question,
    Replaced,
    Started,
)
from app.conversations import Answerer
from app.kernel.ids import new_id

CITATION = Citation(1, new_id(), None, new_id(), "退货政策", ("退货", "时限"), 2, "七天内可以退货。")


class FakeAnswerer:
    """Says `pieces` for any question. With `held`, each piece waits for a permit (`say_next`, `say_all`)."""

    def __init__(self, *pieces: str | Replaced, held: bool = False, outcome: Outcome = Outcome.ANSWERED) -> None:
        self.pieces: tuple[str | Replaced, ...] = pieces or ("您好，", "七天内", "可以退货。😀")
        self.outcome = outcome
        self.citations: tuple[Citation, ...] = (CITATION,)
        self.failure: Exception | Failed | None = None
        self.questions: list[Question] = []
        self.closed = 0
        self.then: Answerer | None = None  # who answers once the script is over
        self._permits = asyncio.Semaphore(0) if held else None

    def hold(self, *pieces: str | Replaced) -> None:
        """From now on says these pieces, each when it is let out."""
        self.pieces, self._permits = pieces, asyncio.Semaphore(0)

    def say_next(self, pieces: int = 1) -> None:
        """Lets so many pieces out."""
        assert self._permits is not None
        for _ in range(pieces):
            self._permits.release()

    def say_all(self) -> None:
        """Holds nothing back from now on."""
        permits, self._permits = self._permits, None
        if permits is not None:
            for _ in range(1_000):
                permits.release()

    def _whole(self) -> str:
        whole = ""
        for piece in self.pieces:
            whole = piece.text if isinstance(piece, Replaced) else whole + piece
        return whole

    async def __call__(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """See the port."""
        self.questions.append(question)
        if self.then is not None:
            async for event in self.then(question):
                yield event
            return
        try:
            yield Started(Composer.GENERATIVE)
            yield Cited(self.citations)
            for piece in self.pieces:
                if self._permits is not None:
                    await self._permits.acquire()
                yield piece if isinstance(piece, Replaced) else Delta(piece)
            if isinstance(self.failure, Failed):
                yield self.failure
                return
            if self.failure is not None:
                raise self.failure
            yield Finished(
                text=self._whole(),
                outcome=self.outcome,
                citations=self.citations,
                suggestions=("怎么寄回？",),
                composer=Composer.GENERATIVE,
                trace={"question": question.text},
            )
        finally:
            self.closed += 1
