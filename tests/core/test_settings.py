"""In production nothing is left to chance: a missing setting stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from core.settings import MissingSetting, read

COMPLETE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "s" * 40,
    "BASE_URL": "https://shop.example.com",
    "SUPPORT_EMAIL": "help@example.com",
    "SMTP_HOST": "mail.example.com",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(f"LICENSEPAL_{name}", value)
    monkeypatch.setenv("LICENSEPAL_INSTANCE", str(tmp_path))
    return monkeypatch


def test_complete_settings_start(environment: pytest.MonkeyPatch) -> None:
    settings = read()
    assert settings.production and settings.secure


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "ENVIRONMENT"])
def test_each_missing_setting_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(f"LICENSEPAL_{name}")
    with pytest.raises(MissingSetting, match=f"LICENSEPAL_{name} is not set"):
        read()


def test_a_short_secret_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LICENSEPAL_SECRET_KEY", "short")
    with pytest.raises(MissingSetting, match="too short"):
        read()


def test_several_processes_need_a_shared_store(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LICENSEPAL_PROCESSES", "3")
    with pytest.raises(MissingSetting, match="LICENSEPAL_REDIS_URL"):
        read()


def test_a_number_that_is_none_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LICENSEPAL_SMTP_PORT", "many")
    with pytest.raises(MissingSetting, match="LICENSEPAL_SMTP_PORT must be a whole number"):
        read()


def test_outside_production_a_secret_is_made_once_and_readable_by_its_owner_only(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("LICENSEPAL_ENVIRONMENT", "development")
    environment.delenv("LICENSEPAL_SECRET_KEY")
    first = read().secret_key
    assert read().secret_key == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert "secret_key" not in repr(read())
