"""The work sources ask for."""

SYNC_JOB, SYNC_QUEUE = "sync_source", "default"
