"""JSON and event-stream routes of escalation: the customer's, then the desk's."""

from fastapi import APIRouter

from app.escalation.aftercare import routes as aftercare
from app.escalation.canned import routes as canned
from app.escalation.mentions import routes as mentions
from app.escalation.overview import routes as overview
from app.escalation.routes import customer, desk, signals
from app.escalation.side import routes as side
from app.escalation.snooze import routes as snooze
from app.escalation.suggest import routes as suggest

router = APIRouter(prefix="/api/v1")
for part in (
    customer.router,
    aftercare.router,
    overview.router,
    desk.router,
    snooze.router,
    signals.router,
    canned.router,
    mentions.router,
    suggest.router,
    side.router,
):
    router.include_router(part)
