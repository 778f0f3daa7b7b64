"""议题 and 会议 as two businesses: their rules by kind of step, their services, their records."""

from functools import partial

from workflows.contract import Business, by_facts
from workflows.meeting_arrangement import confidence, delegates, item_rules, meeting_rules, minutes_rules
from workflows.meeting_arrangement.records import ITEMS, OF_MEETINGS
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.numbering.settings import NumberSettings

WRITTEN = frozenset(
    """meeting_case meeting_at meeting_begins meeting_ends receipts_close chair room_name members invitations results extracts
    extract_round signed_on""".split()
)
"""The variables that the rules of a meeting write."""
TOLD = frozenset("readers outcome conclusion minutes_extract checked checked_by remark".split())
"""The variables that the messages between a meeting and its items carry."""


def agenda_item(settings: MeetingSettings) -> Business:
    """Return the business of items that are put before the bodies of an office."""
    return Business(
        judges={
            "draft": by_facts(partial(item_rules.judge_draft, settings=settings)),
            "preliminary_review": partial(item_rules.judge_preliminary_review, settings=settings),
            "approve": by_facts(partial(item_rules.judge_approve, settings=settings)),
            "verify": by_facts(item_rules.judge_verify),
        },
        records=(ITEMS,),
        bars=confidence.bars_from_item,
        written=item_rules.WRITTEN | TOLD,
    )


def meeting_arrangement(settings: MeetingSettings, numbers: NumberSettings) -> Business:
    """Return the business of the meetings of an office, which writes its numbers so."""
    return Business(
        judges={
            "arrange": partial(meeting_rules.judge_arrange, settings=settings),
            "set_agenda": partial(meeting_rules.judge_set_agenda, settings=settings),
            "convene": partial(meeting_rules.judge_convene, settings=settings),
            "answer": by_facts(meeting_rules.judge_answer),
            "grant_leave": by_facts(meeting_rules.judge_grant_leave),
            "check_in": partial(meeting_rules.judge_check_in, settings=settings),
            "deliberate": minutes_rules.judge_deliberate,
            "draft": minutes_rules.judge_draft,
            "edit": minutes_rules.judge_edit,
            "sign_and_issue": partial(minutes_rules.judge_sign_and_issue, settings=settings),
            "dispatch": by_facts(minutes_rules.judge_dispatch),
            "archive": minutes_rules.judge_archive,
        },
        services={
            "meeting.number": partial(delegates.number_meeting, settings=settings, numbers=numbers),
            "meeting.note_check": delegates.note_check,
            "meeting.issue_minutes": partial(delegates.issue_minutes, settings=settings, numbers=numbers),
        },
        records=OF_MEETINGS,
        withholds=confidence.withholds,
        written=WRITTEN | delegates.WRITTEN,
    )


def record_reading() -> Business:
    """Return the business of asking to read the full record of a meeting."""
    return Business(judges={"approve": by_facts(minutes_rules.judge_approve)})
