"""Being put in line for a person, an honest estimate, and the customer's verdict afterwards."""

from uuid import UUID

from app.accounts import Role
from app.conversations import ConversationTools, Happening, change_owner
from app.escalation import Survey, read_survey
from app.kernel.database import Database
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.serving import Served


async def test_the_wait_is_unknown_until_people_were_taken_over(chat: Served, database: Database) -> None:
    bulletin = chat.tools[ConversationTools].bulletin
    served = await chat.signed_in(Role.AGENT)
    assert (await served.put("/api/v1/desk/presence", json={"state": "online"})).json()["state"] == "online"
    for n in range(3):
        customer = await Customer.begin(chat.client())
        placed = (await customer.post("/handoff")).json()
        assert placed == {"owner": "queue", "position": 1, "estimated_wait_s": None}, n
        async with database.transaction() as session:
            agent = (new_id(), "林晓")
            id = UUID(customer.conversation_id)
            await change_owner(
                session, bulletin, id, Happening.TAKEN_OVER, actor="staff", reason="claimed", agent=agent
            )
        assert (await customer.post("/handoff")).json() == {
            "owner": "agent",
            "position": None,
            "estimated_wait_s": None,
        }
    waiting = await Customer.begin(chat.client())
    told = (await waiting.post("/handoff")).json()
    assert 0 <= told.pop("estimated_wait_s") < 60
    assert told == {"owner": "queue", "position": 1}


async def test_a_verdict_is_kept_and_replaced(chat: Served, database: Database) -> None:
    customer = await Customer.begin(chat.client())
    for survey in ({"score": 2}, {"score": 5, "resolved": True, "comment": "很快"}):
        assert (await customer.post("/survey", survey)).status_code == 204
    async with database.reading() as session:
        assert await read_survey(session, UUID(customer.conversation_id)) == Survey(5, True, "很快")
    for bad in ({}, {"score": 0}, {"score": 6}, {"score": "5"}, {"score": 4.5}, {"score": True}, {"score": 5, "x": 1}):
        answer = await customer.post("/survey", bad)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), bad


async def test_a_reason_too_long_is_refused(chat: Served) -> None:
    customer = await Customer.begin(chat.client())
    for bad in ({"reason": "x" * 501}, {"reason": " "}, {"why": "x"}, []):
        assert (await customer.post("/handoff", bad)).status_code == 422, bad
    assert (await customer.snapshot())["owner"] == "bot"
