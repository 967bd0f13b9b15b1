"""Settings refuse what cannot be meant, and say which variable it is."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.kernel.settings import UnknownSetting, environment, load_settings, signing_secret


def test_a_mistyped_variable_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(UnknownSetting, match="KEFU_CHAT_ULR is no setting of Kefu; did you mean KEFU_CHAT_URL"):
        load_settings({"KEFU_CHAT_ULR": "http://127.0.0.1:8000/v1"})


@pytest.mark.parametrize("secret", ["changeme", "short", "x" * 31])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError):
        load_settings({"KEFU_SECRET": secret})


def test_the_signing_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load_settings({}, data_dir=tmp_path)
    secret = signing_secret(settings)
    assert len(secret) >= 48 and signing_secret(settings) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_child_process_reads_the_same_settings(tmp_path: Path) -> None:
    settings = load_settings({"KEFU_CHAT_KEY": "sk-1"}, data_dir=tmp_path, upload_limit_mb=7)
    child = {k: v for k, v in environment(settings).items() if k.startswith("KEFU_")}
    assert load_settings(child) == settings


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "sk-very-secret" not in repr(load_settings({"KEFU_CHAT_KEY": "sk-very-secret"}))


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_CHAT_URL", "")
    monkeypatch.setenv("KEFU_DATABASE_POOL", "")
    assert load_settings().chat_url is None
