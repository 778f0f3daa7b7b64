/** What a person's step says: its kind, by when it is done, what may be done there, what happens when nobody does it. */
import { calendarOf, isoOf, spanOf, type Span } from "../durations";
import { decisionsOf, formFields, formNames, gatewayOf, isList, SEAT_DECISIONS } from "../fields";
import type { Kinds } from "../kinds";
import { labelIn, say, told, type Choice } from "../told";
import { propertiesOf, write, type Services } from "../writing";
import { area, button, choice, note, several, text, tick, ticks, type Entry } from "./entries";
import { withCurrent } from "./who";

const NONE = { value: "", label: say("none") };

export function entriesOfKind(element: any, kinds: Kinds, services: Services): Entry[] {
  const properties = propertiesOf(element.businessObject);
  const { templates, kinds: all } = told.vocabulary;
  const drawn = templates.filter((one) => one.element === "bpmn:UserTask");
  const other = all.filter((one) => !drawn.some((each) => each.kind === one.value));
  const current = drawn.find((one) => one.kind === properties.kind && (!one.seats || sameRule(one.seats, properties.completion)));
  return [
    choice({
      id: "kind",
      label: say("kind"),
      get: () => (current ? `template:${current.id}` : (properties.kind ?? "")),
      set: (value) => {
        const template = drawn.find((one) => `template:${one.id}` === value);
        if (template) {
          kinds.apply(template, element);
        } else {
          write(services, element, {}, { kind: value || undefined });
        }
      },
      options: () =>
        withCurrent(
          [NONE, ...drawn.map((one) => ({ value: `template:${one.id}`, label: one.label })), ...other],
          current ? "" : (properties.kind ?? ""),
        ),
      description: say("kind_help"),
    }),
  ];
}

function sameRule(template: string, written: string | undefined): boolean {
  return (template.split(":")[0] ?? "") === ((written ?? "all").split(":")[0] ?? "");
}

export function entriesOfDue(element: any, services: Services): Entry[] {
  const object = element.businessObject;
  const { calendar } = propertiesOf(object);
  const iso: string = object.get("camunda:dueDate") ?? "";
  const span = spanOf(iso, calendar);
  const set = (next: Span): void =>
    write(services, element, { "camunda:dueDate": isoOf(next) || undefined }, { calendar: calendarOf(next.unit, calendar) });
  return entriesOfSpan("due", span, iso, set, ["", "working", "natural", "hours", "field", "text"]);
}

/** A number and its unit, a field of the form, or the text itself, with what is written in the model beside it. */
export function entriesOfSpan(id: string, span: Span, iso: string, set: (next: Span) => void, units: Span["unit"][]): Entry[] {
  const entries: Entry[] = [
    choice({
      id: `${id}-unit`,
      label: say("span_unit"),
      get: () => span.unit,
      set: (unit) => set({ unit: unit as Span["unit"], value: valueFor(unit, span) }),
      options: () => units.map((value) => ({ value, label: say(`span_${value || "none"}`) })),
    }),
  ];
  if (["working", "natural", "hours", "minutes"].includes(span.unit)) {
    entries.push(
      text({
        id: `${id}-number`,
        label: say(`span_${span.unit}`),
        get: () => span.value,
        set: (value) => set({ ...span, value }),
        validate: (value) => (/^[1-9]\d{0,3}$/.test(value ?? "") ? undefined : say("number_wanted")),
        description: say("span_iso", { iso }),
      }),
    );
  } else if (span.unit === "field") {
    const dates = formFields(told.draft.files).filter((one) => one.type === "date" || one.type === "datetime");
    entries.push(
      choice({
        id: `${id}-field`,
        label: say("field_of_form"),
        get: () => span.value,
        set: (value) => set({ ...span, value }),
        options: () => withCurrent(dates.map((one) => ({ value: one.key, label: one.label })), span.value),
        description: say("span_iso", { iso }),
      }),
    );
  } else if (span.unit === "text") {
    entries.push(
      text({ id: `${id}-text`, label: say("span_text"), get: () => span.value, set: (value) => set({ ...span, value }), description: say("span_text_help") }),
    );
  }
  return entries;
}

function valueFor(unit: string, span: Span): string {
  if (unit === "field") {
    return formFields(told.draft.files).find((one) => one.type === "date" || one.type === "datetime")?.key ?? "due_on";
  }
  if (unit === "text") {
    return "P1D";
  }
  return /^\d+$/.test(span.value) ? span.value : "1";
}

export function entriesOfSeats(element: any, services: Services): Entry[] {
  const object = element.businessObject;
  const loop = object.loopCharacteristics;
  const properties = propertiesOf(object);
  const lists = formFields(told.draft.files).filter((one) => one.type === "units" || one.type === "people" || isList(one));
  const entries: Entry[] = [
    tick({
      id: "seats",
      label: say("seats"),
      get: () => Boolean(loop),
      set: (on) => {
        if (!on) {
          write(services, element, { loopCharacteristics: undefined }, { completion: undefined, decisions: undefined, agreeing: undefined });
          return;
        }
        const list = lists.find((one) => one.type === "units" || one.type === "people");
        const created = services.bpmnFactory.create("bpmn:MultiInstanceLoopCharacteristics", {});
        created.$parent = object;
        created.set("camunda:collection", list?.key);
        created.set("camunda:elementVariable", list?.type === "people" ? "person" : "unit");
        const assignee = list?.type === "people" ? "${person}" : "${head_of(unit)}";
        write(
          services,
          element,
          { loopCharacteristics: created, assignee, candidateUsers: undefined, candidateGroups: undefined },
          { completion: "all" },
        );
      },
    }),
  ];
  if (!loop) {
    return entries;
  }
  const change = (changes: Record<string, unknown>): void => services.modeling.updateModdleProperties(element, loop, changes);
  const collection: string = loop.get("camunda:collection") ?? "";
  const [rule = "all", number = ""] = (properties.completion ?? "all").split(":");
  const options = lists.map((one) => ({ value: one.key, label: one.label }));
  entries.push(
    choice({
      id: "seats-of",
      label: say("seats_of"),
      get: () => collection,
      set: (value) => {
        const each = lists.find((one) => one.key === value)?.type === "people" ? "person" : "unit";
        change({
          "camunda:collection": value,
          "camunda:elementVariable": loop.get("camunda:elementVariable") || each,
          loopCardinality: undefined, // one list says how many there are
          extensionElements: undefined, // where another tool may have written a list of its own
        });
      },
      options: () => withCurrent(collection ? options : [NONE, ...options], collection),
      description: options.length ? undefined : say("seats_no_list"),
    }),
    choice({
      id: "completion",
      label: say("completion"),
      get: () => rule,
      set: (value) => write(services, element, {}, { completion: value in NUMBERS ? `${value}:${NUMBERS[value]}` : value }),
      options: () => ["all", "first", "sequence", "ratio", "count", "weight"].map((value) => ({ value, label: say(`completion_${value}`) })),
    }),
  );
  if (rule in NUMBERS) {
    entries.push(
      text({
        id: "completion-number",
        label: say(rule === "count" ? "completion_people" : "completion_share"),
        get: () => (rule === "count" ? number : String(Math.round(Number(number) * 100))),
        set: (value) => write(services, element, {}, { completion: `${rule}:${rule === "count" ? value : Number(value) / 100}` }),
        validate: (value) => (/^[1-9]\d?$|^100$/.test(value ?? "") ? undefined : say("number_wanted")),
      }),
    );
  }
  const written = properties.decisions ?? "";
  entries.push(
    area({
      id: "seat-decisions",
      label: say("seat_decisions"),
      get: () => written.replaceAll("|", "\n"),
      set: (value) => write(services, element, {}, { decisions: value.split("\n").filter((one) => one.trim()).join("|") || undefined }),
      description: say("seat_decisions_help"),
      validate: (value) =>
        (value ?? "").split("\n").every((one) => !one.trim() || /^[a-z][a-z0-9_]*:.+$/.test(one.trim())) ? undefined : say("seat_decisions_help"),
    }),
    ticks({
      id: "agreeing",
      label: say("agreeing"),
      get: () => (properties.agreeing ?? "agree|amend").split("|"),
      set: (all) => write(services, element, {}, { agreeing: all.join("|") || undefined }),
      options: written ? seatsIn(written) : SEAT_DECISIONS,
    }),
  );
  return entries;
}

const NUMBERS: Record<string, string> = { ratio: "0.6", count: "2", weight: "0.5" };

function seatsIn(text: string): Choice[] {
  return text.split("|").map((one) => ({ value: one.split(":")[0] ?? "", label: one.split(":")[1] ?? one }));
}

export function entriesOfRules(element: any, services: Services, business: string): Entry[] {
  const object = element.businessObject;
  const properties = propertiesOf(object);
  const { operations } = told.vocabulary;
  const set = (name: string, value: string): void => write(services, element, {}, { [name]: value || undefined });
  const pick = (name: string, values: string[], description?: string): Entry =>
    choice({
      id: name,
      label: say(name),
      get: () => properties[name] ?? "",
      set: (value) => set(name, value),
      options: () => withCurrent(values.map((value) => ({ value, label: say(`${name}_${value || "none"}`) })), properties[name] ?? ""),
      description,
    });
  const allowed = properties.operations;
  const everything = operations.map((one) => one.value);
  const entries: Entry[] = [
    ticks({
      id: "operations",
      label: say("operations"),
      get: () => (allowed === undefined ? everything : allowed.split(",").map((one) => one.trim())),
      set: (all) => set("operations", all.length === everything.length ? "" : all.join(",")),
      options: operations,
    }),
    pick("opinion", ["", "optional", "required", "required_on_refusal"]),
  ];
  const empty = properties.when_empty ?? "";
  const person = empty.startsWith("person:");
  entries.push(
    choice({
      id: "when_empty",
      label: say("when_empty"),
      get: () => (person ? "person" : empty),
      set: (value) => set("when_empty", value === "person" ? `person:${told.vocabulary.people[0]?.value ?? ""}` : value),
      options: () => ["", "refuse", "administrator", "person"].map((value) => ({ value, label: say(`when_empty_${value || "none"}`) })),
    }),
  );
  if (person) {
    const chosen = empty.slice("person:".length);
    entries.push(
      several({
        id: "when-empty-person",
        label: say("people"),
        get: () => (chosen ? [chosen] : []),
        set: (all) => set("when_empty", all.length ? `person:${all[all.length - 1]}` : "administrator"),
        one: true,
      }),
    );
  }
  const never = told.vocabulary.never_skipped[business] ?? told.vocabulary.person_only;
  if (properties.kind && never.includes(properties.kind)) {
    entries.push(pick("when_initiator", ["", "self", "superior"]), note("never-skipped", say("never_skipped", { kind: kindLabel(properties.kind) })));
  } else {
    entries.push(pick("when_initiator", ["", "self", "superior", "skip"]), pick("same_person", ["", "ask", "skip_consecutive", "skip_done"]));
  }
  const timeout = properties.on_timeout ?? "";
  const reminds = timeout.startsWith("remind:");
  entries.push(
    choice({
      id: "on_timeout",
      label: say("on_timeout"),
      get: () => (reminds ? "remind" : timeout),
      set: (value) => set("on_timeout", value === "remind" ? "remind:3" : value),
      options: () => ["", "remind", "escalate"].map((value) => ({ value, label: say(`on_timeout_${value || "none"}`) })),
      description: object.get("camunda:dueDate") ? undefined : say("on_timeout_no_due"),
    }),
  );
  if (reminds) {
    entries.push(
      text({
        id: "reminders",
        label: say("reminders"),
        get: () => timeout.slice("remind:".length),
        set: (value) => set("on_timeout", `remind:${value}`),
        validate: (value) => (/^([1-9]|[12]\d|30)$/.test(value ?? "") ? undefined : say("reminders_wanted")),
      }),
    );
  }
  return entries;
}

function kindLabel(kind: string): string {
  return labelIn(told.vocabulary.kinds, kind);
}

export function entriesOfForm(element: any, services: Services): Entry[] {
  const current: string = (element.businessObject.get("camunda:formRef") ?? "").replace(/\.form$/, "");
  return [
    choice({
      id: "form",
      label: say("form"),
      get: () => current,
      set: (value) => write(services, element, { "camunda:formRef": value || undefined }),
      options: () => [NONE, ...withCurrent(formNames(told.draft.files).map((value) => ({ value, label: value })), current)],
      description: say("form_help"),
    }),
  ];
}

/** The decisions that a step offers; where it has none of its own, they can be drawn at once. */
export function entriesOfDecisions(element: any, drawDecisions: () => void): Entry[] {
  const gateway = gatewayOf(element);
  const entries = decisionsOf(element).map((one) => note(`decision-${one.value}`, say("decision_line", { label: one.label, value: one.value })));
  if (!gateway) {
    entries.push(note("decision-none", say("decision_none")), button("draw-decisions", say("draw_decisions"), drawDecisions));
  } else {
    entries.push(note("decision-where", say("decision_where")));
  }
  return entries;
}
