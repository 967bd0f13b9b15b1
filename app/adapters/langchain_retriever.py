"""Kefu's search as a LangChain retriever, for those who build their own chains on it."""

from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from app.knowledge import Audience, Hit, SearchRequest, SearchTools, search_passages


class KefuRetriever(BaseRetriever):
    """Passages and curated answers for a question, best first; only asynchronous."""

    tools: Any
    limit: int = 8
    audience: Audience = Audience.PUBLIC
    only_answerable: bool = False

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        assert isinstance(self.tools, SearchTools)
        found = await search_passages(self.tools, SearchRequest([query], audience=self.audience, limit=self.limit))
        if self.only_answerable and not found.answerable:
            return []
        return [document_of(hit) for hit in found.hits]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        raise NotImplementedError("search is asynchronous: use ainvoke")


def document_of(hit: Hit) -> Document:
    """A hit as LangChain's document; what a citation needs is in its metadata."""
    return Document(
        id=str(hit.chunk_id),
        page_content=hit.text,
        metadata={
            "document_id": str(hit.document_id) if hit.document_id else None,
            "faq_id": str(hit.faq_id) if hit.faq_id else None,
            "base_id": str(hit.base_id),
            "title": hit.title,
            "heading_path": list(hit.heading_path),
            "page": hit.page,
            "question": hit.question,
            "score": hit.score,
        },
    )
