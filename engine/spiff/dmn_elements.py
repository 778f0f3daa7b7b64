"""The elements of a DMN file in whichever version, and what is to be said of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from engine.decisions.feel import Cell
from engine.decisions.type_refs import ANY, TYPES
from engine.errors import ExpressionInvalid
from engine.model import Finding
from engine.spiff import dmn_rules
from engine.spiff.rules import Rule

NAMESPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/[0-9]{8}/(MODEL/|dmn(11)?\.xsd)")
"""1.1 is ``20151101/dmn.xsd`` or ``dmn11.xsd``, 1.2 ``20180521/MODEL/``, 1.3 ``20191111/MODEL/``, and so on."""
UNDERSTOOD = ("feel", "juel")


def parts(node: etree._Element, *names: str) -> list[etree._Element]:
    """Return the children of these names in the node's own namespace, in the order of the file."""
    namespace = etree.QName(node).namespace
    return [child for child in node if child.tag in {f"{{{namespace}}}{name}" for name in names}]


def part(node: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of this name, or None."""
    return next(iter(parts(node, name)), None)


def text_of(node: etree._Element | None) -> str:
    """Return what stands in the ``text`` of an expression or a cell."""
    text = None if node is None else part(node, "text")
    return "" if text is None else "".join(text.itertext()).strip()


@dataclass
class Report:
    """What is to be said of one file."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def say(self, node: etree._Element, rule: Rule, /, **facts: object) -> None:
        """Add a finding about an element, or about the nearest one around it that has an id."""
        named = node
        while named.get("id") is None and named.getparent() is not None:
            named = named.getparent()
        message = rule.sentence.format(**facts)
        self.findings.append(Finding(self.file, node.sourceline or 0, named.get("id"), rule.id, rule.severity, message))

    def cell(self, node: etree._Element | None, compiled: Callable[[str], Cell]) -> Cell:
        """Return the cell an element holds; what cannot be accepted is said, and read as empty."""
        if node is None:
            return compiled("")
        language = node.get("expressionLanguage", "")
        if language and not any(one in language.lower() for one in UNDERSTOOD):
            self.say(node, dmn_rules.LANGUAGE, language=language)
            return compiled("")
        source = text_of(node)
        try:
            return compiled(source)
        except ExpressionInvalid as error:
            self.say(node, dmn_rules.EXPRESSION, source=source[:80], reason=error.reason, column=error.column or 1)
            return compiled("")

    def type_ref(self, node: etree._Element | None) -> str:
        """Return the type an element names, empty for any."""
        written = "" if node is None else node.get("typeRef", "")
        name: str = written.rpartition(":")[2]
        if name in ANY:
            return ""
        if node is not None and name not in TYPES:
            self.say(node, dmn_rules.TYPE, type=written)
        return name
