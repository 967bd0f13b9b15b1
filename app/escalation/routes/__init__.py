"""JSON and event-stream routes of escalation: the customer's, then the desk's."""

from fastapi import APIRouter

from app.escalation.routes import customer, desk

router = APIRouter(prefix="/api/v1")
for part in (customer.router, desk.router):
    router.include_router(part)
