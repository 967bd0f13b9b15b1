"""What the scheduler rings for, and how often; every entry is safe to run twice or never."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "jobs.re_ring_stuck": {"task": "jobs.re_ring_stuck", "schedule": 5.0, "options": {"expires": 10}},
    "embed_tend": {"task": "embed_tend", "schedule": 5.0, "options": {"expires": 10}},
    "desk.sweep": {"task": "desk.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "sla.sweep": {"task": "sla.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "inspection.sample": {"task": "inspection.sample", "schedule": 300.0, "options": {"expires": 300}},
    "feeds.start_due": {"task": "feeds.start_due", "schedule": 30.0, "options": {"expires": 30}},
    "audit.seal": {"task": "audit.seal", "schedule": 30.0, "options": {"expires": 30}},
    "gaps.tend": {"task": "gaps.tend", "schedule": 60.0, "options": {"expires": 60}},
    "models.keep_served": {"task": "models.keep_served", "schedule": 10.0, "options": {"expires": 10}},
    "models.shadow": {"task": "models.shadow", "schedule": 10.0, "options": {"expires": 10}},
    "models.watch": {"task": "models.watch", "schedule": 15.0, "options": {"expires": 15}},
    "conversations.index_words": {
        "task": "conversations.index_words",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "attachments.tidy": {"task": "attachments.tidy", "schedule": 600.0, "options": {"expires": 600}},
    # Times are UTC: two in the night in China, and Sunday.
    "training.propose": {
        "task": "training.propose",
        "schedule": crontab(hour="18", minute="0"),
        "options": {"expires": 3_600},
    },
    "training.weekly": {
        "task": "training.weekly",
        "schedule": crontab(hour="19", minute="0", day_of_week="6"),
        "options": {"expires": 3_600},
    },
    "knowledge.mark_due_reviews": {
        "task": "knowledge.mark_due_reviews",
        "schedule": 3_600.0,
        "options": {"expires": 600},
    },
}
