/** When a flow is taken: the decision of the step before, or rows of field, operator and value; the expression stays visible. */
import { useEffect, useState } from "@bpmn-io/properties-panel/preact/hooks";

import { expressionOf, rowsOf, WITHOUT_VALUE, type Row, type Rows } from "../conditions";
import { askable, decisionOn, isList, stepBefore, type Field } from "../fields";
import { labelIn, say, told } from "../told";
import { expression, isA, write, type Services } from "../writing";
import { area, choice, text, tick, type Entry } from "./entries";
import { withCurrent } from "./who";

const OPERATORS: Record<string, string[]> = {
  number: ["==", "!=", ">", ">=", "<", "<=", "empty", "not_empty"],
  boolean: ["is_true", "is_false"],
  list: ["contains", "contains_not", "empty", "not_empty"],
  select: ["==", "!=", "empty", "not_empty"],
  text: ["==", "!=", "contains", "contains_not", "empty", "not_empty"],
};

export function entriesOfFlow(element: any, services: Services, registry: any): Entry[] {
  const flow = element.businessObject;
  const source = element.source;
  const gateway = isA(source, "bpmn:ExclusiveGateway", "bpmn:InclusiveGateway");
  if (!gateway && !flow.conditionExpression) {
    return [];
  }
  const body: string = flow.conditionExpression?.body ?? "";
  const set = (condition: string, name?: string): void =>
    services.together.do(() => {
      if (condition && source.businessObject.default === flow) {
        services.modeling.updateProperties(source, { default: undefined });
      }
      write(services, element, {
        conditionExpression: condition ? expression(services.bpmnFactory, flow, condition) : undefined,
        ...(name && !flow.name ? { name } : {}),
      });
    });
  const entries: Entry[] = [];
  if (gateway) {
    entries.push(
      tick({
        id: "default-flow",
        label: say("default_flow"),
        get: () => source.businessObject.default === flow,
        set: (on) =>
          services.together.do(() => {
            services.modeling.updateProperties(source, { default: on ? flow : undefined });
            if (on && !stepBefore(element)) {
              write(services, element, { conditionExpression: undefined });
            }
          }),
      }),
    );
  }
  const step = stepBefore(element);
  if (step) {
    const decision = decisionOn(element) ?? "";
    const choices = told.vocabulary.decisions;
    const known = !decision || choices.some((one) => one.value === decision);
    entries.push(
      choice({
        id: "decision",
        label: say("decision_when", { step: step.businessObject.name ?? step.id }),
        get: () => (known ? decision : "other"),
        set: (value) => {
          const chosen = value === "other" ? "other" : value;
          set(chosen ? `\${decision == '${chosen}'}` : "", labelIn(choices, chosen));
        },
        options: () => [{ value: "", label: say("none") }, ...choices, { value: "other", label: say("decision_other") }],
      }),
    );
    if (!known) {
      entries.push(
        text({
          id: "decision-name",
          label: say("decision_name"),
          get: () => decision,
          set: (value) => set(value ? `\${decision == '${value}'}` : ""),
          validate: (value) => (/^[a-z][a-z0-9_]*$/.test(value ?? "") ? undefined : say("decision_name_help")),
          description: say("decision_name_help"),
        }),
      );
    }
  } else {
    entries.push({ id: "condition", component: Builder, body, set, fields: askable(registry), key: element.id });
  }
  entries.push(
    area({
      id: "expression",
      label: say("expression"),
      get: () => body,
      set: (value) => set(value.trim()),
      description: say("expression_help"),
    }),
  );
  return entries;
}

const EMPTY: Rows = { joiner: "and", rows: [] };

function Builder({ body, set, fields }: { body: string; set: (text: string) => void; fields: Field[] }) {
  const read = body ? rowsOf(body) : EMPTY;
  const [rows, setRows] = useState<Rows | undefined>(read);
  const [known, setKnown] = useState(body);
  useEffect(() => {
    if (body !== known) {
      setRows(read);
      setKnown(body);
    }
  }, [body]);
  if (!rows) {
    return <p class="banjie-panel-note">{say("condition_free")}</p>;
  }
  const isNumber = (key: string): boolean => fields.find((one) => one.key === key)?.type === "number";
  const change = (next: Rows): void => {
    setRows(next);
    const complete = next.rows.every((row) => row.field && (WITHOUT_VALUE.includes(row.operator) || row.value !== ""));
    if (complete) {
      const text = expressionOf(next, isNumber);
      setKnown(text);
      if (text !== body) {
        set(text);
      }
    }
  };
  const put = (at: number, row: Row): void => change({ ...rows, rows: rows.rows.map((one, place) => (place === at ? row : one)) });
  return (
    <fieldset class="bio-properties-panel-entry banjie-condition" data-entry-id="condition">
      <legend class="bio-properties-panel-label">{say("condition")}</legend>
      {rows.rows.map((row, at) => (
        <RowFields key={at} row={row} at={at} fields={fields} put={(next) => put(at, next)} remove={() => change({ ...rows, rows: rows.rows.filter((_, place) => place !== at) })} />
      ))}
      {rows.rows.length > 1 ? (
        <label>
          {say("joined_by")}
          <select class="bio-properties-panel-input" value={rows.joiner} onChange={(event: any) => change({ ...rows, joiner: event.currentTarget.value })}>
            <option value="and">{say("and")}</option>
            <option value="or">{say("or")}</option>
          </select>
        </label>
      ) : null}
      <button
        type="button"
        class="btn btn-sm"
        onClick={() => {
          const [first] = fields;
          const row = first ? { field: first.key, operator: operatorsOf(first)[0] ?? "==", value: "" } : { field: "", operator: "==", value: "" };
          change({ ...rows, rows: [...rows.rows, row] });
        }}
      >
        {say("add_condition")}
      </button>
    </fieldset>
  );
}

function operatorsOf(field: Field | undefined): string[] {
  return OPERATORS[field && isList(field) ? "list" : (field?.type ?? "text")] ?? OPERATORS.text ?? [];
}

function RowFields({ row, at, fields, put, remove }: { row: Row; at: number; fields: Field[]; put: (row: Row) => void; remove: () => void }) {
  const field = fields.find((one) => one.key === row.field);
  const choices = withCurrent(fields.map((one) => ({ value: one.key, label: one.label })), row.field);
  const operators = withCurrent(operatorsOf(field).map((value) => ({ value, label: say(`op_${value}`) })), row.operator);
  const facts = { number: at + 1 };
  return (
    <div class="banjie-condition-row">
      <select
        class="bio-properties-panel-input"
        aria-label={say("condition_field", facts)}
        value={row.field}
        onChange={(event: any) => {
          const next = fields.find((one) => one.key === event.currentTarget.value);
          put({ field: event.currentTarget.value, operator: operatorsOf(next)[0] ?? "==", value: "" });
        }}
      >
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
      <select
        class="bio-properties-panel-input"
        aria-label={say("condition_operator", facts)}
        value={row.operator}
        onChange={(event: any) => put({ ...row, operator: event.currentTarget.value })}
      >
        {operators.map((one) => (
          <option key={one.value} value={one.value}>
            {say(`op_${one.value}`)}
          </option>
        ))}
      </select>
      {WITHOUT_VALUE.includes(row.operator) ? null : field?.options.length ? (
        <select class="bio-properties-panel-input" aria-label={say("condition_value", facts)} value={row.value} onChange={(event: any) => put({ ...row, value: event.currentTarget.value })}>
          <option value="">{say("choose")}</option>
          {withCurrent(field.options, row.value).map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      ) : (
        <input class="bio-properties-panel-input" aria-label={say("condition_value", facts)} value={row.value} onChange={(event: any) => put({ ...row, value: event.currentTarget.value })} />
      )}
      <button type="button" class="btn btn-sm" aria-label={say("remove_condition", facts)} onClick={remove}>
        ×
      </button>
    </div>
  );
}
