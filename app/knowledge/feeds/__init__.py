"""Sources: folders, pages, sitemaps and sites read again and again, so that documents follow their originals."""

from app.knowledge.feeds.errors import FetchFailed
from app.knowledge.feeds.folders import FolderRoots
from app.knowledge.feeds.origin import find_origin
from app.knowledge.feeds.ports import Reply, Wanted, Web
from app.knowledge.feeds.service import note_stopped_sync, start_due
from app.knowledge.feeds.sync import sync_feed
from app.knowledge.feeds.tools import FeedTools

__all__ = [
    "FeedTools",
    "FetchFailed",
    "FolderRoots",
    "Reply",
    "Wanted",
    "Web",
    "find_origin",
    "note_stopped_sync",
    "start_due",
    "sync_feed",
]
