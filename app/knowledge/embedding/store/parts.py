"""SQL of parts: cutting the knowledge into shards, and the leases workers take on them."""

from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.embedding.domain import Part, Progress, Stage
from app.knowledge.embedding.tables import PartRow
from app.knowledge.store.embedders import partition_name

LEASE_S = 20


async def add_part(session: Session, run_id: UUID, stage: Stage) -> None:
    """The one part of a stage that is not shared."""
    session.add(PartRow(run_id=run_id, stage=stage.value, number=0))
    await session.flush()


_CUT = text(
    """
    INSERT INTO embed_part (id, run_id, stage, number, first_id, last_id, total, done, state, tries)
    SELECT gen_random_uuid(), :run, 'fill', shard, (array_agg(id ORDER BY id))[1], (array_agg(id ORDER BY id DESC))[1],
        count(*), 0, 'waiting', 0
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / :size AS shard FROM chunk
        WHERE disabled_at IS NULL) numbered GROUP BY shard
    """
)


async def cut_shards(session: Session, run_id: UUID, size: int) -> int:
    """Disjoint stretches of chunk ids that together hold every chunk there is; returns how many."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(text("DELETE FROM embed_part WHERE run_id = :run AND stage = 'fill'"), {"run": run_id})
    done = await session.execute(_CUT, {"run": run_id, "size": size})
    return int(getattr(done, "rowcount", 0))


_CLAIMABLE = "(p.state = 'waiting' OR p.state = 'taken' AND p.lease_until < clock_timestamp())"
_CLAIM = text(
    f"""
    UPDATE embed_part SET state = 'taken', lease_owner = :owner, tries = embed_part.tries + 1,
        lease_until = clock_timestamp() + make_interval(secs => :lease)
    FROM (SELECT p.id, r.embedder_id FROM embed_part p JOIN embed_run r ON r.id = p.run_id
          WHERE r.id = :run AND r.state = 'running' AND p.stage = r.stage AND {_CLAIMABLE}
              AND (SELECT count(*) FROM embed_part t WHERE t.run_id = :run AND t.state = 'taken'
                   AND t.lease_until >= clock_timestamp()) < :most
          ORDER BY p.number LIMIT 1 FOR UPDATE OF p SKIP LOCKED) free
    WHERE embed_part.id = free.id
    RETURNING embed_part.id, run_id, free.embedder_id, stage, number, first_id, last_id, total, done, tries
    """  # noqa: S608  # only our own condition is put in
)


async def claim(session: Session, run_id: UUID, most: int) -> Part | None:
    """A free part of the run's present stage, leased; None when there is none or `most` hands are at it already."""
    owner = new_id()
    found = await session.execute(_CLAIM, {"run": run_id, "owner": owner, "lease": LEASE_S, "most": most})
    row = found.mappings().one_or_none()
    if row is None:
        return None
    return Part(**{**row, "stage": Stage(row["stage"])}, owner=owner)


_EXTEND = text(
    """
    UPDATE embed_part p SET lease_until = clock_timestamp() + make_interval(secs => :lease), done = p.done + :more
    FROM (SELECT id FROM embed_run WHERE id = :run AND state = 'running' FOR KEY SHARE) r
    WHERE p.id = :part AND p.lease_owner = :owner AND p.state = 'taken' AND r.id = p.run_id RETURNING p.id
    """
)


async def extend(session: Session, part: Part, more: int = 0) -> bool:
    """Shows life and counts `more` chunks; False when the lease is lost or the run stands still.

    Until the end of the transaction nobody can cancel the run, so its vectors still have a table.
    """
    values = {"lease": LEASE_S, "more": more, "run": part.run_id, "part": part.id, "owner": part.owner}
    return (await session.execute(_EXTEND, values)).scalar_one_or_none() is not None


async def release(session: Session, part: Part, *, forgive: bool) -> None:
    """Gives a part back for others. forgive: its tries do not count, since nothing is wrong with it."""
    await session.execute(
        text(
            "UPDATE embed_part SET state = 'waiting', lease_owner = NULL, lease_until = NULL,"
            " tries = CASE WHEN :forgive THEN 0 ELSE tries END WHERE id = :part AND lease_owner = :owner"
        ),
        {"part": part.id, "owner": part.owner, "forgive": forgive},
    )


async def free_all(session: Session, run_id: UUID) -> None:
    """Every part that is not done may be taken at once, with all its tries."""
    await session.execute(
        text(
            "UPDATE embed_part SET state = 'waiting', lease_owner = NULL, lease_until = NULL, tries = 0"
            " WHERE run_id = :run AND state <> 'done'"
        ),
        {"run": run_id},
    )


async def end(session: Session, part: Part) -> bool:
    """The part is done; False when the lease was lost."""
    found = await session.execute(
        text(
            "UPDATE embed_part SET state = 'done', done = total, lease_owner = NULL, lease_until = NULL"
            " WHERE id = :part AND lease_owner = :owner AND state = 'taken' RETURNING id"
        ),
        {"part": part.id, "owner": part.owner},
    )
    return found.scalar_one_or_none() is not None


async def left(session: Session, run_id: UUID, stage: Stage) -> int:
    """How many parts of a stage are not done."""
    found = await session.execute(
        text("SELECT count(*) FROM embed_part WHERE run_id = :run AND stage = :stage AND state <> 'done'"),
        {"run": run_id, "stage": stage.value},
    )
    return int(found.scalar_one())


async def drop_parts(session: Session, run_id: UUID, *stages: Stage) -> None:
    """Forgets the parts of some stages, or of all."""
    await session.execute(
        text("DELETE FROM embed_part WHERE run_id = :run AND (:every OR stage = ANY(CAST(:stages AS text[])))"),
        {"run": run_id, "every": not stages, "stages": [stage.value for stage in stages]},
    )


async def progress(session: Session, run_id: UUID, embedder_id: UUID) -> Progress:
    """How much is filled, who is at it, and how far an index build is, whichever worker does it."""
    found = await session.execute(
        text(
            "SELECT coalesce(sum(done) FILTER (WHERE stage = 'fill'), 0) AS done,"
            " coalesce(sum(total) FILTER (WHERE stage = 'fill'), 0) AS total,"
            " count(*) FILTER (WHERE state = 'taken' AND lease_until >= clock_timestamp()) AS hands,"
            " (SELECT tuples_done::float8 FROM pg_stat_progress_create_index"
            "  WHERE datname = current_database() AND relid = to_regclass(:table)) AS indexed"
            " FROM embed_part WHERE run_id = :run"
        ),
        {"run": run_id, "table": partition_name(embedder_id)},
    )
    done, total, hands, indexed = found.one()
    share = None if indexed is None or not total else min(1.0, indexed / total)
    return Progress(int(done), int(total), int(hands), index_share=share)


async def claimable(session: Session, run_id: UUID) -> tuple[int, int]:
    """How many parts wait for a hand, and how many are in hands."""
    found = await session.execute(
        text(
            f"SELECT count(*) FILTER (WHERE {_CLAIMABLE}) AS free,"  # noqa: S608  # only our own condition
            " count(*) FILTER (WHERE p.state = 'taken' AND p.lease_until >= clock_timestamp()) AS taken"
            " FROM embed_part p JOIN embed_run r ON r.id = p.run_id WHERE r.id = :run AND p.stage = r.stage"
        ),
        {"run": run_id},
    )
    free, taken = found.one()
    return int(free), int(taken)
