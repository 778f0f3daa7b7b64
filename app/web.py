"""Makes the Flask application: the only place where its parts are joined."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel, get_locale
from flask_login import current_user

from app import assets, errors, formats, metrics, navigation, security, wording
from app.account.views import account
from app.admin.views import admin
from app.api.views import create_api
from app.archive.views import archive
from app.attachments import files
from app.audit.views import audit
from app.calendar.views import calendar
from app.cases.printed import printed
from app.cases.versions import case_versions
from app.cases.views import cases
from app.comments.views import comments
from app.current import HOUSE
from app.definitions.running import running
from app.definitions.views import definitions
from app.documents.views import documents
from app.health import health
from app.house import MEGABYTE, House, build
from app.incoming.views import incoming
from app.interventions.views import interventions
from app.kinds import kind_label
from app.language import LANGUAGES, SOURCE, language, selected
from app.meetings.views import meetings
from app.messages import (
    OPERATIONS,
    break_reason,
    channel_label,
    check_label,
    event_label,
    happening_sentence,
    import_reason,
    incident_sentence,
    interval_label,
    notice_kind,
    notice_sentence,
    stuck_sentence,
    wait_sentence,
)
from app.notices.views import notices
from app.operations.views import operations
from app.phrases.views import phrases
from app.previews.views import previews
from app.record_values import record_value
from app.redactions.views import redactions
from app.rooms.views import rooms
from app.secretaries.views import secretaries
from app.sentences import meeting_arrangement
from app.sentences.links import relation_label
from app.sentences.records import record_column, record_label
from app.sentences.redaction import media_label, table_label, was_cleared
from app.settings import Settings, load, session_secret
from app.studio.beginning import beginning
from app.studio.comparing import studio_compare, version_compare
from app.studio.forms import studio_forms
from app.studio.rules import studio_rules
from app.studio.trying import trying
from app.studio.views import studio
from app.studio.walking import walking
from app.substitutions.views import substitutions
from app.supervision.views import supervision
from app.worklist import batch, inbox
from app.worklist.autosave import autosave
from app.worklist.undo import undo_of
from app.worklist.views import worklist
from workflows.box_contents import BOXES_OF_ITEMS
from workflows.contract import REFUSING
from workflows.organisation.posts import POSTS

BLUEPRINTS = (
    operations,
    account,
    worklist,
    autosave,
    phrases,
    cases,
    case_versions,
    printed,
    comments,
    notices,
    files,
    previews,
    documents,
    incoming,
    definitions,
    running,
    studio,
    studio_forms,
    studio_rules,
    walking,
    trying,
    beginning,
    studio_compare,
    version_compare,
    interventions,
    substitutions,
    calendar,
    secretaries,
    supervision,
    rooms,
    meetings,
    redactions,
    archive,
    audit,
    admin,
    health,
    language,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for an installation; without settings, those of config.toml and the environment."""
    house = build(settings or load())
    app = create_api(__name__, Path(__file__).parent)
    app.extensions[HOUSE] = house
    web = house.settings.web
    app.config.update(
        SECRET_KEY=session_secret(house.settings.storage.data_dir),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=web.session_hours),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=web.secure_cookies,
        MAX_CONTENT_LENGTH=web.request_megabytes * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=web.request_megabytes * MEGABYTE,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=SOURCE,
    )
    app.session_interface = security.PageSessions()
    Babel(app, locale_selector=selected)
    wording.install(app)
    metrics.count_requests(app)
    security.protect(app, house)
    errors.register(app, house)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_template_words(app, house)
    return app


def add_template_words(app: Flask, house: House) -> None:
    """Give templates what every page needs."""
    app.jinja_env.globals.update(
        asset_script=assets.script,
        asset_styles=assets.styles,
        box_label=navigation.box_label,
        post_names=POSTS,
        house_name=house.settings.office.name,
        poll_seconds=house.settings.live.poll_seconds,
        event_label=event_label,
        languages=LANGUAGES,
        break_reason=break_reason,
        notice_kind=notice_kind,
        notice_sentence=notice_sentence,
        channel_label=channel_label,
        interval_label=interval_label,
        import_reason=import_reason,
        incident_sentence=incident_sentence,
        wait_sentence=wait_sentence,
        stuck_sentence=stuck_sentence,
        happening_sentence=happening_sentence,
        relation_label=relation_label,
        record_column=record_column,
        record_label=record_label,
        record_value=record_value,
        table_label=table_label,
        was_cleared=was_cleared,
        media_label=media_label,
        attachment_bytes=house.office.settings.attachment_bytes,
        kind_label=kind_label,
        check_label=check_label,
        refusing=REFUSING,
        operation_labels=OPERATIONS,
        refusal_sentence=lambda refusal: errors.told(refusal, house),
        boxes_of_items=BOXES_OF_ITEMS,
        box_keys=navigation.BOX_KEYS,
        batch_label=batch.batch_label,
        column_label=inbox.column_label,
        undo_of=undo_of,
        **meeting_arrangement.WORDS,
    )
    app.jinja_env.filters.update(
        local_time=formats.local_time,
        short_time=formats.short_time,
        clock_time=formats.clock_time,
        exact_time=formats.exact_time,
        until=formats.until,
        span=formats.span,
        written_day=formats.written_day,
        long_date=formats.long_date,
    )
    app.jinja_env.globals.update(
        due=formats.due, overdue=formats.overdue, provisional_note=formats.provisional, period=formats.period
    )

    @app.context_processor
    def page() -> dict[str, object]:
        if not current_user.is_authenticated:
            return {"language": str(get_locale())}
        return {
            "language": str(get_locale()),
            "me": security.current_person(),
            "navigation": navigation.sections(house) if not current_user.must_change_password else [],
        }
