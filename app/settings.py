"""Settings: config.toml, overridden by the environment; unknown keys are errors."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, IPvAnyNetwork, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from workflows.catalogue import KINDS
from workflows.deviations.values import Kind
from workflows.meeting_arrangement.quorum import ORDINARY, parse_threshold
from workflows.meeting_arrangement.quorum import Threshold as ThresholdOfMembers
from workflows.meeting_arrangement.settings import PERSON_PREFIX
from workflows.organisation.posts import POSTS
from workflows.supervision.values import Source

CONFIG_VARIABLE = "BANJIE_CONFIG"
DEFAULT_CONFIG = Path(__file__).parent.parent / "config.toml"
SHORT_NAMES = {
    "BANJIE_DATABASE_URL": ("storage", "database_url"),
    "BANJIE_DATA_DIR": ("storage", "data_dir"),
    "BANJIE_CLOCK_ADJUSTABLE": ("clock", "adjustable"),
}
DATABASE_FILE = "banjie.db"
SECRET_BYTES = 32
OUTSIDE_SECRETS = ("MAIL_PASSWORD", "ROBOT_URL", "ROBOT_SECRET")
SPAN = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")


Threshold = Annotated[ThresholdOfMembers, BeforeValidator(parse_threshold)]
"""A rule of quorum or vote, such as ``>= 1/2 of due``."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StorageSettings(_Section):
    database_url: str = ""
    data_dir: Path = Path("var")

    def settled(self, beside: Path) -> "StorageSettings":
        """Return the same with a data folder that no longer depends on where a command is called from.

        Args:
            beside: The folder a relative data folder lies in.

        Returns:
            Settings whose database, unless one was named, is a SQLite file in the data folder.
        """
        data_dir = (beside / self.data_dir).resolve()
        return StorageSettings(
            database_url=self.database_url or f"sqlite:///{data_dir / DATABASE_FILE}", data_dir=data_dir
        )


class ClockSettings(_Section):
    adjustable: bool = False


class JobsSettings(_Section):
    poll_seconds: float = Field(1.0, ge=0.05, le=60)
    in_server: Literal["sqlite", "always", "never"] = "sqlite"


class WebSettings(_Section):
    session_hours: int = Field(12, ge=1, le=72)
    secure_cookies: bool = False
    request_megabytes: int = Field(60, ge=1, le=1000)


class LiveSettings(_Section):
    most_streams: int = Field(5000, ge=0, le=100_000)
    streams_per_person: int = Field(10, ge=1, le=100)
    heartbeat_seconds: float = Field(15, ge=0.1, le=300)
    look_seconds: float = Field(5, ge=0.1, le=60)
    poll_seconds: float = Field(15, ge=0.1, le=600)


class MetricsSettings(_Section):
    addresses: tuple[IPvAnyNetwork, ...] = (ip_network("127.0.0.1/32"), ip_network("::1/128"))
    token: str = ""


class HouseSettings(_Section):
    name: str = "办公室"
    usual_flow: str = "outgoing_document"
    title_characters: int = Field(200, ge=1, le=1000)
    opinion_characters: int = Field(2000, ge=1, le=20000)
    comment_characters: int = Field(1000, ge=1, le=20000)
    attachment_megabytes: int = Field(50, ge=1, le=1000)
    urge_hours: int = Field(4, ge=0, le=720)
    remind_hours: int = Field(24, ge=1, le=720)
    undo_seconds: int = Field(10, ge=0, le=60)


class CalendarSettings(_Section):
    hours: tuple[str, ...] = Field(("08:30-12:00", "14:00-17:30"), min_length=1)
    near_due_days: int = Field(1, ge=0, le=30)

    @field_validator("hours")
    @classmethod
    def _follow_each_other(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        spans = [SPAN.fullmatch(one) for one in hours]
        ends = [end for span in spans if span for end in span.groups()]
        if None in spans or ends != sorted(set(ends)):
            raise ValueError('calendar.hours 应为先后相接的时段，如 ["08:30-12:00", "14:00-17:30"]')
        return hours

    @property
    def spans(self) -> tuple[tuple[time, time], ...]:
        return tuple((begins, ends) for begins, ends in (map(time.fromisoformat, one.split("-")) for one in self.hours))


class NoticesSettings(_Section):
    daily_at: time = time(8, 30)
    bare_words: tuple[str, ...] = ("同意", "已阅", "阅", "圈阅")
    base_url: str = Field("", pattern=r"^(https?://[^\s]+)?$")
    retry_seconds: int = Field(30, ge=1, le=3600)
    most_attempts: int = Field(8, ge=1, le=20)


class MailSettings(_Section):
    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    starttls: bool = True
    username: str = ""
    sender: str = ""
    timeout_seconds: int = Field(10, ge=1, le=60)

    @model_validator(mode="after")
    def _has_a_sender(self) -> "MailSettings":
        if self.host and "@" not in self.sender:
            raise ValueError("mail.sender 应为发件人的邮箱地址")
        return self


class RobotSettings(_Section):
    format: Literal["", "wecom", "dingtalk"] = ""
    markdown: bool = False
    timeout_seconds: int = Field(10, ge=1, le=60)


class IssuingCodeSettings(_Section):
    code: str = Field(pattern=r"^[\u4e00-\u9fa5A-Za-z]{1,20}$")
    signatory: Literal["principal", "leader_of_office", "leader_of_unit", "office_director"]
    organ: str = Field("", max_length=100)
    important_to_principal: bool = True
    may_instruct: bool = True


class DocumentApprovalSettings(_Section):
    office_unit: str = "BGS"
    request_phrases: tuple[str, ...] = ()
    superior_organs: tuple[str, ...] = ()
    higher_organs: tuple[str, ...] = ()
    subordinate_words: tuple[str, ...] = ()
    person_titles: tuple[str, ...] = ()
    opinion_phrases: tuple[str, ...] = ()
    approval_phrases: tuple[str, ...] = ()
    planned_types: tuple[str, ...] = ()
    default_disclosure: str = ""
    default_retention: str = ""
    issuing_codes: tuple[IssuingCodeSettings, ...] = ()


class LimitSettings(_Section):
    urgency: Literal["", "特提", "特急", "加急", "平急"]
    handling: Literal["阅件", "办件"]
    hours: int = Field(0, ge=0, le=720)
    days: int = Field(0, ge=0, le=250)

    @model_validator(mode="after")
    def _is_one(self) -> "LimitSettings":
        if bool(self.hours) == bool(self.days):
            raise ValueError("时限须且只能写 hours 或 days 之一")
        return self


class IncomingDocumentSettings(_Section):
    series: str = "收"
    limits: tuple[LimitSettings, ...] = ()


class SeriesSettings(_Section):
    code: str = Field(pattern=r"^[\u4e00-\u9fa5A-Za-z]{1,20}$")
    pattern: str = Field(
        pattern=r"^(?:[^{}]|\{code\}|\{year\}|\{serial(?::0[1-9]d?)?\})*\{serial(?::0[1-9]d?)?\}[^{}]*$"
    )


class NumberingSettings(_Section):
    series: tuple[SeriesSettings, ...] = ()


class SourceLimitSettings(_Section):
    source: Source
    days: int = Field(ge=1, le=250)


class SupervisionSection(_Section):
    near_due_days: int = Field(3, ge=1, le=60)
    feedback_notice_days: int = Field(3, ge=0, le=20)
    report_after_days: int = Field(3, ge=1, le=60)
    report_again_days: int = Field(10, ge=1, le=250)
    urgings_before_report: int = Field(2, ge=1, le=20)
    morning: time = time(8, 30)
    limits: tuple[SourceLimitSettings, ...] = ()


class MatterRuleSettings(_Section):
    matter: Literal["一般事项", "干部任免"]
    quorum: Threshold
    passing: Threshold
    secret: bool = False
    recused_counted: bool = False


class BodySettings(_Section):
    name: str = Field(min_length=1, max_length=40)
    series: str = Field(min_length=1)
    minutes_series: str = Field(min_length=1)
    minutes_title: str = Field("", max_length=100)
    members: tuple[str, ...] = Field(min_length=1)
    presides: str = Field(min_length=1)
    first_topic: bool = True
    rules: tuple[MatterRuleSettings, ...]

    @model_validator(mode="after")
    def _has_an_ordinary_rule(self) -> "BodySettings":
        if ORDINARY not in [one.matter for one in self.rules]:
            raise ValueError(f"“{self.name}”没有一般事项的议事规则")
        unknown = [
            one for one in (*self.members, self.presides) if not one.startswith(PERSON_PREFIX) and one not in POSTS
        ]
        if unknown:
            raise ValueError(f"岗位不存在：{'、'.join(unknown)}")
        return self


class MeetingsSettings(_Section):
    finance_unit: str = ""
    compliance_post: str = "compliance_reviewer"
    first_topic_unit: str = ""
    paper_characters: int = Field(2000, ge=0, le=100_000)
    report_minutes: int = Field(10, ge=0, le=600)
    reading_days: int = Field(7, ge=1, le=365)
    bodies: tuple[BodySettings, ...] = ()


class PeriodSettings(_Section):
    name: str = Field(min_length=1, max_length=20)
    code: str = Field(pattern=r"^[A-Za-z0-9]{1,10}$")


class FlowFilingSettings(_Section):
    flow: str = Field(min_length=1)
    retention: str = ""
    reason: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _is_one(self) -> "FlowFilingSettings":
        if bool(self.retention) == bool(self.reason):
            raise ValueError("archive.flows 须且只能写 retention 或 reason 之一")
        return self


class ArchiveSection(_Section):
    fonds: str = Field("M018", pattern=r"^[A-Za-z0-9]{1,20}$")
    category: str = Field("WS", pattern=r"^[A-Za-z0-9]{1,10}$")
    pattern: str = "{fonds}-{category}·{year}-{retention}-{unit}-{serial:04}"
    unit: str = "BGS"
    formats: tuple[str, ...] = ("application/pdf", "application/ofd")
    periods: tuple[PeriodSettings, ...] = ()
    flows: tuple[FlowFilingSettings, ...] = ()

    @field_validator("pattern")
    @classmethod
    def _tells_items_apart(cls, pattern: str) -> str:
        known = {"fonds": "F", "category": "C", "year": 2000, "retention": "R", "unit": "U", "serial": 1}
        try:
            written = {pattern.format(**known)}
            for name, other in (("year", 2001), ("retention", "S"), ("unit", "V"), ("serial", 2)):
                written.add(pattern.format(**{**known, name: other}))
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ValueError(f"archive.pattern 不能使用：{error}") from error
        if len(written) != len(known) - 1:
            raise ValueError("archive.pattern 须含 {year}、{retention}、{unit}、{serial}，否则档号会重复")
        return pattern

    @model_validator(mode="after")
    def _periods_are_known(self) -> "ArchiveSection":
        names, codes = [one.name for one in self.periods], [one.code for one in self.periods]
        if len(set(names)) != len(names) or len(set(codes)) != len(codes):
            raise ValueError("archive.periods 的名称和代码不能重复")
        unknown = [one.retention for one in self.flows if one.retention and one.retention not in names]
        if unknown:
            raise ValueError(f"archive.periods 没有保管期限：{'、'.join(unknown)}")
        return self


class OrderSettings(_Section):
    before: tuple[str, ...] = Field(min_length=1)
    after: str
    reason: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _kinds_exist(self) -> "OrderSettings":
        unknown = set(self.before) - KINDS | ({self.after} - KINDS if "." not in self.after else set())
        if unknown:
            raise ValueError(f"环节类型不存在：{'、'.join(sorted(unknown))}")
        return self


class AnchorsSettings(_Section):
    minutes: int = Field(10, ge=0, le=1440)
    file: str = ""


class CheckSettings(_Section):
    order: tuple[OrderSettings, ...] = ()


class FlowFiguresSettings(_Section):
    smallest_group: int = Field(5, ge=1, le=1000)
    unchanged_from: int = Field(20, ge=2, le=10_000)
    most_cases: int = Field(2000, ge=100, le=20_000)


class RiskWeightSettings(_Section):
    kind: Kind
    weight: int = Field(ge=0, le=1000)


class SamplingSettings(_Section):
    questions: tuple[str, ...] = ()
    weights: tuple[RiskWeightSettings, ...] = ()


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
    jobs: JobsSettings = JobsSettings()
    web: WebSettings = WebSettings()
    live: LiveSettings = LiveSettings()
    metrics: MetricsSettings = MetricsSettings()
    office: HouseSettings = HouseSettings()
    calendar: CalendarSettings = CalendarSettings()
    notices: NoticesSettings = NoticesSettings()
    mail: MailSettings = MailSettings()
    robot: RobotSettings = RobotSettings()
    document_approval: DocumentApprovalSettings = DocumentApprovalSettings()
    incoming_document: IncomingDocumentSettings = IncomingDocumentSettings()
    numbering: NumberingSettings = NumberingSettings()
    supervision: SupervisionSection = SupervisionSection()
    meetings: MeetingsSettings = MeetingsSettings()
    archive: ArchiveSection = ArchiveSection()
    anchors: AnchorsSettings = AnchorsSettings()
    flow_figures: FlowFiguresSettings = FlowFiguresSettings()
    check: CheckSettings = CheckSettings()
    sampling: SamplingSettings = SamplingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the library's signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


def config_file() -> Path:
    """Return the file the settings are read from."""
    return Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG))


def load(**overrides: Any) -> Settings:
    """Read config.toml (``BANJIE_CONFIG``) and the environment; keyword arguments stand above both.

    A relative data folder lies beside config.toml, or, where the environment names it, in the working directory.
    """
    given: dict[str, Any] = {section: dict(values) for section, values in overrides.items()}
    for variable, (section, key) in SHORT_NAMES.items():
        if variable in os.environ:
            given.setdefault(section, {}).setdefault(key, os.environ[variable])
    settings = Settings(**given)
    named_here = "data_dir" in given.get("storage", {})
    beside = Path.cwd() if named_here else config_file().resolve().parent
    return settings.model_copy(update={"storage": settings.storage.settled(beside)})


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


def outside_secret(name: str) -> str:
    """Return a secret of what goes outside, which no configuration holds.

    Args:
        name: ``MAIL_PASSWORD``, ``ROBOT_URL`` or ``ROBOT_SECRET``; the environment has it as ``BANJIE_`` and the name,
            or names a file that holds it as the same with ``_FILE``.

    Returns:
        The secret, or an empty text where there is none.
    """
    file = os.environ.get(f"BANJIE_{name}_FILE", "")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(f"BANJIE_{name}", "")
