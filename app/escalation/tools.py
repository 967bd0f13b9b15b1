"""What escalation works with."""

from dataclasses import dataclass, field

from app.conversations import ConversationTools
from app.escalation.aftercare import Aftercare
from app.escalation.canned.ports import Spell
from app.kernel.database import Database


@dataclass
class OneAtATime:
    """Whether this process is giving out conversations right now, and whether it should look once more."""

    busy: bool = False
    again: bool = False


@dataclass(frozen=True)
class EscalationTools:
    """The database, the conversations, and the one who gives them out in this process."""

    database: Database
    conversations: ConversationTools
    spell: Spell
    aftercare: Aftercare
    giving_out: OneAtATime = field(default_factory=OneAtATime)
