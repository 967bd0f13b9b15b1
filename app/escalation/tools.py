"""What escalation works with."""

from dataclasses import dataclass, field

from app.answering.versions import Kept, Unchanging
from app.conversations import ConversationTools
from app.escalation.aftercare import Aftercare
from app.escalation.canned.ports import Spell
from app.escalation.rules.domain import RuleSet, default_rules
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
    rules: Kept[RuleSet] = field(default_factory=lambda: Unchanging(RuleSet(0, default_rules())))
    giving_out: OneAtATime = field(default_factory=OneAtATime)
