"""The served Kefu with a scripted answerer, and its customer, as the tests of conversations have them."""

from tests.conversations.conftest import answerer, chat, customer

__all__ = ["answerer", "chat", "customer"]
