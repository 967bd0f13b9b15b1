"""A run's needs are estimated before it starts, and its curves are told in words."""

import pytest

from app.training.domain import BaseModel, Metric, RunSettings, Validation
from app.training.estimate import estimate, preset_for, tokens_of
from app.training.verdicts import verdict_of

NINE = BaseModel("glm4", "Glm4ForCausalLM", 9_400_000_000, 4096, 40, 151_552)


def metric(step: int, loss: float) -> Metric:
    return Metric(step, loss, 1e-4, 0.1, 0.9, 1000.0)


def test_time_follows_the_rule_until_something_was_measured() -> None:
    settings = RunSettings(epochs=2)
    by_rule = estimate(NINE, [1_000.0] * 500, settings, "h200", 1, None)
    assert by_rule.tokens == 1_000_000 and by_rule.basis == "rule"
    assert by_rule.seconds == pytest.approx(8 * 1e6 * 9.4e9 / 3.3e14, rel=0.01)
    assert estimate(NINE, [1_000.0] * 500, settings, "h200", 4, None).seconds == pytest.approx(
        by_rule.seconds / 4, rel=0.01
    )
    measured = estimate(NINE, [1_000.0] * 500, settings, "h200", 1, 5_000.0)
    assert (measured.basis, measured.seconds) == ("measured", 200.0)


def test_memory_names_its_parts_and_grows_with_batch_and_length() -> None:
    small = estimate(NINE, [500.0] * 10, RunSettings(batch_size=1), "h200", 1, None)
    large = estimate(NINE, [2_000.0] * 10, RunSettings(batch_size=8), "h200", 1, None)
    assert small.weights_gb == pytest.approx(18.8) and 19 < small.memory_gb < 30
    assert large.activations_gb > 20 * small.activations_gb and large.memory_gb > small.memory_gb


def test_rows_longer_than_the_limit_count_only_so_far() -> None:
    assert estimate(NINE, [9_000.0], RunSettings(epochs=1, max_length=2_048), "cpu", 1, None).tokens == 2_048
    assert tokens_of("保修多久") > tokens_of("warranty")


def test_presets_follow_the_size_of_the_model() -> None:
    assert [preset_for(size).name for size in (2_000_000, 1_500_000_000, 9_400_000_000, 70_000_000_000)] == [
        "tiny",
        "small",
        "medium",
        "large",
    ]


@pytest.mark.parametrize(
    ("losses", "learnt", "stopped", "code"),
    [
        ([], 0.5, False, "no_validation"),
        ([1.0], 0.5, False, "too_early"),
        ([2.0, 1.5, 1.2], 1.1, False, "still_improving"),
        ([2.0, 1.5, 1.49], 1.4, False, "fine"),
        ([2.0, 1.0, 1.3], 0.4, False, "overfitting"),
        ([2.0, 1.0, 1.3], 0.4, True, "stopped_overfitting"),
        ([2.0, 1.0, 1.01], 0.9, True, "stopped_flat"),
        ([2.0, 1.0, 1.02], 0.3, False, "gap"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_curves_are_told_in_words(losses: list[float], learnt: float, stopped: bool, code: str) -> None:
    looks = [Validation(10 * (n + 1), loss) for n, loss in enumerate(losses)]
    assert verdict_of([metric(1, 2.0), metric(30, learnt)], looks, stopped).code == code
