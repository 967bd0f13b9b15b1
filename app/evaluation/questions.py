"""Regression sets and their questions: kept by staff, grown from hit tests, traces and files."""

from collections.abc import Sequence
from uuid import UUID

from app.accounts import Principal, record_audit
from app.evaluation.domain import GateRules, KeptQuestion, Origin, Question, QuestionSet
from app.evaluation.errors import QuestionChanged, SetExists
from app.evaluation.store import questions as store
from app.kernel.database import Database
from app.kernel.errors import NotFound


async def list_sets(database: Database) -> list[QuestionSet]:
    """Every set, by name."""
    async with database.reading() as session:
        return await store.list_sets(session)


async def get_set(database: Database, set_id: UUID) -> QuestionSet:
    """Raises NotFound."""
    async with database.reading() as session:
        found = await store.list_sets(session, set_id)
    if not found:
        raise NotFound
    return found[0]


async def find_set(database: Database, name: str) -> QuestionSet | None:
    """The set of a name."""
    async with database.reading() as session:
        found = await store.list_sets(session, name=name)
    return found[0] if found else None


async def add_set(database: Database, name: str, description: str, actor: Principal | None) -> QuestionSet:
    """A new, empty set. Raises SetExists."""
    async with database.transaction() as session:
        set_id = await store.add_set(session, name, description, actor.name if actor else "")
        if set_id is None:
            raise SetExists(name=name)
        await record_audit(session, actor, "regression_set.add", str(set_id), name=name)
    return await get_set(database, set_id)


async def change_set(
    database: Database, set_id: UUID, name: str, description: str, actor: Principal | None
) -> QuestionSet:
    """Another name and description. Raises NotFound, SetExists."""
    await get_set(database, set_id)
    async with database.transaction() as session:
        if not await store.change_set(session, set_id, name, description):
            raise SetExists(name=name)
        await record_audit(session, actor, "regression_set.change", str(set_id), name=name)
    return await get_set(database, set_id)


async def remove_set(database: Database, set_id: UUID, actor: Principal | None) -> None:
    """Removes a set with its questions; its runs stay. Raises NotFound."""
    gone = await get_set(database, set_id)
    async with database.transaction() as session:
        await store.drop_set(session, set_id)
        await record_audit(
            session, actor, "regression_set.remove", str(set_id), name=gone.name, questions=gone.questions
        )


async def list_questions(
    database: Database, set_id: UUID, *, words: str = "", after: UUID | None = None, limit: int | None = None
) -> list[KeptQuestion]:
    """Questions of a set, oldest first."""
    async with database.reading() as session:
        return await store.list_questions(session, set_id, words=words, after=after, limit=limit)


async def get_question(database: Database, question_id: UUID) -> KeptQuestion:
    """Raises NotFound."""
    async with database.reading() as session:
        found = await store.find_question(session, question_id)
    if found is None:
        raise NotFound
    return found


async def add_questions(
    database: Database, set_id: UUID, questions: Sequence[Question], origin: Origin, actor: Principal | None
) -> list[UUID]:
    """New questions for a set; those whose text it has already are left out. Raises NotFound."""
    await get_set(database, set_id)
    async with database.transaction() as session:
        known = await store.asked_already(session, set_id)
        fresh = {question.text: question for question in questions if question.text not in known}
        added = await store.add_questions(session, set_id, list(fresh.values()), origin, actor.name if actor else "")
        await record_audit(
            session, actor, "regression_question.add", str(set_id), questions=len(added), origin=origin.value
        )
    return added


async def change_question(
    database: Database, question_id: UUID, question: Question, version: int, actor: Principal | None
) -> KeptQuestion:
    """Replaces what is asked and expected. Raises NotFound, and QuestionChanged when someone else was faster."""
    await get_question(database, question_id)
    async with database.transaction() as session:
        if not await store.change_question(session, question_id, question, version):
            raise QuestionChanged
        await record_audit(session, actor, "regression_question.change", str(question_id))
    return await get_question(database, question_id)


async def remove_question(database: Database, question_id: UUID, actor: Principal | None) -> None:
    """Raises NotFound."""
    gone = await get_question(database, question_id)
    async with database.transaction() as session:
        await store.drop_question(session, question_id)
        await record_audit(session, actor, "regression_question.remove", str(question_id), set=str(gone.set_id))


async def gate_rules(database: Database) -> GateRules:
    """What the gate allows."""
    async with database.reading() as session:
        return await store.find_rules(session)


async def change_gate(database: Database, rules: GateRules, actor: Principal | None) -> GateRules:
    """Other rules for the gate, noted in the audit trail."""
    async with database.transaction() as session:
        before = await store.find_rules(session)
        await store.keep_rules(session, rules, actor.name if actor else "")
        await record_audit(session, actor, "gate.change", "gate", before=vars(before), after=vars(rules))
    return rules
