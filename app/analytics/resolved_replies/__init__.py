"""What colleagues said in conversations that ended well."""

from app.analytics.resolved_replies.store import DeskReplies

__all__ = ["DeskReplies"]
