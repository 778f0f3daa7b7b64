"""Reads DMN 1.1 to 1.5 files into decisions, and says beforehand what of them would not run right.

Both are one reading, so what is found in order is exactly what runs. ``docs/decisions.md`` lists it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from engine.decisions.feel import compile_entry
from engine.decisions.model import Decision, DecisionTable, LiteralExpression
from engine.errors import FileUnreadable
from engine.model import Finding
from engine.spiff import dmn_rules, xml
from engine.spiff.dmn_elements import NAMESPACE, UNDERSTOOD, Report, part, parts, text_of
from engine.spiff.dmn_table import TableReader, is_usable

MOST_CELLS = 10_000
LONGEST_CHAIN = 20
BOXED = tuple("context invocation functionDefinition list relation conditional filter for every some".split())


def findings(file: str, content: bytes) -> list[Finding]:
    """Say everything that is to be said of a DMN file.

    Args:
        file: Its name.
        content: Its bytes.

    Returns:
        Findings in the order of lines; the decisions run if none is an error.
    """
    return _read(file, content)[0]


def read_decisions(file: str, content: bytes) -> Mapping[str, Decision]:
    """Return the decisions of a DMN file by their ids.

    Args:
        file: Its name, for errors.
        content: Its bytes.

    Returns:
        Decisions, each with those it requires.

    Raises:
        FileUnreadable: It is no DMN, or :func:`findings` has an error to say of it; the reason is the first.
    """
    found, decisions = _read(file, content)
    for finding in found:
        if finding.severity == "error":
            raise FileUnreadable(file, finding.line, finding.message.removesuffix("。"))
    return decisions


def _read(file: str, content: bytes) -> tuple[list[Finding], Mapping[str, Decision]]:
    report = Report(file)
    decisions: Mapping[str, Decision] = {}
    try:
        root = _root(file, content)
    except FileUnreadable as error:
        rule = dmn_rules.UNREADABLE
        message = rule.sentence.format(reason=error.reason)
        report.findings.append(Finding(file, error.line, None, rule.id, rule.severity, message))
    else:
        decisions = _Graph(report, root).read()
    return sorted(report.findings, key=lambda finding: (finding.line, finding.rule)), decisions


def _root(file: str, content: bytes) -> etree._Element:
    root = xml.parse(file, content)
    if xml.local_name(root) != "definitions" or not NAMESPACE.fullmatch(etree.QName(root).namespace or ""):
        raise FileUnreadable(file, root.sourceline or 1, "不是 DMN 1.1 或更新版本的决策文件")
    return root


class _Graph:
    def __init__(self, report: Report, root: etree._Element) -> None:
        self._report = report
        self._root = root
        self._nodes = {node.get("id", ""): node for node in parts(root, "decision")}

    def read(self) -> Mapping[str, Decision]:
        cells = sum(
            len(parts(rule, "inputEntry", "outputEntry"))
            for node in parts(self._root, "decision")
            for table in parts(node, "decisionTable")
            for rule in parts(table, "rule")
        )
        if max(cells, len(parts(self._root, "decision"))) > MOST_CELLS:
            self._report.say(self._root, dmn_rules.TOO_LARGE, limit=MOST_CELLS)
            return {}
        self._check_file()
        return self._built({key: self._required(node) for key, node in self._nodes.items()})

    def _check_file(self) -> None:
        for node in parts(self._root, "import"):
            self._report.say(node, dmn_rules.UNSUPPORTED, tag="import")
        language = self._root.get("expressionLanguage", "")
        if language and not any(one in language.lower() for one in UNDERSTOOD):
            self._report.say(self._root, dmn_rules.LANGUAGE, language=language)
        if not self._nodes:
            self._report.say(self._root, dmn_rules.EMPTY, what="文件中没有决策")
        counted = Counter(node.get("id", "") for node in parts(self._root, "decision"))
        for node in parts(self._root, "decision"):
            key = node.get("id", "")
            if counted[key] > 1 or not is_usable(key.replace("-", "_").replace(".", "_")):
                self._report.say(node, dmn_rules.ID, id=key)

    def _required(self, node: etree._Element) -> tuple[str, ...]:
        return tuple(
            href.removeprefix("#")
            for _reference, href in self._references(node)
            if href.removeprefix("#") in self._nodes
        )

    def _references(self, node: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        for requirement in parts(node, "informationRequirement"):
            for reference in parts(requirement, "requiredDecision"):
                yield reference, reference.get("href", "")

    def _built(self, required: Mapping[str, tuple[str, ...]]) -> Mapping[str, Decision]:
        """Return the decisions, those that others require first."""
        try:
            order = list(TopologicalSorter(required).static_order())
        except CycleError as error:
            circle = error.args[1]
            self._report.say(
                self._nodes[circle[0]], dmn_rules.REQUIRED, required=circle[1], reason="决策之间互相需要，成了环"
            )
            return {}
        built: dict[str, Decision] = {}
        heights: dict[str, int] = {}
        for key in order:
            heights[key] = 1 + max((heights[one] for one in required[key]), default=0)
            if heights[key] == LONGEST_CHAIN + 1:
                reason = f"决策一环套一环，超过 {LONGEST_CHAIN} 层"
                self._report.say(self._nodes[key], dmn_rules.REQUIRED, required=required[key][0], reason=reason)
            built[key] = self._decision(key, tuple(built[one] for one in required[key]))
        return built

    def _decision(self, key: str, required: tuple[Decision, ...]) -> Decision:
        node = self._nodes[key]
        for reference, href in self._references(node):
            if href.removeprefix("#") not in self._nodes:
                self._report.say(reference, dmn_rules.REQUIRED, required=href, reason="本文件中没有这个决策")
        for knowledge in parts(node, "knowledgeRequirement"):
            self._report.say(knowledge, dmn_rules.UNSUPPORTED, tag="knowledgeRequirement")
        variable = part(node, "variable")
        name = "" if variable is None else variable.get("name", "")
        return Decision(
            key, node.get("name") or key, name if is_usable(name) else key, self._logic(node, required), required
        )

    def _logic(self, node: etree._Element, required: tuple[Decision, ...]) -> DecisionTable | LiteralExpression:
        key = node.get("id", "")
        table, literal = part(node, "decisionTable"), part(node, "literalExpression")
        if table is not None:
            known = frozenset(name for one in required for name in _names(one))
            return TableReader(self._report, table, key, known).read()
        if literal is None and (boxed := parts(node, *BOXED)):
            self._report.say(boxed[0], dmn_rules.UNSUPPORTED, tag=xml.local_name(boxed[0]))
        elif not text_of(literal):
            self._report.say(node, dmn_rules.EMPTY, what=f"决策“{node.get('name') or key}”没有内容")
        variable = part(node, "variable")
        type_ref = self._report.type_ref(literal) or self._report.type_ref(variable)
        return LiteralExpression(self._report.cell(literal, compile_entry), type_ref)


def _names(decision: Decision) -> frozenset[str]:
    """Return the names under which a decision's result is found."""
    outputs = decision.logic.outputs if isinstance(decision.logic, DecisionTable) else ()
    return frozenset({decision.id, decision.variable, *(output.name for output in outputs)})
