/** 谁来办: where the people of a step come from, as a director says it. */
import { unwrapped } from "../conditions";
import { formFields } from "../fields";
import { say, told, type Choice } from "../told";
import { write, type Services } from "../writing";
import { choice, several, text, type Entry } from "./entries";

interface Who {
  from: string;
  what: string;
}

const NAME = "[\\p{L}_][\\p{L}\\p{N}_.]*";
const CALL = new RegExp(`^(head_of|leader_of|members|receiver_of)\\(\\s*(?:(${NAME})|'([^']*)')\\s*\\)$`, "u");
const VARIABLE = new RegExp(`^${NAME}$`, "u");
const NOBODY = { assignee: undefined, candidateUsers: undefined, candidateGroups: undefined };

/** What was chosen for a step of which nobody is named yet; the model cannot tell that from a lane's post. */
const meant = new WeakMap<object, string>();

export function whoOf(object: any): Who {
  const assignee: string = object.get("camunda:assignee") ?? "";
  const users: string = object.get("camunda:candidateUsers") ?? "";
  const groups: string = object.get("camunda:candidateGroups") ?? "";
  const written = [assignee, users, groups].filter((one) => one);
  if (!written.length) {
    return { from: meant.get(object) ?? "lane", what: "" };
  }
  if (written.length > 1) {
    return { from: "expression", what: written.join("; ") };
  }
  const [one = ""] = written;
  if (groups) {
    return /[$#]\{/.test(groups) ? { from: "expression", what: groups } : { from: "posts", what: groups };
  }
  if (!/[$#]\{/.test(one)) {
    return { from: "people", what: one };
  }
  const inside = unwrapped(one);
  if (assignee && inside === "initiator") {
    return { from: "initiator", what: "" };
  }
  const called = CALL.exec(inside);
  const fits = called && (called[1] === "members" || called[1] === "receiver_of" ? users : assignee);
  if (called && fits) {
    return { from: called[1] ?? "", what: called[2] ?? `'${called[3]}'` };
  }
  return VARIABLE.test(inside) ? { from: "field", what: inside } : { from: "expression", what: one };
}

export function entriesOfWho(element: any, services: Services): Entry[] {
  const object = element.businessObject;
  const who = whoOf(object);
  const set = (from: string, what: string): void => {
    if (from === "posts" || from === "people") {
      meant.set(object, from);
    } else {
      meant.delete(object);
    }
    write(services, element, { ...NOBODY, ...attributesOf(from, what) });
  };
  const entries: Entry[] = [
    choice({
      id: "who-from",
      label: say("who_from"),
      get: () => who.from,
      set: (from) => set(from, from === who.from ? who.what : firstOf(from, object)),
      options: () => SOURCES.map((value) => ({ value, label: say(`who_${value}`) })),
      description: who.from === "lane" ? say("who_lane_help") : undefined,
    }),
  ];
  const list = who.what ? who.what.split(",").map((one) => one.trim()) : [];
  if (who.from === "posts") {
    entries.push(
      several({ id: "who-posts", label: say("posts"), get: () => list, set: (all) => set("posts", all.join(",")), options: told.vocabulary.posts }),
    );
  } else if (who.from === "people") {
    entries.push(several({ id: "who-people", label: say("people"), get: () => list, set: (all) => set("people", all.join(",")) }));
  } else if (["head_of", "leader_of", "members", "receiver_of"].includes(who.from)) {
    entries.push(
      choice({
        id: "who-unit",
        label: say("unit"),
        get: () => who.what,
        set: (what) => set(who.from, what),
        options: () => withCurrent(unitsOf(object), who.what),
      }),
    );
  } else if (who.from === "field") {
    entries.push(
      choice({
        id: "who-field",
        label: say("field_of_form"),
        get: () => who.what,
        set: (what) => set("field", what),
        options: () => withCurrent(peopleOf(object), who.what),
      }),
    );
  } else if (who.from === "expression") {
    for (const name of ["assignee", "candidateUsers", "candidateGroups"]) {
      entries.push(
        text({
          id: `who-${name}`,
          label: say(`who_${name}`),
          get: () => object.get(`camunda:${name}`) ?? "",
          set: (value) => write(services, element, { [`camunda:${name}`]: value.trim() || undefined }),
        }),
      );
    }
  }
  return entries;
}

const SOURCES = ["initiator", "posts", "people", "head_of", "leader_of", "members", "receiver_of", "field", "lane", "expression"];

function attributesOf(from: string, what: string): Record<string, string> {
  const expression = "$" + `{${what}}`;
  switch (from) {
    case "initiator":
      return { assignee: "${initiator}" };
    case "posts":
      return what ? { candidateGroups: what } : {};
    case "people":
      return what.includes(",") ? { candidateUsers: what } : what ? { assignee: what } : {};
    case "head_of":
    case "leader_of":
      return { assignee: "$" + `{${from}(${what})}` };
    case "members":
    case "receiver_of":
      return { candidateUsers: "$" + `{${from}(${what})}` };
    case "field": {
      const field = formFields(told.draft.files).find((one) => one.key === what);
      return field?.type === "people" ? { candidateUsers: expression } : { assignee: expression };
    }
    case "expression":
      return { assignee: "${initiator}" };
    default:
      return {};
  }
}

function firstOf(from: string, object: any): string {
  if (from === "posts") {
    return told.vocabulary.posts.find((one) => one.value === "office_director")?.value ?? told.vocabulary.posts[0]?.value ?? "";
  }
  if (from === "field") {
    return peopleOf(object)[0]?.value ?? "initiator";
  }
  return ["head_of", "leader_of", "members", "receiver_of"].includes(from) ? (unitsOf(object)[0]?.value ?? "") : "";
}

function seatOf(object: any): Choice[] {
  const name = object.loopCharacteristics?.get("camunda:elementVariable");
  return name ? [{ value: name, label: say("each_seat") }] : [];
}

function unitsOf(object: any): Choice[] {
  const fields = formFields(told.draft.files).filter((one) => one.type === "unit");
  return [
    ...seatOf(object),
    { value: "initiator_unit", label: say("initiator_unit") },
    ...fields.map((one) => ({ value: one.key, label: say("unit_in_field", { field: one.label }) })),
    ...told.vocabulary.units.map((one) => ({ value: `'${one.value}'`, label: one.label })),
  ];
}

function peopleOf(object: any): Choice[] {
  const fields = formFields(told.draft.files).filter((one) => one.type === "person" || one.type === "people");
  return [...seatOf(object), ...fields.map((one) => ({ value: one.key, label: one.label }))];
}

export function withCurrent(options: Choice[], current: string): Choice[] {
  return !current || options.some((one) => one.value === current) ? options : [...options, { value: current, label: current }];
}
