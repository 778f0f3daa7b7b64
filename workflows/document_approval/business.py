"""发文 as one business: its rules by kind of step, its services, its records."""

from functools import partial

from workflows.contract import Business, by_facts
from workflows.document_approval import delegates, rules
from workflows.document_approval.records import DOCUMENTS
from workflows.document_approval.settings import DocumentSettings
from workflows.numbering.settings import NumberSettings


def document_approval(settings: DocumentSettings, numbers: NumberSettings) -> Business:
    """Return the business of an office with these settings, which writes its numbers so."""
    return Business(
        judges={
            "draft": by_facts(partial(rules.judge_draft, settings=settings)),
            "edit": by_facts(partial(rules.judge_edit, settings=settings)),
            "reconcile": by_facts(partial(rules.judge_reconcile, settings=settings)),
            "sign_and_issue": by_facts(rules.judge_sign_and_issue),
            "verify": by_facts(partial(rules.judge_verify, settings=settings)),
            "register": by_facts(partial(rules.judge_register, settings=settings)),
            "dispatch": by_facts(rules.judge_dispatch),
        },
        services={
            "document.appoint_signatory": partial(delegates.appoint_signatory, settings=settings),
            "document.assign_number": partial(delegates.assign_number, settings=settings, numbers=numbers),
        },
        records=(DOCUMENTS,),
        written=rules.WRITTEN | delegates.WRITTEN,
    )
