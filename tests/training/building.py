"""Building dataset versions in tests: ordered through the API, done at once in this process instead of by a worker."""

from typing import Any
from uuid import UUID

import httpx

from app.training import TrainingTools, do_build
from tests.serving import Served


async def built(kefu: Served, admin: httpx.AsyncClient, to: str = "/api/v1/datasets", **form: Any) -> dict[str, Any]:
    """The next version, as the API shows it; `to`: where it is ordered."""
    ordered = await admin.post(to, json=form)
    assert ordered.status_code == 202, ordered.text
    await do_build(kefu.tools[TrainingTools], UUID(ordered.json()["job_id"]))
    done = (await admin.get(ordered.headers["location"])).json()
    assert done["dataset_id"], (await admin.get(f"/api/v1/jobs/{done['job_id']}")).text
    version: dict[str, Any] = (await admin.get(f"/api/v1/datasets/{done['dataset_id']}")).json()
    return version
