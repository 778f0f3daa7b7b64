"""收文 as one business: its rules by kind of step, its services, its records."""

from functools import partial

from workflows.contract import Business, by_facts
from workflows.incoming_document import closing, delegates, rules
from workflows.incoming_document.allocation import judge_allocate
from workflows.incoming_document.instructions import judge_instruct
from workflows.incoming_document.records import RECORDS
from workflows.incoming_document.registration import judge_register
from workflows.incoming_document.settings import IncomingSettings

BUSINESS = "incoming_document"
WRITTEN = frozenset(
    """needs_verification incoming_case reply_number replied_on lead_unit merged_into handle_due informed unit asks_approval
    instructors circlers co_units circulation destinations""".split()
)
"""The variables that the rules of steps write."""


def incoming_document(settings: IncomingSettings) -> Business:
    """Return the business of an office with these settings."""
    return Business(
        judges={
            "receive": by_facts(rules.judge_receive),
            "register": partial(judge_register, settings=settings),
            "verify": by_facts(rules.judge_verify),
            "preliminary_review": by_facts(rules.judge_preliminary_review),
            "propose": by_facts(rules.judge_propose),
            "review": by_facts(rules.judge_review),
            "instruct": partial(judge_instruct, settings=settings),
            "allocate": partial(judge_allocate, settings=settings),
            "handle": closing.judge_handle,
            "reply": closing.judge_reply,
            "close": closing.judge_close,
        },
        services={"incoming.note_reply": delegates.note_reply},
        records=RECORDS,
        written=WRITTEN,
    )
