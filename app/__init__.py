"""Kefu: customer service that answers from the company's own documents and learns from its people."""

__version__ = "0.1.0"
