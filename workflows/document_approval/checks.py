"""行文规则 and the elements of a document, checked from facts alone: what is refused, and what is only warned of.

A rule that the regulation states without exception refuses. What it says 原则上, 一般 or 必要时, and what is known only by the
look of a text, is warned of at 核稿: it goes on with a reason, which is recorded.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine import canonical
from engine.model import Value, Variables
from workflows.document_approval.errors import (
    AddressedToPerson,
    AnnexesUnlisted,
    AnswerWithoutRequest,
    ApprovalNotStated,
    BodyMismatch,
    ChecksUnanswered,
    ConsentMissing,
    CopiedToSubordinate,
    MainRecipientMissing,
    MayNotInstruct,
    NotWithheld,
    OwnOpinionMissing,
    SkippedOrganNotCopied,
    SuperiorNotCopied,
    UnequalJointIssue,
)
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.document_approval.types import DOWNWARD, PUBLIC, UPWARD
from workflows.secrecy import require_no_mark

REQUEST, REPLY = "请示", "批复"
WITHOUT_RECIPIENT = frozenset("决议 公报 公告 通告 纪要 命令".split())
"""Types that need no 主送机关. Source: how 第九条（八） is commonly read."""
TYPE_ENDINGS = frozenset("决议 决定 命令 令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 函 纪要".split())
WITHHELD = "不公开"
TEXTS = ("title", "body", "annex_note", "source_document")
SEPARATORS = re.compile(r"[，,、；;\n]+")
ANNEX_ITEM = re.compile(r"(?:^|[\n；;。]|\s)\s*(?:附件\s*[:：]?\s*)?(\d{1,2})\s*[.．、]\s*")
MATTER = re.compile(r"关于.+的")
NOTHING_BUT_WORDS = re.compile(r"[\W_]+")
PARENTHESIS = re.compile(r"[（(][^（）()]*[）)]\s*$")


@dataclass(frozen=True)
class Circumstances:
    """What the office knows beside the document.

    Attributes:
        own_units: Names of the group's own units.
        people: Names of people.
        annexes: Names of the files that are annexed, without their endings.
    """

    own_units: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    annexes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Warned:
    """A check that a document does not meet, and what it was found by: the same finding is not warned of twice."""

    check: str
    seen: str


NOTHING_KNOWN = Circumstances()


def require_rules_kept(variables: Variables, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN) -> None:
    """Refuse what the rules between bodies do not allow, wherever a text or its recipients are written.

    Args:
        variables: The case's, with what is handed in.
        settings: The office's.
        known: What the office knows beside the document.

    Raises:
        BodyMismatch, MayNotInstruct, StateSecretRefused, MainRecipientMissing, AnswerWithoutRequest, CopiedToSubordinate,
        SkippedOrganNotCopied, AddressedToPerson, OwnOpinionMissing, ConsentMissing, SuperiorNotCopied, ApprovalNotStated,
        UnequalJointIssue, NotWithheld: Each names its clause.
    """
    code = settings.find_code(_words(variables, "issuing_code"))
    _require_own_body(variables, code)
    require_no_mark((key, _words(variables, key)) for key in TEXTS)
    require_no_mark(("annexes", name) for name in known.annexes)
    direction = _words(variables, "direction")
    if not _words(variables, "main_recipients") and _words(variables, "document_type") not in WITHOUT_RECIPIENT:
        raise MainRecipientMissing
    if _words(variables, "document_type") == REPLY and not _words(variables, "source_document"):
        raise AnswerWithoutRequest
    if direction == PUBLIC and _words(variables, "disclosure_scope") == WITHHELD:
        raise NotWithheld
    if direction == UPWARD:
        _require_upward_rules(variables, settings, known, code)
    elif direction == DOWNWARD:
        _require_downward_rules(variables, settings, code)
    for organ in _organs(variables, "joint_organs"):
        if organ in (*settings.superior_organs, *settings.higher_organs) or _is_subordinate(organ, settings, known):
            raise UnequalJointIssue(organ)


def require_annexes_listed(variables: Variables) -> None:
    """Refuse, at the office's review, a document whose 附件说明 does not list as many annexes as are attached.

    Raises:
        AnnexesUnlisted: It lists another number of them, or none.

    Source:
        第九条（十）: 附件说明 is the serial and name of each annex; 第二十条（四）: the office reviews the format.
    """
    attached = variables.get("annexes")
    count = len(attached) if isinstance(attached, list) else 0
    listed = len(annexes_listed(_words(variables, "annex_note")))
    if count and listed != count:
        raise AnnexesUnlisted(count, listed)


def warnings_of(
    variables: Variables, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN
) -> tuple[Warned, ...]:
    """Return what is to be looked at again before a document goes on, though it may.

    Args:
        variables: The case's, with what is handed in.
        settings: The office's.
        known: What the office knows beside the document.

    Returns:
        In the order of :data:`WARNINGS`.
    """
    found = ((name, check(variables, settings, known)) for name, check in WARNINGS.items())
    return tuple(Warned(name, seen) for name, seen in found if seen is not None)


def require_warnings_answered(
    warned: Iterable[Warned], answered: Mapping[str, Value], reason: str
) -> tuple[Warned, ...]:
    """Ask for a reason where something is warned of that was not answered before.

    Args:
        warned: What is warned of.
        answered: By check, what it was found by when it was answered.
        reason: What is said now.

    Returns:
        What is answered by this reason.

    Raises:
        ChecksUnanswered: There is no reason.
    """
    left = tuple(one for one in warned if answered.get(one.check) != digest_of(one))
    if left and not reason.strip():
        raise ChecksUnanswered(tuple(one.check for one in left))
    return left


def digest_of(warned: Warned) -> str:
    """Return by what it is known that the same was found again."""
    return canonical.digest(canonical.encode([warned.check, warned.seen]))


def annexes_listed(note: str) -> tuple[str, ...]:
    """Return the names of annexes that an 附件说明 lists; one without a serial is one annex."""
    if not note:
        return ()
    places = list(ANNEX_ITEM.finditer(note))
    if not places:
        return (note,)
    ends = [*(place.start() for place in places[1:]), len(note)]
    return tuple(note[place.end() : end].strip(" ；;。\n") for place, end in zip(places, ends, strict=True))


def organs_of(text: str) -> tuple[str, ...]:
    """Return the bodies that a line such as 主送 names."""
    return tuple(one.strip() for one in SEPARATORS.split(text) if one.strip())


def _require_own_body(variables: Variables, code: IssuingCode | None) -> None:
    """Source: 第十七条: 内设机构除办公厅（室）外不得对外正式行文; 发文立户: only registered bodies issue."""
    organ = _words(variables, "issuing_organ")
    if code is not None and code.organ and organ and organ != code.organ:
        raise BodyMismatch(organ, code.code, code.organ)


def _require_upward_rules(
    variables: Variables, settings: DocumentSettings, known: Circumstances, code: IssuingCode | None
) -> None:
    """Source: 第十四条 (越级), 第十五条（一）（二）（三）（五）."""
    copied = _organs(variables, "copied_organs")
    for organ in copied:
        if _is_subordinate(organ, settings, known):
            raise CopiedToSubordinate(organ)
    mains = _organs(variables, "main_recipients")
    if set(mains) & set(settings.higher_organs) and not set(settings.superior_organs) & {*mains, *copied}:
        raise SkippedOrganNotCopied("、".join(settings.superior_organs))
    for organ in mains:
        if _is_person(organ, settings, known) and not _words(variables, "source_document"):
            raise AddressedToPerson(organ)
    if _words(variables, "document_type") == REQUEST and REQUEST in _words(variables, "source_document"):
        _require_phrase(variables, settings.opinion_phrases, OwnOpinionMissing)
    important = variables.get("important") is True
    if important and code is not None and code.of_the_office and not _words(variables, "consent"):
        raise ConsentMissing


def _require_downward_rules(variables: Variables, settings: DocumentSettings, code: IssuingCode | None) -> None:
    """Source: 第十六条（一）（二）."""
    if code is not None and not code.may_instruct:
        raise MayNotInstruct(code.code)
    copied = {*_organs(variables, "copied_organs"), *_organs(variables, "main_recipients")}
    if variables.get("important") is True and settings.superior_organs and not copied & set(settings.superior_organs):
        raise SuperiorNotCopied("、".join(settings.superior_organs))
    if code is not None and code.of_the_office and _words(variables, "consent"):
        _require_phrase(variables, settings.approval_phrases, ApprovalNotStated)


def _require_phrase(variables: Variables, phrases: tuple[str, ...], refusal: Callable[[], Exception]) -> None:
    body = "".join(_words(variables, "body").split())
    if phrases and not _words(variables, "body_file") and not any(phrase in body for phrase in phrases):
        raise refusal()


def _several_main_recipients(variables: Variables, _settings: DocumentSettings, _known: Circumstances) -> str | None:
    """XW-01. Source: 第十五条（一）: 原则上主送一个上级机关."""
    mains = _organs(variables, "main_recipients")
    return "、".join(mains) if _words(variables, "direction") == UPWARD and len(mains) > 1 else None


def _level_skipped(variables: Variables, settings: DocumentSettings, _known: Circumstances) -> str | None:
    """XW-03. Source: 第十四条: 一般不得越级行文."""
    skipped = [one for one in _organs(variables, "main_recipients") if one in settings.higher_organs]
    return "、".join(skipped) if _words(variables, "direction") == UPWARD and skipped else None


def _several_matters(variables: Variables, settings: DocumentSettings, _known: Circumstances) -> str | None:
    """XW-04. Source: 第十五条（四）: 请示应当一文一事. How many matters there are is guessed by how often is asked."""
    if _words(variables, "document_type") != REQUEST:
        return None
    body = "".join(_words(variables, "body").split())
    longest_first = sorted(settings.request_phrases, key=len, reverse=True)
    asked = len(re.findall("|".join(map(re.escape, longest_first)), body)) if longest_first else 0
    return str(asked) if asked > 1 else None


def _other_superior_not_copied(variables: Variables, settings: DocumentSettings, _known: Circumstances) -> str | None:
    """XW-09. Source: 第十五条（六）: 受双重领导的机关向一个上级机关行文，必要时抄送另一个上级机关."""
    if _words(variables, "direction") != UPWARD:
        return None
    named = {*_organs(variables, "main_recipients"), *_organs(variables, "copied_organs")}
    others = [one for one in settings.superior_organs if one not in named]
    return "、".join(others) if named & set(settings.superior_organs) and others else None


def _without_plan(variables: Variables, settings: DocumentSettings, _known: Circumstances) -> str | None:
    """XW-17. Source: 第十三条: 行文应当确有必要，讲求实效. Which types need a basis is a setting."""
    document_type = _words(variables, "document_type")
    planned = document_type in settings.planned_types
    return document_type if planned and not _words(variables, "plan_basis") else None


def _title_form(variables: Variables, _settings: DocumentSettings, _known: Circumstances) -> str | None:
    """Source: 第九条（七）: 标题由发文机关名称、事由和文种组成; 关于…的 is how such titles are written."""
    title = PARENTHESIS.sub("", _words(variables, "title")).strip()
    document_type = _words(variables, "document_type")
    if not title or not document_type:
        return None
    ends = title.endswith(document_type) or (document_type == "命令" and title.endswith("令"))
    return None if ends and MATTER.search(title) else title


def _annexes_named_otherwise(variables: Variables, _settings: DocumentSettings, known: Circumstances) -> str | None:
    """Source: 第九条（十）: 附件说明 states the name of each annex."""
    listed = [NOTHING_BUT_WORDS.sub("", one) for one in annexes_listed(_words(variables, "annex_note"))]
    unknown = []
    for name in known.annexes:
        plain = NOTHING_BUT_WORDS.sub("", re.sub(r"^附件\s*\d*", "", name))
        if plain and not any(plain in one or (one and one in plain) for one in listed):
            unknown.append(name)
    return "、".join(unknown) or None


WARNINGS: Mapping[str, Callable[[Variables, DocumentSettings, Circumstances], str | None]] = {
    "several_main_recipients": _several_main_recipients,
    "level_skipped": _level_skipped,
    "several_matters": _several_matters,
    "other_superior_not_copied": _other_superior_not_copied,
    "without_plan": _without_plan,
    "title_form": _title_form,
    "annexes_named_otherwise": _annexes_named_otherwise,
}
"""What is warned of, by the name under which the answer is recorded: each returns what it was found by, or None."""


def _organs(variables: Variables, key: str) -> tuple[str, ...]:
    return organs_of(_words(variables, key))


def _is_subordinate(organ: str, settings: DocumentSettings, known: Circumstances) -> bool:
    return organ in known.own_units or any(word in organ for word in settings.subordinate_words)


def _is_person(organ: str, settings: DocumentSettings, known: Circumstances) -> bool:
    return organ in known.people or organ.endswith(settings.person_titles)


def _words(variables: Variables, key: str) -> str:
    return str(variables.get(key) or "").strip()


def known_by(annexes: Iterable[str], known: Circumstances) -> Circumstances:
    """Return the same with the names of annexed files, without their endings."""
    return replace(known, annexes=tuple(_stems(annexes)))


def _stems(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        stem, dot, _ending = name.rpartition(".")
        yield stem if dot else name
