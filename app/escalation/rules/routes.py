"""JSON routes of escalation rules: read, change, and replay on what has been."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.versions import Versions
from app.escalation.queues.domain import Priority
from app.escalation.rules import service
from app.escalation.rules.domain import Action, Kind, Rule, RuleSet
from app.escalation.tools import EscalationTools
from app.kernel.ids import new_id
from app.kernel.web import tool
from app.kernel.wire import Moment, VisibleText, Wire

router = APIRouter(prefix="/api/v1/escalation-rules", tags=["escalation rules"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]
IfMatch = Annotated[int, Header(alias="If-Match", ge=0, description="The version the change was made from.")]
PRIORITIES = {one.name.lower(): one for one in Priority}


class RuleForm(Wire):
    """One rule; the first one is always `explicit`, on, and of the action `queue`."""

    rule_id: UUID | None = None
    kind: Kind
    name: Annotated[VisibleText, Field(max_length=60)]
    enabled: Annotated[bool, Field(strict=True)] = True
    count: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    words: Annotated[list[Annotated[VisibleText, Field(max_length=50)]], Field(max_length=200)] = []
    action: Action = Action.QUEUE
    priority: Annotated[str, Field(pattern="^(low|normal|high|urgent)$")] = "normal"
    queue_id: UUID | None = None

    def rule(self) -> Rule:
        """As the domain has it."""
        return Rule(
            self.rule_id or new_id(),
            self.kind,
            self.name,
            self.enabled,
            self.count,
            tuple(dict.fromkeys(self.words)),
            self.action,
            PRIORITIES[self.priority],
            self.queue_id,
        )

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        """The form of a rule."""
        return cls(
            rule_id=rule.id,
            kind=rule.kind,
            name=rule.name,
            enabled=rule.enabled,
            count=rule.count,
            words=list(rule.words),
            action=rule.action,
            priority=rule.priority.name.lower(),
            queue_id=rule.group_id,
        )


Rules = Annotated[list[RuleForm], Field(min_length=1, max_length=50)]


class RulesForm(Wire):
    """All rules in their order: the first that applies acts."""

    rules: Rules


class RulesView(Wire):
    """The rules in force, who made them so and when; version 0 is nobody's."""

    version: int
    rules: list[RuleForm]
    changed_by: str
    changed_at: Moment | None

    @classmethod
    def of(cls, found: RuleSet) -> "RulesView":
        """The view of a version."""
        rules = [RuleForm.of(rule) for rule in found.rules]
        return cls(version=found.version, rules=rules, changed_by=found.changed_by, changed_at=found.changed_at)


class ReplayForm(Wire):
    """Rules to try, on the conversations of so many days."""

    rules: Rules
    days: Annotated[int, Field(strict=True, ge=1, le=90)] = 30


class ExampleView(Wire):
    """A conversation that would have gone another way."""

    conversation_id: UUID
    question: str
    rule_id: UUID | None
    reason: str | None


class ReplayView(Wire):
    """What would have changed; `too_much` are rules that take more than half of all conversations."""

    conversations: int
    did: int
    would: int
    newly: int
    no_longer: int
    by_rule: dict[UUID, int]
    too_much: list[UUID]
    newly_examples: list[ExampleView]
    no_longer_examples: list[ExampleView]


@router.get("", dependencies=[require(Permission.DESK_SERVE)])
async def show(tools: Tools) -> RulesView:
    """The rules in force, in their order."""
    return RulesView.of(await service.load_rules(tools.database))


@router.put("")
async def change(
    tools: Tools,
    versions: Annotated[Versions, tool(Versions)],
    principal: Supervisor,
    form: RulesForm,
    if_match: IfMatch,
) -> RulesView:
    """Puts other rules in force, within a second everywhere. 409 `rules_changed` names who was faster."""
    rules = [one.rule() for one in form.rules]
    return RulesView.of(await service.put_rules(tools, versions, rules, if_match, principal))


@router.post("/replay", dependencies=[require(Permission.DESK_SUPERVISE)])
async def replay(tools: Tools, form: ReplayForm) -> ReplayView:
    """Which past conversations these rules would have brought to people, and which no longer; changes nothing."""
    found = await service.replay(tools, [one.rule() for one in form.rules], form.days)
    views = [[ExampleView(**vars(one)) for one in some] for some in (found.newly_examples, found.no_longer_examples)]
    return ReplayView(
        conversations=found.conversations,
        did=found.did,
        would=found.would,
        newly=found.newly,
        no_longer=found.no_longer,
        by_rule=found.by_rule,
        too_much=found.too_much(),
        newly_examples=views[0],
        no_longer_examples=views[1],
    )
