"""The compose file, the image and the Makefile speak of things that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.adapters.celery_settings import QUEUES
from app.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


def test_every_lasting_service_has_a_health_check_and_keeps_its_data_in_named_volumes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "beat", "vllm"}
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
    mounted = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]}
    assert mounted == set(compose["volumes"])
    assert services["vllm"]["profiles"] == ["gpu"]


def test_every_kefu_variable_in_the_compose_file_is_a_setting(compose: dict[str, Any]) -> None:
    named = {name for name in compose["x-kefu"]["environment"] if name.startswith("KEFU_")}
    assert named <= {f"KEFU_{field.upper()}" for field in Settings.model_fields}


def test_no_password_is_written_into_the_compose_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH|KEY", name):
                assert value.startswith("${"), name


def test_the_composed_worker_serves_every_queue(compose: dict[str, Any]) -> None:
    command = compose["services"]["worker"]["command"]
    assert command[command.index("-Q") + 1] == ",".join(QUEUES)


def test_the_image_runs_as_an_ordinary_user() -> None:
    stages = (ROOT / "Dockerfile").read_text("utf-8").split("\nFROM ")
    assert len(stages) == 4
    assert "\nUSER kefu\n" in stages[-1]
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", stages[-1], re.M):
        assert all((ROOT / source).exists() for source in copied.split())


def test_the_makefile_has_the_verbs_of_the_design_and_explains_each() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## \S", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert {"setup", "run", "test", "test-models", "check", "bench", "help"} <= explained


def test_ci_calls_exactly_three_verbs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^for verb in check test test-models; do$", script, re.M)
    assert re.findall(r"^\s*make .*", script, re.M) == ['    make "$verb" || failed+=("$verb")']


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_pin_in_a_lock_has_hashes_and_names_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.M | re.S)
    assert pins and all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text and "--index-url" not in text
