"""What an office decides about its documents; what it starts with comes from ``config.toml``."""

from dataclasses import dataclass

SIGNATORIES = ("principal", "leader_of_office", "leader_of_unit", "office_director")
NAMED = "person:"
"""Before the username of a leader who signs what bears a code, whoever drafts it."""
OF_THE_OFFICE = ("leader_of_office", "office_director", NAMED)
"""Who signs what an office issues in its own name: the rules by which a code is known to be an office's."""


@dataclass(frozen=True)
class IssuingCode:
    """A 机关代字: whose it is, and who signs ordinary documents that bear it.

    Attributes:
        code: Such as ``沐原办``.
        signatory: One of :data:`SIGNATORIES`, or :data:`NAMED` with a username.
        organ: What the body is called; empty where any name may stand over the document.
        important_to_principal: Whether the principal signs important ones; an office may be authorised to sign its own.
        may_instruct: Whether it may give instructions to subordinate Party committees.
    """

    code: str
    signatory: str
    organ: str = ""
    important_to_principal: bool = True
    may_instruct: bool = True

    @property
    def of_the_office(self) -> bool:
        """Whether documents with this code are issued by the office as authorised, and not by the body itself."""
        return self.signatory.startswith(OF_THE_OFFICE)


@dataclass(frozen=True)
class DocumentSettings:
    """What an office decides about its documents.

    Attributes:
        issuing_codes: Those in force.
        office_unit: The unit that is the office.
        request_phrases: Words that a report may not contain.
        superior_organs: The direct superior bodies.
        higher_organs: Bodies above those.
        subordinate_words: Words by which a name is known to mean subordinate bodies, beside the names of the group's own.
        person_titles: Words in which the name of a person in office ends.
        opinion_phrases: Words by which a text is known to state one's own opinion.
        approval_phrases: Words by which a text is known to state that it was approved.
        planned_types: Types of document that are issued only with a basis, such as the year's plan.
        default_disclosure: 公开范围 where a draft says nothing; empty: none.
        default_retention: 保管期限 where nobody says another; empty: none.
    """

    issuing_codes: tuple[IssuingCode, ...]
    office_unit: str
    request_phrases: tuple[str, ...]
    superior_organs: tuple[str, ...] = ()
    higher_organs: tuple[str, ...] = ()
    subordinate_words: tuple[str, ...] = ()
    person_titles: tuple[str, ...] = ()
    opinion_phrases: tuple[str, ...] = ()
    approval_phrases: tuple[str, ...] = ()
    planned_types: tuple[str, ...] = ()
    default_disclosure: str = ""
    default_retention: str = ""

    def find_code(self, code: str) -> IssuingCode | None:
        """Return an issuing code, or None where the office has none such."""
        return next((one for one in self.issuing_codes if one.code == code), None)

    def signatory_rule(self, code: str) -> str | None:
        """Return who signs documents with this code, or None where the code is unknown."""
        found = self.find_code(code)
        return found.signatory if found is not None else None
