"""What an office decides about its documents; every value comes from ``config.toml``."""

from dataclasses import dataclass

SIGNATORIES = ("principal", "leader_of_office", "leader_of_unit", "office_director")


@dataclass(frozen=True)
class IssuingCode:
    """A 机关代字, and who signs ordinary documents that bear it: one of :data:`SIGNATORIES`."""

    code: str
    signatory: str


@dataclass(frozen=True)
class DocumentSettings:
    """The issuing codes of an office, the unit that is its office, and words that a report may not contain."""

    issuing_codes: tuple[IssuingCode, ...]
    office_unit: str
    request_phrases: tuple[str, ...]

    def signatory_rule(self, code: str) -> str | None:
        """Return who signs documents with this code, or None where the code is unknown."""
        return next((one.signatory for one in self.issuing_codes if one.code == code), None)
