"""DMN files for tests: written from rows of cells, and one as Camunda Modeler writes it."""

from collections.abc import Sequence
from html import escape

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body: str, namespace: str = DMN13, attributes: str = "") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="file" name="DRD" '
        f'namespace="http://camunda.org/schema/1.0/dmn" {attributes}>\n{body}\n</definitions>'
    )
    return text.encode()


def cell(tag: str, content: str, attributes: str = "") -> str:
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def column(tag: str, written: str) -> str:
    """Write a column from ``expression:type = allowed; default`` of which all but the first is optional."""
    head, _, default = written.partition("; ")
    head, _, allowed = head.partition(" = ")
    name, _, type_ref = head.partition(":")
    kind = f'typeRef="{type_ref}"' if type_ref else ""
    if tag == "input":
        inside = cell("inputExpression", name, kind) + (cell("inputValues", allowed) if allowed else "")
        return f'<input id="in_{name}" label="{escape(name)}">{inside}</input>'
    inside = cell("outputValues", allowed) if allowed else ""
    inside += cell("defaultOutputEntry", default) if default else ""
    return f'<output id="out_{name}" name="{name}" {kind}>{inside}</output>'


def decision(
    rows: Sequence[str],
    policy: str = "UNIQUE",
    inputs: Sequence[str] = ("x",),
    outputs: Sequence[str] = ("y",),
    key: str = "d",
    requires: Sequence[str] = (),
) -> str:
    """Write a decision; a row is its cells, divided by ``|``; a policy may be followed by an aggregation."""
    name, _, aggregation = policy.partition(" +")
    attributes = f'hitPolicy="{name}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    rules = ""
    for number, row in enumerate(rows, 1):
        cells = [one.strip() for one in row.split("|")]
        rules += f'<rule id="r{number}">'
        rules += "".join(cell("inputEntry", one, f'id="i{number}_{at}"') for at, one in enumerate(cells[: len(inputs)]))
        rules += "".join(
            cell("outputEntry", one, f'id="o{number}_{at}"') for at, one in enumerate(cells[len(inputs) :])
        )
        rules += "</rule>\n"
    columns = "".join(column("input", one) for one in inputs) + "".join(column("output", one) for one in outputs)
    return (
        f'<decision id="{key}" name="{key}">{requirements(requires)}'
        f'<decisionTable id="table_{key}" {attributes}>\n{columns}\n{rules}</decisionTable></decision>'
    )


def literal(expression: str, key: str = "d", variable: str = "", requires: Sequence[str] = (), kind: str = "") -> str:
    item = f'<variable name="{variable or key}" {kind}/>'
    inside = cell("literalExpression", expression, f'id="expression_{key}"')
    return f'<decision id="{key}" name="{key}">{item}{requirements(requires)}{inside}</decision>'


def requirements(keys: Sequence[str]) -> str:
    return "".join(
        f'<informationRequirement id="needs_{key}"><requiredDecision href="#{key}"/></informationRequirement>'
        for key in keys
    )


MODELER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
    xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
    xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
    id="Definitions_0x9k2fj" name="DRD" namespace="http://camunda.org/schema/1.0/dmn"
    exporter="Camunda Modeler" exporterVersion="5.20.0">
  <decision id="signatory" name="签发层级" camunda:historyTimeToLive="180">
    <informationRequirement id="InformationRequirement_1f3m">
      <requiredInput href="#InputData_1k2" />
    </informationRequirement>
    <decisionTable id="DecisionTable_0b8d" hitPolicy="FIRST">
      <input id="Input_1" label="文种" biodi:width="192">
        <inputExpression id="InputExpression_1" typeRef="string">
          <text>document_type</text>
        </inputExpression>
        <inputValues id="UnaryTests_0c5l">
          <text>"通知","请示","报告","函"</text>
        </inputValues>
      </input>
      <input id="InputClause_1v" label="份数">
        <inputExpression id="LiteralExpression_1v" typeRef="integer">
          <text>copies</text>
        </inputExpression>
      </input>
      <input id="InputClause_2d" label="成文日期" camunda:inputVariable="issued">
        <inputExpression id="LiteralExpression_2d" typeRef="date" expressionLanguage="feel">
          <text>issued_on</text>
        </inputExpression>
      </input>
      <output id="Output_1" label="签发人" name="signatory" typeRef="string" biodi:width="192" />
      <output id="OutputClause_0o" label="需要会签" name="countersign" typeRef="boolean" />
      <rule id="DecisionRule_1a">
        <description>上行文由主要负责人签发</description>
        <inputEntry id="UnaryTests_1a">
          <text>"请示","报告"</text>
        </inputEntry>
        <inputEntry id="UnaryTests_1b">
          <text></text>
        </inputEntry>
        <inputEntry id="UnaryTests_1c">
          <text>-</text>
        </inputEntry>
        <outputEntry id="LiteralExpression_1d">
          <text>"principal"</text>
        </outputEntry>
        <outputEntry id="LiteralExpression_1e">
          <text>true</text>
        </outputEntry>
      </rule>
      <rule id="DecisionRule_2a">
        <inputEntry id="UnaryTests_2a">
          <text>not("请示","报告")</text>
        </inputEntry>
        <inputEntry id="UnaryTests_2b">
          <text>]50..1000]</text>
        </inputEntry>
        <inputEntry id="UnaryTests_2c">
          <text>[date and time("2026-01-01T00:00:00")..date and time("2026-12-31T23:59:59")]</text>
        </inputEntry>
        <outputEntry id="LiteralExpression_2d1">
          <text>"leader"</text>
        </outputEntry>
        <outputEntry id="LiteralExpression_2e">
          <text>true</text>
        </outputEntry>
      </rule>
      <rule id="DecisionRule_3a">
        <inputEntry id="UnaryTests_3a">
          <text></text>
        </inputEntry>
        <inputEntry id="UnaryTests_3b">
          <text></text>
        </inputEntry>
        <inputEntry id="UnaryTests_3c">
          <text></text>
        </inputEntry>
        <outputEntry id="LiteralExpression_3d">
          <text>"office_director"</text>
        </outputEntry>
        <outputEntry id="LiteralExpression_3e">
          <text>false</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <inputData id="InputData_1k2" name="公文" />
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="DMNDiagram_0t">
      <dmndi:DMNShape id="DMNShape_1u" dmnElementRef="signatory">
        <dc:Bounds height="80" width="180" x="160" y="80" />
      </dmndi:DMNShape>
      <dmndi:DMNShape id="DMNShape_2u" dmnElementRef="InputData_1k2">
        <dc:Bounds height="45" width="125" x="187" y="257" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
""".encode()
"""Fictional, in the manner of Camunda Modeler 5: which rank signs which document."""
