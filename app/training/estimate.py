"""What a run will need before it starts: memory by part, and time from the 8·T·P rule or from what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.training.domain import BaseModel, Method, RunSettings, Stage

# Useful half-precision operations a second: the card's figure times the third that fine-tuning reaches in practice.
DEVICES: Mapping[str, float] = {
    "cpu": 5e10,
    "l4": 4e13,
    "a10": 4.2e13,
    "rtx4090": 5.5e13,
    "l40s": 1.2e14,
    "a100": 1.05e14,
    "h100": 3.3e14,
    "h200": 3.3e14,
}
TOKENS_A_HAN, TOKENS_A_LETTER = 0.75, 0.28
LEARNT_BYTES = 16
"""Weight, gradient and two moments of a parameter that is learnt, 4 bytes each."""
FOUR_BIT_BYTES = 0.55
PAIR_WORK = 4 / 3
"""Each pair is also read by the model before, which costs a third of learning it."""
CONTEXT_BYTES = 1.2e9
"""What the framework and the device's context take, whatever the model."""


@dataclass(frozen=True)
class Estimate:
    """tokens: of all epochs together. basis: measured, or rule when nobody has trained this base here yet."""

    rows: int
    tokens: int
    steps: int
    parameters: int
    trainable: int
    weights_gb: float
    adapter_gb: float
    activations_gb: float
    memory_gb: float
    seconds: float
    tokens_per_second: float
    basis: str


def tokens_of(text: str) -> float:
    """How many tokens a text will be, roughly."""
    han = sum(1 for char in text if "\u3400" <= char <= "\u9fff")
    return han * TOKENS_A_HAN + (len(text) - han) * TOKENS_A_LETTER + 4


def estimate(
    base: BaseModel,
    lengths: Sequence[float],
    settings: RunSettings,
    device: str,
    cards: int,
    measured: float | None,
) -> Estimate:
    """lengths: tokens of each row. measured: tokens a second of an earlier run on this base.

    Source: time = 8·T·P / (n·X) with T tokens, P parameters, n cards and X operations a second of each.
    """
    fitting = [min(length, settings.max_length) for length in lengths]
    tokens = int(sum(fitting) * settings.epochs)
    each = -(-len(fitting) // (settings.batch_size * settings.accumulate))
    trainable = trainable_parameters(base, settings)
    on_gpu = device != "cpu"
    weights = base.parameters * _bytes_a_weight(settings.method, on_gpu)
    longest = sorted(fitting)[-settings.batch_size :] if fitting else [0.0]
    padded = max(longest) * settings.batch_size
    # With gradient checkpointing one hidden state a layer is kept, and one layer is worked out at a time.
    kept = base.hidden * (base.layers * 2 + 34) if on_gpu else base.hidden * base.layers * 40
    activations = padded * kept + padded * base.vocabulary * 10
    work = 8 * max(1, base.parameters) * (PAIR_WORK if settings.stage == Stage.DPO.value else 1)
    speed = measured or DEVICES[device] * cards / work
    adapter = trainable * LEARNT_BYTES
    return Estimate(
        rows=len(fitting),
        tokens=tokens,
        steps=int(each * settings.epochs),
        parameters=base.parameters,
        trainable=trainable,
        weights_gb=round(weights / 1e9, 2),
        adapter_gb=round(adapter / 1e9, 2),
        activations_gb=round(activations / 1e9, 2),
        memory_gb=round((weights + adapter + activations + CONTEXT_BYTES) / 1e9, 1),
        seconds=round(tokens / speed, 1) if speed else 0.0,
        tokens_per_second=round(speed, 1),
        basis="measured" if measured else "rule",
    )


def trainable_parameters(base: BaseModel, settings: RunSettings) -> int:
    """How many weights a method learns, from the shape of the base."""
    match Method(settings.method):
        case Method.FULL:
            return base.parameters
        case Method.IA3:
            return 5 * base.hidden * base.layers  # keys, values, and the inner layer at about three times the width
        case Method.PROMPT:
            return settings.virtual_tokens * base.hidden
        case Method.PREFIX:
            return settings.virtual_tokens * base.hidden * 2 * base.layers
        case _:
            return 2 * settings.rank * base.hidden * 7 * base.layers


def _bytes_a_weight(method: str, on_gpu: bool) -> float:
    """Of the weights that stay as they are; those of full fine-tuning are counted as learnt."""
    if method == Method.FULL.value:
        return 0
    if method == Method.QLORA.value:
        return FOUR_BIT_BYTES
    return 2 if on_gpu else 4


@dataclass(frozen=True)
class Preset:
    """Settings that suit models up to a size, in parameters."""

    name: str
    up_to: int
    settings: RunSettings


PRESETS = (
    Preset("tiny", 50_000_000, RunSettings(50, 2e-3, 16, 32, 0.0, 1, 1, 2048, 40, evaluate_every=40, patience=5)),
    Preset("small", 3_000_000_000, RunSettings(3, 3e-4, 16, 32, 0.05, 8, 2, 2048, 50)),
    Preset("medium", 15_000_000_000, RunSettings(3, 2e-4, 16, 32, 0.05, 4, 4, 2048, 50)),
    Preset("large", 10**15, RunSettings(2, 1e-4, 32, 64, 0.05, 1, 16, 2048, 50)),
)


def preset_for(parameters: int) -> Preset:
    """The one that suits a model of this size."""
    return next(preset for preset in PRESETS if parameters <= preset.up_to)
