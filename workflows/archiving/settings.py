"""What an office decides about its archive; every value comes from ``config.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FlowFiling:
    """What holds for the cases of a flow whose closing says nothing: a proposed period, or why they are not archived."""

    retention: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ArchiveSettings:
    """The office's scheme.

    Attributes:
        fonds: 全宗号.
        category: 档案门类代码.
        pattern: How a 档号 is written, with ``{fonds}``, ``{category}``, ``{year}``, ``{retention}``, ``{unit}``, ``{serial}``.
        periods: 保管期限 by name, with the code that stands in the 档号, the longest first.
        unit: Code of the unit whose 件 they are, where the archivist says no other (机构代码).
        formats: Media types that the archive takes.
        flows: What holds by the key of a flow.
    """

    fonds: str
    category: str
    pattern: str
    periods: Mapping[str, str]
    unit: str
    formats: frozenset[str] = frozenset()
    flows: Mapping[str, FlowFiling] = field(default_factory=dict)

    def written(self, year: int, retention: str, unit: str, serial: int) -> str:
        """Return a 档号.

        Args:
            year: In full.
            retention: Name of a period of the office.
            unit: 机构代码.
            serial: 件号.

        Source:
            DA/T 22-2015: 全宗号-档案门类代码·年度-保管期限-机构（问题）代码-件号; DA/T 13-2022 writes it otherwise,
            so it is a template.
        """
        return self.pattern.format(
            fonds=self.fonds,
            category=self.category,
            year=year,
            retention=self.periods[retention],
            unit=unit,
            serial=serial,
        )
