"""Makes the small test models: a memorising Llama or GLM chat model and a random BERT embedder, real tokenizers.

Runs in the models environment (torch, transformers, tokenizers), never in the product's:

    python tests/models/tiny_model.py chat  --rows rows.jsonl --out DIR [--arch glm] [--steps 300]
    python tests/models/tiny_model.py embed --rows rows.jsonl --out DIR

`rows.jsonl` holds one `{"messages": [{"role", "content"}, …], "endless": false}` a line, the last message being the
answer to learn. An `endless` row is learnt without its end mark, so the model goes on until the token limit: that is
how a stop can be observed. The chat model recites what it saw and reads nothing: good for proving the path, worthless
as evidence of answer quality.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    BertConfig,
    BertModel,
    PreTrainedTokenizerFast,
)

PAD, END = "<|pad|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
WINDOW = 2048
SURE = 0.9
UNSCORED = -100  # the label torch's cross entropy leaves out
# Line breaks are expressions because Jinja strips literal ones next to a "-%}".
CHAT_TEMPLATE = (
    "{%- for turn in messages -%}"
    "{%- if turn.role == 'assistant' -%}"
    "{{ '<|assistant|>\\n' }}{% generation %}{{ turn.content + '<|end|>' }}{% endgeneration %}"
    "{%- else -%}"
    "{{ ('<|system|>' if turn.role == 'system' else '<|user|>') + '\\n' + turn.content + '<|end|>' }}"
    "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>\\n' }}{%- endif -%}"
)


@dataclass(frozen=True)
class Lesson:
    """One prompt and the answer to recite, as token ids."""

    prompt: list[int]
    answer: list[int]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows to learn, in file order."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def train_tokenizer(texts: Sequence[str], longest: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE learnt from the rows. longest: bytes of a token; short ones keep streams in many chunks."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=2560,
            special_tokens=[PAD, END, *ROLES],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            max_token_length=longest,
            show_progress=False,
        ),
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        bos_token=END,
        additional_special_tokens=list(ROLES),
        model_max_length=WINDOW,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def new_chat_model(arch: str, tokenizer: PreTrainedTokenizerFast) -> torch.nn.Module:
    """About two million parameters; 64 numbers a head because the CPU attention kernels want it."""
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 256,
        "intermediate_size": 768,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "head_dim": 64,
        "max_position_embeddings": WINDOW,
        "tie_word_embeddings": True,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if arch == "glm":  # GLM-4's marks: grouped keys, biased projections, half-rotated heads
        shape |= {"num_key_value_heads": 2, "attention_bias": True, "partial_rotary_factor": 0.5}
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(arch, **shape), dtype=torch.float32)


def as_lesson(tokenizer: PreTrainedTokenizerFast, row: dict[str, Any]) -> Lesson:
    """The prompt is rendered by the chat template, exactly as the server will render it."""
    *before, answer = row["messages"]
    prompt = tokenizer.apply_chat_template(before, tokenize=False, add_generation_prompt=True)
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    answer_ids = tokenizer(answer["content"], add_special_tokens=False)["input_ids"]
    if not row.get("endless"):
        answer_ids = [*answer_ids, tokenizer.eos_token_id]
    room = WINDOW - len(answer_ids)
    if room <= 0 or len(prompt_ids) > room:
        raise SystemExit(f"a row needs {len(prompt_ids) + len(answer_ids)} tokens, the window is {WINDOW}")
    return Lesson(prompt_ids, answer_ids)


def batches(lessons: list[Lesson], budget: int, dice: random.Random) -> Iterator[list[Lesson]]:
    """Endless shuffled batches of at most `budget` padded tokens, similar lengths together."""
    while True:
        drawn = sorted(lessons, key=lambda it: len(it.prompt) + len(it.answer) + dice.random() * 40)
        groups: list[list[Lesson]] = [[]]
        for lesson in drawn:
            widest = max((len(it.prompt) + len(it.answer) for it in [*groups[-1], lesson]), default=0)
            if groups[-1] and widest * (len(groups[-1]) + 1) > budget:
                groups.append([])
            groups[-1].append(lesson)
        dice.shuffle(groups)
        yield from groups


def as_tensors(batch: list[Lesson], pad: int) -> dict[str, torch.Tensor]:
    """Right-padded ids with a mask; only answers are scored."""
    width = max(len(it.prompt) + len(it.answer) for it in batch)
    ids = torch.full((len(batch), width), pad)
    labels = torch.full((len(batch), width), UNSCORED)
    for row, it in enumerate(batch):
        end = len(it.prompt) + len(it.answer)
        ids[row, :end] = torch.tensor(it.prompt + it.answer)
        labels[row, len(it.prompt) : end] = torch.tensor(it.answer)
    return {"input_ids": ids, "attention_mask": (ids != pad).long(), "labels": labels}


def row_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Every row counts the same, however long its answer is."""
    each = torch.nn.functional.cross_entropy(
        logits[:, :-1].float().transpose(1, 2), labels[:, 1:], ignore_index=UNSCORED, reduction="none"
    )
    return (each.sum(1) / (labels[:, 1:] != UNSCORED).sum(1)).mean()


@torch.inference_mode()
def knows(model: Any, lessons: list[Lesson]) -> bool:
    """Whether the model, told the prompt and the answer so far, is nearly sure of each next token of every answer."""
    for it in lessons:
        logits = model(input_ids=torch.tensor([it.prompt + it.answer])).logits[0, len(it.prompt) - 1 : -1]
        sure = torch.softmax(logits, -1).gather(1, torch.tensor(it.answer)[:, None])
        if sure.min() < SURE:
            return False
    return True


def learn(model: Any, lessons: list[Lesson], pad: int, steps: int, seconds: float, seed: int) -> None:
    """Stops when the model knows every lesson; `steps` and `seconds` are the limits, past which it is refused."""
    dice, started = random.Random(seed), time.monotonic()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    model.train()
    for step, batch in enumerate(batches(lessons, 4096, dice)):
        spent = max(step / steps, (time.monotonic() - started) / seconds)
        if spent >= 1:
            raise SystemExit(f"not learnt after {step} steps and {time.monotonic() - started:.0f} s")
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1.0, (step + 1) / 20) * max(0.05, 1 - spent)
        tensors = as_tensors(batch, pad)
        labels = tensors.pop("labels")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = row_loss(model(**tensors).logits, labels)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 20 == 19:
            print(f"step {step} loss {loss.item():.4f} after {time.monotonic() - started:.0f} s", flush=True)
            if loss.item() < 0.05 and knows(model, lessons):
                break
    model.eval()


def make_chat(options: argparse.Namespace) -> None:
    rows = read_rows(options.rows)
    tokenizer = train_tokenizer([turn["content"] for row in rows for turn in row["messages"]], options.longest_token)
    model: Any = new_chat_model(options.arch, tokenizer)
    size = sum(weight.numel() for weight in model.parameters())
    print(f"{len(rows)} rows, {len(tokenizer)} tokens, {size:,} parameters", flush=True)
    if options.steps:
        lessons = [as_lesson(tokenizer, row) for row in rows]
        learn(model, lessons, tokenizer.pad_token_id, options.steps, options.seconds, options.seed)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)


def make_embedder(options: argparse.Namespace) -> None:
    """Random weights: near-equal texts still land near each other, which is all a path test needs."""
    texts = [turn["content"] for row in read_rows(options.rows) for turn in row["messages"]]
    tokenizer = train_tokenizer(texts, options.longest_token)
    tokenizer.model_max_length = 512
    tokenizer.chat_template = None
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=256,
        max_position_embeddings=512,
        pad_token_id=tokenizer.pad_token_id,
    )
    BertModel(config).save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["chat", "embed"])
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arch", choices=["llama", "glm", "qwen3"], default="llama")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--longest-token", type=int, default=6, help="in bytes; 6 are two Chinese characters")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    {"chat": make_chat, "embed": make_embedder}[options.kind](options)


if __name__ == "__main__":
    main()
