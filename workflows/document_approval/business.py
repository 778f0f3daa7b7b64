"""发文 as one business: its rules by kind of step, its services, its records."""

from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import Connection

from workflows.attachments import actions as attachments
from workflows.contract import Business, JudgeStep, StepFacts, Verdict, by_facts
from workflows.document_approval import delegates, rules, signing
from workflows.document_approval.checks import NOTHING_KNOWN, Circumstances, known_by
from workflows.document_approval.records import CHECKS, DOCUMENTS, SIGNING_RULES
from workflows.document_approval.settings import DocumentSettings
from workflows.numbering.settings import NumberSettings
from workflows.organisation import queries

JudgeText = Callable[[StepFacts, str, str, DocumentSettings, Circumstances], Verdict]


def document_approval(settings: DocumentSettings, numbers: NumberSettings) -> Business:
    """Return the business of an office with these settings, which writes its numbers so."""
    return Business(
        judges={
            "draft": _of_text(rules.judge_draft, settings),
            "edit": _of_text(rules.judge_edit, settings),
            "reconcile": _of_text(rules.judge_reconcile, settings),
            "sign_and_issue": by_facts(rules.judge_sign_and_issue),
            "verify": _of_text(rules.judge_verify, settings),
            "register": partial(_judge_register, settings=settings),
            "typeset": by_facts(rules.judge_typeset),
            "print": by_facts(rules.judge_typeset),
            "seal": by_facts(rules.judge_seal),
            "dispatch": by_facts(partial(rules.judge_dispatch, settings=settings)),
        },
        services={
            "document.appoint_signatory": partial(delegates.appoint_signatory, settings=settings),
            "document.assign_number": partial(delegates.assign_number, settings=settings, numbers=numbers),
        },
        records=(DOCUMENTS, CHECKS, SIGNING_RULES),
        written=rules.WRITTEN | delegates.WRITTEN,
        offers={
            "issuing_codes": lambda connection, day: signing.codes_offered(_rules(connection, settings, day)),
            "issuing_organs": lambda connection, day: signing.organs_offered(_rules(connection, settings, day)),
        },
    )


def circumstances_of(connection: Connection, facts: StepFacts) -> Circumstances:
    """Return what the office knows beside a document, as far as its rules ask for it."""
    variables, known = facts.variables, NOTHING_KNOWN
    if rules.goes_upward(variables) or variables.get("joint_organs"):
        units = frozenset(one.name for one in queries.list_units(connection))
        known = Circumstances(units, frozenset(one.name for one in queries.list_people(connection)))
    annexes = variables.get("annexes")
    if isinstance(annexes, list) and annexes:
        found = attachments.list_by_id(connection, {str(one) for one in annexes})
        known = known_by((found[str(one)].name for one in annexes if str(one) in found), known)
    return known


def _of_text(judge: JudgeText, settings: DocumentSettings) -> JudgeStep:
    """Return a rule of a step that writes text as one that asks for the codes in force, and for what is known besides."""

    def judged(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
        codes = signing.in_force(connection, settings, facts.today)
        return judge(facts, decision, opinion, codes, circumstances_of(connection, facts))

    return judged


def _judge_register(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, *, settings: DocumentSettings
) -> Verdict:
    return rules.judge_register(facts, decision, opinion, signing.in_force(connection, settings, facts.today))


def _rules(connection: Connection, settings: DocumentSettings, day: date) -> list[signing.SigningRule]:
    return signing.rules_on(connection, settings, day)
