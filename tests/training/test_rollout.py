"""A judged version goes from shadow to canary to live, customers stay with their model, a broken rule takes it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.accounts import Principal, Role
from app.feedback import FeedbackTools, RatedAnswer
from app.jobs import JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from app.model_registry import (
    CanaryTaken,
    GateNotPassed,
    ModelKind,
    ModelRegistryTools,
    ModelState,
    ModelUnavailable,
    ModelVersion,
    NewModelVersion,
    NothingToRollBack,
    change_model_state,
    get_model,
    note_of_model,
    register_model,
)
from app.training import (
    AdapterDamaged,
    AdapterNotServed,
    GivenAnswer,
    TrainingTools,
    VersionFigures,
    answer_in_shadow,
    keep_served,
    watch,
)
from app.training.rollout.domain import GuardRules, broken_rule
from app.training.rollout.service import Move, change_guard, move, shadow_answers, shadow_counts, take_back
from tests.fakes.answers import FakeAnswers
from tests.fakes.bell import FakeBell
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.training import BlobsInMemory, FakeAdapterServer, FakeCurated, PlainForm, ScriptedTrainer

ADMIN = Principal(uuid4(), "staff", "Chen", Role.ADMIN)
PROMPT = ({"role": "user", "content": "保修多久？"},)


@dataclass
class FakeFigures:
    """What customers met, as told by the test."""

    told: list[VersionFigures] = field(default_factory=list)
    lately: list[GivenAnswer] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)

    async def since(self, moment: datetime) -> Sequence[VersionFigures]:
        self.asked_since.append(moment)
        return self.told

    async def given(self, since: datetime, limit: int) -> Sequence[GivenAnswer]:
        return self.lately[:limit]


@pytest.fixture
def figures() -> FakeFigures:
    return FakeFigures()


@pytest.fixture
def tools(database: Database, figures: FakeFigures) -> TrainingTools:
    announcer = Announcer()
    return TrainingTools(
        database=database,
        blobs=BlobsInMemory(),  # type: ignore[arg-type]  # takes whole bytes only, which is all training gives
        jobs=JobTools(database, FakeBell(), announcer),
        models=ModelRegistryTools(database, FakeChatModel(["两年", "。"])),
        feedback=FeedbackTools(database, FakeAnswers(), announcer),
        curated=FakeCurated([]),
        form=PlainForm(),
        trainer=ScriptedTrainer([]),
        adapters=FakeAdapterServer(),
        base_model="/models/base",
        figures=figures,
    )


async def version(tools: TrainingTools, name: str, passed: bool | None = True) -> ModelVersion:
    new = NewModelVersion(ModelKind.CHAT, name, "base", f"/adapters/{name}", "ab" * 32, run_id=uuid4())
    made = await register_model(tools.models, new, None)
    if passed is not None:
        await note_of_model(tools.models, made.id, gate={"passed": passed})
    return made


async def models_of(tools: TrainingTools, conversations: Sequence[UUID]) -> list[str | None]:
    found = []
    for one in conversations:
        served = await tools.models.live_chat_model(one)
        assert served is not None
        found.append(served.name)
    return found


async def test_nobody_meets_a_version_the_gate_has_not_let_through(tools: TrainingTools) -> None:
    unjudged, failed = await version(tools, "a", None), await version(tools, "b", False)
    for one in (unjudged, failed):
        for state in (ModelState.SHADOW, ModelState.CANARY, ModelState.LIVE):
            with pytest.raises(GateNotPassed):
                await move(tools, one.id, Move(state, 0.2), ADMIN)
    forced = await move(tools, failed.id, Move(ModelState.LIVE, reason="紧急回到旧答案"), ADMIN)
    assert forced.state is ModelState.LIVE and forced.approved_by == "Chen"


async def test_a_canary_gets_its_share_of_conversations_and_each_stays_with_its_model(tools: TrainingTools) -> None:
    live, canary = await version(tools, "live"), await version(tools, "canary")
    await move(tools, live.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, canary.id, Move(ModelState.CANARY, 0.2), ADMIN)
    assert isinstance(tools.adapters, FakeAdapterServer) and set(tools.adapters.loaded) == {"live", "canary"}
    people = [new_id() for _ in range(1_000)]
    first = await models_of(tools, people)
    assert 150 <= first.count("canary") <= 250 and set(first) == {"live", "canary"}
    assert await models_of(tools, people) == first
    assert (await tools.models.live_chat_model()).name == "live", "outside a conversation there is no canary"  # type: ignore[union-attr]
    await move(tools, canary.id, Move(ModelState.CANARY, 0.5), ADMIN)
    more = await models_of(tools, people)
    assert all(now == "canary" for was, now in zip(first, more, strict=True) if was == "canary"), "nobody is sent back"
    with pytest.raises(CanaryTaken):
        await move(tools, (await version(tools, "third")).id, Move(ModelState.CANARY, 0.1), ADMIN)


async def test_promoting_retires_the_one_before_and_rolling_back_brings_it_again(tools: TrainingTools) -> None:
    with pytest.raises(NothingToRollBack):
        await take_back(tools, ADMIN)
    first, second = await version(tools, "first"), await version(tools, "second")
    await move(tools, first.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, second.id, Move(ModelState.CANARY, 0.2), ADMIN)
    await move(tools, second.id, Move(ModelState.LIVE), ADMIN)
    assert (await get_model(tools.models, first.id)).state is ModelState.RETIRED
    assert isinstance(tools.adapters, FakeAdapterServer)
    tools.adapters.loaded.pop("first", None)
    back = await take_back(tools, ADMIN, "更差")
    assert back is not None and back.id == first.id and "first" in tools.adapters.loaded, "it answers again at once"
    assert (await get_model(tools.models, second.id)).details["rolled_back"] == "更差"
    assert await take_back(tools, ADMIN) is None
    assert await models_of(tools, [uuid4()]) == [None], "before the first version the server's own model answers"


async def test_rolling_back_takes_the_canary_and_leaves_the_live_one(tools: TrainingTools) -> None:
    live, canary = await version(tools, "live"), await version(tools, "canary")
    await move(tools, live.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, canary.id, Move(ModelState.CANARY, 1.0), ADMIN)
    assert await models_of(tools, [uuid4()]) == ["canary"]
    back = await take_back(tools, ADMIN)
    assert back is not None and back.id == live.id and await models_of(tools, [uuid4()]) == ["live"]


@pytest.mark.parametrize(
    ("counts", "rule"),
    [
        ({"down": 4}, "down 0.100 > 0.09"),
        ({"refused": 20}, "refused 0.500 > 0.4"),
        ({"handed_over": 15}, "handed_over 0.500 > 0.4"),
        ({"failed": 3}, "failed 0.075 > 0.05"),
        ({"first_token_p95_ms": 6_000.0}, "first_token_p95_ms 6000 > 5000"),
        ({"down": 3}, None),
    ],
    ids=lambda value: str(value).split(" ", 1)[0] if isinstance(value, str) else "",
)
def test_a_rule_is_broken_beyond_its_bound(counts: dict[str, Any], rule: str | None) -> None:
    assert broken_rule(GuardRules(), VersionFigures(uuid4(), answers=40, conversations=30, **counts)) == rule
    few = VersionFigures(uuid4(), answers=9, conversations=9, down=9)
    assert broken_rule(GuardRules(), few) is None, "nine answers tell nothing"


async def test_a_canary_that_breaks_a_rule_is_taken_back_by_itself(tools: TrainingTools, figures: FakeFigures) -> None:
    live, canary = await version(tools, "live"), await version(tools, "canary")
    assert await watch(tools) is None
    await move(tools, live.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, canary.id, Move(ModelState.CANARY, 0.5), ADMIN)
    figures.told = [
        VersionFigures(canary.id, answers=20, conversations=20, down=1),
        VersionFigures(None, answers=50, down=50),
    ]
    assert await watch(tools) is None
    figures.told = [VersionFigures(canary.id, answers=20, conversations=20, down=10)]
    assert await watch(tools) == "down 0.500 > 0.09"
    taken = await get_model(tools.models, canary.id)
    assert (taken.state, taken.details["rolled_back"]) == (ModelState.RETIRED, "down 0.500 > 0.09")
    assert (await get_model(tools.models, live.id)).state is ModelState.LIVE
    assert figures.asked_since[-1] >= (taken.created_at - timedelta(seconds=1)).astimezone(UTC)
    figures.told = [VersionFigures(live.id, answers=20, conversations=20, down=10)]
    await change_guard(tools, GuardRules(down=None), ADMIN)
    assert await watch(tools) is None, "the admin's rules are in force at once"


async def test_a_version_promoted_lately_is_watched_as_well(tools: TrainingTools, figures: FakeFigures) -> None:
    first, second = await version(tools, "first"), await version(tools, "second")
    await move(tools, first.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, second.id, Move(ModelState.LIVE), ADMIN)
    figures.told = [VersionFigures(second.id, answers=20, conversations=20, failed=10)]
    assert await watch(tools) == "failed 0.500 > 0.05"
    assert await models_of(tools, [uuid4()]) == ["first"]


async def test_adapters_a_restarted_server_lost_are_loaded_again_and_damaged_ones_are_not(tools: TrainingTools) -> None:
    live, canary = await version(tools, "live"), await version(tools, "canary")
    await move(tools, live.id, Move(ModelState.LIVE), ADMIN)
    await move(tools, canary.id, Move(ModelState.CANARY, 0.1), ADMIN)
    server = tools.adapters
    assert isinstance(server, FakeAdapterServer)
    assert await keep_served(tools) == []
    server.loaded.clear()
    server.damaged.add("/adapters/canary")
    assert await keep_served(tools) == ["live"] and set(server.loaded) == {"live"}
    with pytest.raises(AdapterDamaged):
        await move(tools, canary.id, Move(ModelState.LIVE), ADMIN)
    assert (await get_model(tools.models, canary.id)).state is ModelState.CANARY


async def test_a_roll_back_loads_the_version_before_anybody_is_sent_to_it(tools: TrainingTools) -> None:
    first, second = await version(tools, "first"), await version(tools, "second")
    for one in (first, second):
        await move(tools, one.id, Move(ModelState.LIVE), ADMIN)
    seen: list[list[str | None]] = []

    class Watching(FakeAdapterServer):
        async def load(self, name: str, path: str) -> None:
            seen.append([name, *await models_of(tools, [uuid4()])])
            await super().load(name, path)

    await take_back(replace(tools, adapters=Watching()), ADMIN)
    assert seen == [["first", "second"]], "the second answered until the first was there"
    assert await models_of(tools, [uuid4()]) == ["first"]


async def test_a_roll_back_does_not_wait_for_a_server_that_is_away_but_refuses_damaged_files(
    tools: TrainingTools,
) -> None:
    class Away(FakeAdapterServer):
        async def load(self, name: str, path: str) -> None:
            raise AdapterNotServed

    first, second = await version(tools, "first"), await version(tools, "second")
    for one in (first, second):
        await move(tools, one.id, Move(ModelState.LIVE), ADMIN)
    with pytest.raises(AdapterDamaged):
        await take_back(replace(tools, adapters=FakeAdapterServer(damaged={"/adapters/first"})), ADMIN)
    assert await models_of(tools, [uuid4()]) == ["second"], "nothing has changed"
    back = await take_back(replace(tools, adapters=Away()), ADMIN)
    assert back is not None and back.name == "first"


async def test_a_retired_adapter_stays_while_answers_of_it_may_be_under_way(
    tools: TrainingTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await version(tools, "gone")
    await move(tools, gone.id, Move(ModelState.CANARY, 0.5), ADMIN)
    await move(tools, gone.id, Move(ModelState.RETIRED), ADMIN)
    server = tools.adapters
    assert isinstance(server, FakeAdapterServer)
    await keep_served(tools)
    assert set(server.loaded) == {"gone"}
    monkeypatch.setattr("app.training.rollout.serving.LEFT_ALONE", timedelta(0))
    await keep_served(tools)
    assert server.loaded == {}


async def test_a_version_in_the_shadow_answers_its_share_once_and_nobody_is_shown_it(
    tools: TrainingTools, figures: FakeFigures
) -> None:
    answers = tools.feedback.answers
    assert isinstance(answers, FakeAnswers)
    for _ in range(40):
        one = answers.add(RatedAnswer(new_id(), uuid4(), "保修多久？", "两年。", "zh-CN", PROMPT))
        figures.lately.append(GivenAnswer(one.message_id, one.conversation_id))
    shadow = await version(tools, "shadow")
    assert await answer_in_shadow(tools) == 0
    await move(tools, shadow.id, Move(ModelState.SHADOW, 0.5), ADMIN)
    made = await answer_in_shadow(tools)
    assert 8 <= made <= 20
    while again := await answer_in_shadow(tools):
        made += again
    assert 8 <= made <= 32 and await answer_in_shadow(tools) == 0, "each once"
    found = await shadow_answers(tools, shadow.id, None, 100)
    assert len(found) == made and {(one.text, one.live_text, one.similarity) for one in found} == {
        ("两年。", "两年。", 1.0)
    }
    assert await models_of(tools, [uuid4()]) == [None], "customers still meet the server's own model"
    broken = replace(tools, models=replace(tools.models, chat=FakeChatModel([], ModelUnavailable("gone"))))
    await change_model_state(tools.models, shadow.id, ModelState.SHADOW, ADMIN, share=1.0)
    rest = min(20, 40 - made)
    assert await answer_in_shadow(broken) == rest
    answered, failed, _ = (await shadow_counts(tools))[shadow.id]
    assert answered == made + rest and failed == rest
