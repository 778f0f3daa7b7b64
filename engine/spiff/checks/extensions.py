"""What Camunda, Flowable and Activiti write beside BPMN: what is not read is told, and what would change the run is refused."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.model import Finding
from engine.spiff import rules, xml
from engine.spiff.checks.judged import Judged, finding

SERVICES = frozenset({"delegateExpression", "topic", "expression", "class", "type"})
WHO = frozenset({"assignee", "candidateUsers", "candidateGroups", "dueDate"})
FORMS = frozenset({"formKey", "formRef"})
READ: Mapping[str, frozenset[str]] = {
    "userTask": WHO | FORMS,
    "manualTask": WHO | FORMS,
    "startEvent": FORMS,
    "scriptTask": frozenset({"resultVariable"}),
    "serviceTask": SERVICES | {"asyncBefore", "async"},
    "sendTask": SERVICES,
    "businessRuleTask": frozenset({"decisionRef", "resultVariable", "mapDecisionResult"}),
    "multiInstanceLoopCharacteristics": frozenset({"collection", "elementVariable"}),
}
"""The attributes that are read, by the element they stand on."""
QUIET = frozenset(
    """async asyncBefore asyncAfter asynchronous asyncLeave exclusive jobPriority taskPriority priority followUpDate category
    historyTimeToLive versionTag isStartableInTasklist formRefBinding formRefVersion formFieldValidation modelerTemplate
    modelerTemplateVersion diagramRelationId templateId autoStoreVariables doNotIncludeVariables storeResultVariableAsTransient
    decisionRefBinding decisionRefVersion decisionRefVersionTag decisionRefTenantId processCategory isEagerExecutionFetching
    calendarName resource""".split()
)
"""Attributes about jobs, tenants, tasklists and designers, which change nothing of what happens."""
REFUSED = frozenset(
    "skipExpression triggerable inheritVariables variableMappingClass variableMappingDelegateExpression".split()
)
READ_ELEMENTS = frozenset(
    """properties property inputOutput inputParameter outputParameter in out formData formField formProperty
    validation constraint value field string expression script list map entry variableAggregation variable
    failedJobRetryTimeCycle modelingInfo""".split()
)
"""Elements that are read, that another rule judges, or that change nothing."""
REFUSED_ELEMENTS = frozenset({"errorEventDefinition", "mapException", "connector"})
LISTENERS = frozenset({"executionListener", "taskListener", "eventListener"})
IN_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
QUIET_ZEEBE = frozenset({"properties", "property", "versionTag", "userTask"})


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is written beside BPMN and would be lost."""
    for node in judged.element.iter():
        if len(node.attrib) and xml.is_bpmn(node):
            yield from _attributes(judged, node)
    for holder in judged.element.iter(xml.EXTENSION_ELEMENTS):
        yield from _elements(judged, holder.getparent(), holder)


def _attributes(judged: Judged, node: etree._Element) -> Iterator[Finding]:
    tag = xml.local_name(node)
    read = frozenset() if tag == "sendTask" and node.get("messageRef") else READ.get(tag, frozenset())
    for written, value in node.attrib.items():
        if not written.startswith(xml.IN_EXTENSIONS) or not value.strip():
            continue
        name = written.rpartition("}")[2]
        if (name in REFUSED and value.strip() != "false") or (name == "initiator" and value.strip() != "initiator"):
            yield _at(judged, node, rules.UNSUPPORTED_EXTENSION, name=name, instead=rules.INSTEAD_OF_EXTENSION[name])
        elif name not in read | QUIET | REFUSED | {"initiator"}:
            yield _at(judged, node, rules.EXTENSION_IGNORED, name=name)


def _elements(judged: Judged, node: etree._Element, holder: etree._Element) -> Iterator[Finding]:
    told: set[str] = set()
    for one in holder.iterdescendants():
        name = xml.local_name(one)
        if one.tag.startswith(IN_ZEEBE) and name not in QUIET_ZEEBE and one.getparent() is holder:
            instead = rules.INSTEAD_OF_EXTENSION["zeebe"]
            yield _at(judged, node, rules.UNSUPPORTED_EXTENSION, name=f"zeebe:{name}", instead=instead)
        if not xml.is_extension(one):
            continue
        if name in ("inputParameter", "outputParameter"):
            if len(one):
                yield _at(judged, node, rules.MAPPING_UNREADABLE)
        elif name in ("in", "out"):
            yield from _exchange(judged, node, one)
        elif name not in told:
            told.add(name)
            if name in LISTENERS:
                yield _at(judged, node, rules.LISTENER_IGNORED)
            elif name in REFUSED_ELEMENTS:
                instead = rules.INSTEAD_OF_EXTENSION[name]
                yield _at(judged, node, rules.UNSUPPORTED_EXTENSION, name=name, instead=instead)
            elif name not in READ_ELEMENTS or (name == "field" and one.get("name") != "decisionTableReferenceKey"):
                yield _at(judged, node, rules.EXTENSION_IGNORED, name=name)


def _exchange(judged: Judged, node: etree._Element, one: etree._Element) -> Iterator[Finding]:
    if xml.flag(one, "local"):
        yield _at(judged, node, rules.UNSUPPORTED_EXTENSION, name="local", instead=rules.INSTEAD_OF_EXTENSION["local"])
    if one.get("businessKey") is not None:
        yield _at(judged, node, rules.EXTENSION_IGNORED, name="businessKey")


def _at(judged: Judged, node: etree._Element, rule: rules.Rule, **facts: object) -> Finding:
    """Return a finding at the element, or the nearest around it that has an id."""
    named = node
    while named.get("id") is None and named.getparent() is not None:
        named = named.getparent()
    return finding(judged.model.file, node.sourceline or 0, named.get("id"), rule, **facts)
