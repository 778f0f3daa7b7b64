"""Settings: config.toml, overridden by the environment; unknown keys are errors."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

CONFIG_VARIABLE = "BANJIE_CONFIG"
DEFAULT_CONFIG = Path(__file__).parent.parent / "config.toml"
SHORT_NAMES = {
    "BANJIE_DATABASE_URL": ("storage", "database_url"),
    "BANJIE_DATA_DIR": ("storage", "data_dir"),
    "BANJIE_CLOCK_ADJUSTABLE": ("clock", "adjustable"),
}
SECRET_BYTES = 32


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StorageSettings(_Section):
    database_url: str = "sqlite:///var/banjie.db"
    data_dir: Path = Path("var")


class ClockSettings(_Section):
    adjustable: bool = False


class WebSettings(_Section):
    session_hours: int = Field(12, ge=1, le=72)
    secure_cookies: bool = False
    request_megabytes: int = Field(60, ge=1, le=1000)


class HouseSettings(_Section):
    name: str = "办公室"
    title_characters: int = Field(200, ge=1, le=1000)
    opinion_characters: int = Field(2000, ge=1, le=20000)
    attachment_megabytes: int = Field(50, ge=1, le=1000)
    near_due_hours: int = Field(24, ge=0, le=720)


class IssuingCodeSettings(_Section):
    code: str = Field(pattern=r"^[\u4e00-\u9fa5A-Za-z]{1,20}$")
    signatory: Literal["principal", "leader_of_office", "leader_of_unit", "office_director"]


class DocumentApprovalSettings(_Section):
    office_unit: str = "BGS"
    request_phrases: tuple[str, ...] = ()
    issuing_codes: tuple[IssuingCodeSettings, ...] = ()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="BANJIE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    storage: StorageSettings = StorageSettings()
    clock: ClockSettings = ClockSettings()
    web: WebSettings = WebSettings()
    office: HouseSettings = HouseSettings()
    document_approval: DocumentApprovalSettings = DocumentApprovalSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the library's signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        config = Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config)


def load(**overrides: Any) -> Settings:
    """Read config.toml (``BANJIE_CONFIG``) and the environment; keyword arguments stand above both."""
    given: dict[str, Any] = {section: dict(values) for section, values in overrides.items()}
    for variable, (section, key) in SHORT_NAMES.items():
        if variable in os.environ:
            given.setdefault(section, {}).setdefault(key, os.environ[variable])
    return Settings(**given)


def session_secret(data_dir: Path) -> str:
    """Return the key that signs sessions; it is made once, readable by its owner alone.

    It appears under its name whole or not at all, however many processes start at once and whenever one of them dies.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secret"
    if not path.exists():
        descriptor, name = tempfile.mkstemp(dir=data_dir, prefix=".secret-")  # mkstemp lets nobody else read it
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            path.hardlink_to(name)
        Path(name).unlink()
    return path.read_text().strip()
