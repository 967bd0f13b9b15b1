"""Which weights a run changes: the peft configuration of each method, the model it is put on, and what it needs."""

import importlib.util
from pathlib import Path
from typing import Any

import torch
from peft import IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from app.adapters.training.report import TrainingFailed

SOFT = frozenset({"prompt", "prefix"})
"""They add tokens in front of every prompt instead of changing the model, so nothing can be merged."""
WHOLE = frozenset({"full", "ia3"})
"""What they make is a model of its own: a server takes neither as an adapter."""


def adapter_config(spec: dict[str, Any]) -> Any:
    """The peft configuration of the run's method; None for full fine-tuning."""
    method = spec["method"]
    if method in ("lora", "qlora"):
        return LoraConfig(
            r=spec["rank"],
            lora_alpha=spec["alpha"],
            lora_dropout=spec["dropout"],
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
    if method == "ia3":
        # Names that Llama, Qwen and GLM share; peft's own table does not know every kind of model.
        names = ["k_proj", "v_proj", "down_proj"]
        return IA3Config(target_modules=names, feedforward_modules=["down_proj"], task_type="CAUSAL_LM")
    if method == "prompt":
        return PromptTuningConfig(num_virtual_tokens=spec["virtual_tokens"], task_type="CAUSAL_LM")
    if method == "prefix":
        return PrefixTuningConfig(num_virtual_tokens=spec["virtual_tokens"], task_type="CAUSAL_LM")
    return None


def load_model(spec: dict[str, Any]) -> Any:
    """The base in bfloat16 on a GPU, in four bits for QLoRA, in float32 on a CPU and where all of it is learnt.

    An earlier run's adapter, when the run goes on from one. Raises TrainingFailed.
    """
    on_gpu = torch.cuda.is_available()
    options: dict[str, Any] = {"dtype": torch.bfloat16 if on_gpu and spec["method"] != "full" else torch.float32}
    if spec["method"] == "qlora":
        options = {"quantization_config": _four_bits(on_gpu), "dtype": torch.bfloat16, "device_map": {"": 0}}
    model = AutoModelForCausalLM.from_pretrained(spec["base_model"], trust_remote_code=False, **options)
    start = spec.get("start_adapter")
    if not start:
        return model
    try:
        return PeftModel.from_pretrained(model, start, is_trainable=True)
    except (ValueError, RuntimeError, KeyError) as unfit:
        raise TrainingFailed("start_unfit", f"{Path(start).parent.name}: {str(unfit).splitlines()[0]}") from unfit


def _four_bits(on_gpu: bool) -> Any:
    if not on_gpu:
        raise TrainingFailed("method_needs_gpu", "QLoRA needs a CUDA device; none is here")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise TrainingFailed("method_needs_gpu", "QLoRA needs the package bitsandbytes, which is not installed")
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
