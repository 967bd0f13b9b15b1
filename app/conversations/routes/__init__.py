"""JSON and event-stream routes of conversations: the customer's, then the staff's."""

from fastapi import APIRouter

from app.conversations.routes import customer, customers, events, memory, read_marks, staff

router = APIRouter(prefix="/api/v1", tags=["conversations"])
for part in (customer.router, events.router, memory.router, read_marks.router, staff.router, customers.router):
    router.include_router(part)
