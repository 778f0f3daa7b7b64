"""Who signs what: a table of the office, kept by its director, of which the flow knows nothing but the service that asks it.

A line holds from its day on, so that a change can be made before it comes into force; the table starts with what stands in
``config.toml``. Every change is told in the ledger ``office:signing``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.model import Actor, RecordChange, Value
from workflows import duties
from workflows.document_approval.errors import SigningRuleRefused
from workflows.document_approval.records import SIGNING, signing_rule
from workflows.document_approval.settings import NAMED, OF_THE_OFFICE, SIGNATORIES, DocumentSettings, IssuingCode
from workflows.duties import DIRECTORS
from workflows.forms.validation import OFFICE_ZONE, readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger

LEDGER = "office:signing"
BEGINNING = "1970-01-01"
"""From when on the lines hold with which the table starts."""
CODE = re.compile(r"[\u4e00-\u9fa5A-Za-z]{1,20}")
LONGEST_ORGAN = 100


@dataclass(frozen=True)
class SigningRule:
    """One line of the table: what holds for a code from a day on; a closed code is no longer issued under."""

    issued: IssuingCode
    valid_from: str
    closed: bool

    @property
    def id(self) -> str:
        """The id of its record."""
        return f"{self.issued.code}-{self.valid_from}"


def in_force(connection: Connection, settings: DocumentSettings, day: date) -> DocumentSettings:
    """Return the office's settings with the issuing codes that are in force on a day.

    Args:
        connection: For reading.
        settings: With the codes the table starts with.
        day: In Asia/Shanghai.
    """
    return replace(settings, issuing_codes=tuple(one.issued for one in rules_on(connection, settings, day)))


def rules_on(connection: Connection, settings: DocumentSettings, day: date) -> list[SigningRule]:
    """Return the lines in force on a day, one for each code that is not closed, in the order the codes came."""
    latest: dict[str, SigningRule] = {}
    for one in list_rules(connection, settings):
        if one.valid_from <= day.isoformat():
            latest[one.issued.code] = one
    return [one for one in latest.values() if not one.closed]


def list_rules(connection: Connection, settings: DocumentSettings) -> list[SigningRule]:
    """Return all lines, past and to come, each code's in the order of its days; before the first change those of the settings."""
    rows = connection.execute(select(signing_rule).order_by(signing_rule.c.valid_from, signing_rule.c.id)).all()
    if not rows:
        return [SigningRule(one, BEGINNING, closed=False) for one in settings.issuing_codes]
    known = {one.code: place for place, one in enumerate(settings.issuing_codes)}
    rules = [
        SigningRule(
            IssuingCode(row.code, row.signatory, row.organ, row.important_to_principal, row.may_instruct),
            row.valid_from,
            row.closed,
        )
        for row in rows
    ]
    return sorted(rules, key=lambda one: known.get(one.issued.code, len(known)))


def settle(connection: Connection, office: Office, settings: DocumentSettings, actor: Actor, now: datetime) -> bool:
    """Write the lines of the settings into the table, unless it was begun already; return whether it was."""
    if connection.scalar(select(func.count()).select_from(signing_rule)):
        return False
    first = [SigningRule(one, BEGINNING, closed=False) for one in settings.issuing_codes]
    record_in_ledger(connection, office, LEDGER, [_change(one) for one in first], actor, now)
    return True


def set_rule(
    connection: Connection, office: Office, settings: DocumentSettings, person: Person, rule: SigningRule, now: datetime
) -> None:
    """Let a line hold from its day on; one of the same code and day, which has not begun before today, is replaced.

    Args:
        connection: In a transaction.
        office: The office.
        settings: With the codes the table starts with.
        person: Who decides.
        rule: The line.
        now: Aware instant.

    Raises:
        PostRequired: The person draws no flows.
        SigningRuleRefused: The line is not acceptable; says which part of it.

    Source:
        第二十二条: 重要公文和上行文由机关主要负责人签发; only what an office issues as authorised may be signed otherwise,
        and 上行文 never.
    """
    duties.require_post(person, DIRECTORS)
    today = now.astimezone(OFFICE_ZONE).date()
    _require_acceptable(connection, rule, today)
    actor = Actor(person.username)
    settle(connection, office, settings, actor, now)
    record_in_ledger(connection, office, LEDGER, [_change(rule)], actor, now)


def _require_acceptable(connection: Connection, rule: SigningRule, today: date) -> None:
    issued = rule.issued
    if not CODE.fullmatch(issued.code):
        raise SigningRuleRefused("code", "code")
    named = issued.organ.strip()
    if not named or len(named) > LONGEST_ORGAN or not readable_text(named, lines=False):
        raise SigningRuleRefused("organ", "organ")
    if issued.signatory.startswith(NAMED):
        found = queries.find_person(connection, issued.signatory.removeprefix(NAMED))
        if found is None or found.disabled:
            raise SigningRuleRefused("person", "signatory")
    elif issued.signatory not in SIGNATORIES:
        raise SigningRuleRefused("signatory", "signatory")
    if not issued.important_to_principal and not issued.signatory.startswith(OF_THE_OFFICE):
        raise SigningRuleRefused("important", "important_to_principal")
    try:
        begins = date.fromisoformat(rule.valid_from)
    except ValueError as error:
        raise SigningRuleRefused("date", "valid_from") from error
    if begins < today:
        raise SigningRuleRefused("past", "valid_from")


def _change(rule: SigningRule) -> RecordChange:
    issued = rule.issued
    values: dict[str, Value] = {
        "code": issued.code,
        "organ": issued.organ.strip(),
        "signatory": issued.signatory,
        "important_to_principal": issued.important_to_principal,
        "may_instruct": issued.may_instruct,
        "valid_from": rule.valid_from,
        "closed": rule.closed,
    }
    return RecordChange(SIGNING, rule.id, values)


def codes_offered(rules: Iterable[SigningRule]) -> list[tuple[str, str]]:
    """Return the codes in force as a form offers them."""
    return [(one.issued.code, one.issued.code) for one in rules]


def organs_offered(rules: Iterable[SigningRule]) -> list[tuple[str, str]]:
    """Return the names of the bodies that issue documents as a form offers them."""
    return [(name, name) for name in dict.fromkeys(one.issued.organ for one in rules if one.issued.organ)]
