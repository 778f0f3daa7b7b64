"""What the navigation offers to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g, request, url_for
from sqlalchemy import Connection

from app.current import now
from app.house import House
from app.security import current_person
from app.transaction import reading
from app.wording import gettext as _
from workflows import box_counts
from workflows.box_contents import BOXES
from workflows.box_news import NOTICES
from workflows.duties import (
    ADMINISTRATORS,
    ARCHIVE_READERS,
    AUDITORS,
    DIRECTORS,
    INCOMING_READERS,
    INTERVENERS,
    MEETING_READERS,
    REGISTER_READERS,
)
from workflows.notices.reading import count_unread
from workflows.organisation.values import Person
from workflows.redaction.actions import count_undecided
from workflows.redaction.rules import may_decide
from workflows.rooms.bookings import may_book
from workflows.supervision import board, bulletin, oral_orders

REGISTRARS = ("registry_clerk", "office_director", "process_administrator")

BOX_ICONS = {
    "todo": "inbox",
    "claimable": "hand-grab",
    "in_progress": "progress",
    "done": "checks",
    "started": "send",
    "copies": "eye",
    "drafts": "pencil",
    "delegated": "user-share",
}

BOX_KEYS = {
    "t": "todo",
    "p": "claimable",
    "i": "in_progress",
    "d": "done",
    "s": "started",
    "c": "copies",
    "f": "drafts",
    "w": "delegated",
}
"""Which key opens which box after g."""


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; ``box`` names what is counted and kept up to date in open pages: a box, or the notices."""

    label: str
    url: str
    icon: str
    active: bool
    count: int = 0
    box: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under one heading."""

    label: str
    entries: tuple[Entry, ...]


def box_label(box: str) -> str:
    return {
        "todo": _("待办"),
        "claimable": _("待领办"),
        "in_progress": _("在办"),
        "done": _("办结"),
        "started": _("我发起的"),
        "copies": _("传阅"),
        "drafts": _("草稿"),
        "delegated": _("委托"),
    }[box]


def count_boxes(connection: Connection, person: Person, at: datetime) -> Mapping[str, int]:
    """Count what lies in a person's boxes, and the notices they have not read, for a page and its navigation."""
    counts = {**box_counts.counts(connection, person, at), NOTICES: count_unread(connection, person, at)}
    g.box_counts = counts
    return counts


def sections(house: House) -> list[Section]:
    """Return the navigation of the current person."""
    person = current_person()
    counts = g.get("box_counts")
    if counts is None:
        with reading(house.pool) as connection:
            counts = count_boxes(connection, person, now(connection))
    found = [
        Section(
            _("办理"),
            (
                *(
                    Entry(
                        box_label(box),
                        url_for("worklist.index", box=box),
                        BOX_ICONS[box],
                        request.endpoint == "worklist.index" and request.args.get("box", "todo") == box,
                        counts.get(box, 0),
                        box if box in counts else "",
                    )
                    for box in BOXES
                ),
                _entry(_("通知"), "notices.index", "bell", counts.get(NOTICES, 0), NOTICES),
                _entry(_("新建"), "cases.new", "circle-plus"),
                _entry(_("事项查询"), "cases.index", "search"),
                _entry(_("代理"), "substitutions.index", "arrows-exchange"),
                _entry(_("工作日历"), "calendar.index", "calendar"),
                _entry(_("常用语"), "phrases.own", "quote"),
                *([_entry(_("会议室"), "rooms.index", "calendar-event")] if may_book(person) is None else []),
            ),
        )
    ]
    office = []
    if person.posts & set(REGISTRARS):
        office.append(_entry(_("编号登记"), "documents.numbers", "list-numbers"))
    if person.posts & set(INCOMING_READERS):
        office.append(_entry(_("收文登记簿"), "incoming.received", "inbox"))
    if person.posts & set(REGISTER_READERS):
        office.append(_entry(_("发文登记簿"), "documents.outgoing", "send"))
    if person.posts & set(MEETING_READERS):
        office.append(_entry(_("会议登记"), "meetings.index", "calendar-event"))
    if person.posts & {*REGISTER_READERS, "seal_keeper"}:
        office.append(_entry(_("用印登记"), "documents.seals", "checks"))
    if person.posts & set(ARCHIVE_READERS):
        office.append(_entry(_("整理归档"), "archive.index", "inbox"))
    office += _supervision(person)
    if person.posts & set(DIRECTORS):
        office.append(_entry(_("签发权限"), "documents.signing_rules", "key"))
        office.append(_entry(_("流程"), "definitions.index", "sitemap"))
        office.append(_entry(_("流程热力"), "audit.heat", "progress"))
        office.append(_entry(_("领导秘书"), "secretaries.index", "users"))
        office.append(_entry(_("工作交接"), "operations.ask_handover", "users"))
    if person.posts & set(INTERVENERS):
        office.append(_entry(_("流程干预"), "interventions.index", "alert-triangle"))
    if may_decide(person) is None:
        with reading(house.pool) as connection:
            waiting = count_undecided(connection, person)
        office.append(_entry(_("清除内容"), "redactions.index", "shield-search", waiting))
    if person.posts & set(AUDITORS):
        office.append(_entry(_("过程审计"), "audit.index", "shield-search"))
    if office:
        found.append(Section(_("办公室"), tuple(office)))
    if person.posts & set(ADMINISTRATORS):
        found.append(
            Section(
                _("系统"),
                (
                    _entry(_("单位"), "admin.units", "building"),
                    _entry(_("岗位"), "admin.posts", "id-badge-2"),
                    _entry(_("人员"), "admin.people", "users"),
                ),
            )
        )
    return found


def _supervision(person: Person) -> list[Entry]:
    """Return the lines of 督查督办, as far as the person's posts allow."""
    pages = (
        (board.READERS, _("督办台账"), "supervision.index", "progress"),
        (tuple(board.CLERKS), _("待立项"), "supervision.candidates", "circle-plus"),
        (bulletin.READERS, _("督查通报"), "supervision.monthly", "list-numbers"),
        (board.READERS, _("任务交办"), "supervision.tasks", "checks"),
        (oral_orders.RECORDERS, _("口头交办"), "supervision.orders", "quote"),
    )
    return [_entry(label, endpoint, icon) for posts, label, endpoint, icon in pages if person.posts & set(posts)]


def _entry(label: str, endpoint: str, icon: str, count: int = 0, box: str = "") -> Entry:
    return Entry(label, url_for(endpoint), icon, request.endpoint == endpoint, count, box)
