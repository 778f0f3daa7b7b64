"""Settings: config.toml, the environment above it, unknown keys refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import DEFAULT_CONFIG, load, session_secret


def test_every_setting_stands_in_the_documented_file() -> None:
    written = DEFAULT_CONFIG.read_text()
    for section, values in load().model_dump(exclude={"document_approval": {"issuing_codes"}}).items():
        for key in values:
            table = f"[[{section}.{key}]]" in written
            assert table or (f"[{section}]" in written and f"\n{key} = " in written), f"{section}.{key}"


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


def test_the_database_lies_in_the_data_folder_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANJIE_DATA_DIR", str(tmp_path / "one"))
    assert load().storage.database_url == f"sqlite:///{tmp_path}/one/banjie.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BANJIE_DATA_DIR", "two")
    assert load().storage.data_dir == tmp_path / "two"


def test_the_default_data_folder_does_not_depend_on_where_a_command_is_called_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load().storage.data_dir == DEFAULT_CONFIG.parent / "var"
    (tmp_path / "config.toml").write_text('[storage]\ndata_dir = "kept"\n')
    monkeypatch.setenv("BANJIE_CONFIG", "config.toml")
    assert load().storage.database_url == f"sqlite:///{tmp_path}/kept/banjie.db"


def test_the_session_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    secret = session_secret(tmp_path / "data")
    assert session_secret(tmp_path / "data") == secret
    assert len(secret) == 64
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
