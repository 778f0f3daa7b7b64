/** The editors of dmn-js for what the engine carries out: decision tables and single expressions. */
import DecisionTableEditor from "dmn-js-decision-table/lib/Editor";
import LiteralExpressionEditor from "dmn-js-literal-expression/lib/Editor";
import EditingManager, { type View } from "dmn-js-shared/lib/base/EditingManager";

const KINDS: Record<string, unknown> = {
  "dmn:DecisionTable": DecisionTableEditor,
  "dmn:LiteralExpression": LiteralExpressionEditor,
};

export class Tables extends EditingManager {
  constructor(container: HTMLElement, texts: Record<string, string>) {
    const translate = (template: string, values: Record<string, unknown> = {}): string =>
      (texts[template] ?? template).replace(/{ ?(\w+) ?}/g, (found, name: string) => String(values[name] ?? found));
    const additionalModules = [{ translate: ["value", translate] }];
    super({
      container,
      decisionTable: { additionalModules },
      literalExpression: { additionalModules },
    });
  }

  _getViewProviders(): unknown[] {
    return Object.entries(KINDS).map(([kind, constructor]) => ({
      id: kind,
      constructor,
      opens: (element: View["element"]) => element.$type === "dmn:Decision" && element.decisionLogic?.$type === kind,
    }));
  }
}

/** Return a file with one table of one condition and one result. */
export function blankTable(key: string, name: string, input: string, output: string): string {
  const quoted = (text: string): string =>
    text.replace(/[<>&"]/g, (found) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[found] ?? found);
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="${key}_definitions" name="${quoted(name)}" namespace="https://banjie.example/dmn">
  <decision id="${key}" name="${quoted(name)}">
    <decisionTable id="${key}_table" hitPolicy="FIRST">
      <input id="${key}_input" label="${quoted(input)}">
        <inputExpression id="${key}_input_expression" typeRef="string">
          <text>title</text>
        </inputExpression>
      </input>
      <output id="${key}_output" label="${quoted(output)}" name="${key}_result" typeRef="string" />
      <rule id="${key}_rule">
        <inputEntry id="${key}_rule_input">
          <text></text>
        </inputEntry>
        <outputEntry id="${key}_rule_output">
          <text>""</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
`;
}
