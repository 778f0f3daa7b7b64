"""Settings: config.toml, the environment above it, unknown keys refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import DEFAULT_CONFIG, load, session_secret


def test_every_setting_stands_in_the_documented_file() -> None:
    written = DEFAULT_CONFIG.read_text()
    for section, values in load().model_dump(exclude={"document_approval": {"issuing_codes"}}).items():
        assert f"[{section}]" in written
        for key in values:
            assert f"\n{key} = " in written, f"{section}.{key}"


def test_an_unknown_key_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[web]\nsession_hour = 3\n")
    monkeypatch.setenv("BANJIE_CONFIG", str(config))
    with pytest.raises(ValidationError, match="session_hour"):
        load()


def test_the_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[web]\nsession_hours = 3\nsecure_cookies = true\n[storage]\ndatabase_url = "sqlite:///a.db"\n')
    monkeypatch.setenv("BANJIE_CONFIG", str(config))
    monkeypatch.setenv("BANJIE_WEB__SESSION_HOURS", "5")
    monkeypatch.setenv("BANJIE_DATABASE_URL", "sqlite:///b.db")
    settings = load()
    assert (settings.web.session_hours, settings.web.secure_cookies) == (5, True)
    assert settings.storage.database_url == "sqlite:///b.db"


def test_the_session_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    secret = session_secret(tmp_path / "data")
    assert session_secret(tmp_path / "data") == secret
    assert len(secret) == 64
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
