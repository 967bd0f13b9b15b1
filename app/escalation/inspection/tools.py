"""What inspection works with."""

from dataclasses import dataclass

from app.conversations import RatingLookup, no_ratings
from app.kernel.database import Database
from app.model_registry import ChatModel


@dataclass(frozen=True)
class InspectionTools:
    """The database, customers' votes, and a model that judges where one is configured."""

    database: Database
    judge: ChatModel | None = None
    ratings: RatingLookup = no_ratings
