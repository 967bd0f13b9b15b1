"""Bases, documents, FAQs, chunks, embedders; documents in, passages out."""
