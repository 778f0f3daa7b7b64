/** The kinds of entry that the panel is made of, each told by what it reads and writes. */
import { CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { useEffect, useState } from "@bpmn-io/properties-panel/preact/hooks";
import { useService } from "bpmn-js-properties-panel";

import { ask, labelIn, say, told, type Choice } from "../told";

export interface Entry {
  id: string;
  component: (props: any) => any;
  [name: string]: unknown;
}

interface Written {
  element: any;
  id: string;
  label: string;
  get: () => string;
  set: (value: string) => void;
  description?: string;
  options: () => Choice[];
  disabled?: boolean;
  validate?: (value: string) => string | undefined;
  rows?: number;
}

type Given = Omit<Written, "element" | "options"> & { options?: () => Choice[] };

export function text(given: Given): Entry {
  return { ...given, component: Text };
}

export function area(given: Given): Entry {
  return { ...given, component: Area };
}

export function choice(given: Given & { options: () => Choice[] }): Entry {
  return { ...given, component: Select };
}

export function tick(given: { id: string; label: string; get: () => boolean; set: (value: boolean) => void; description?: string }): Entry {
  return { ...given, component: Tick };
}

export function note(id: string, content: string, severity = ""): Entry {
  return { id, component: () => <p class={`banjie-panel-note ${severity && `is-${severity}`}`}>{content}</p> };
}

export function button(id: string, label: string, act: () => void): Entry {
  return {
    id,
    component: () => (
      <div class="bio-properties-panel-entry">
        <button type="button" class="btn btn-sm" onClick={act}>
          {label}
        </button>
      </div>
    ),
  };
}

function Text({ element, id, label, get, set, description, disabled, validate }: Written) {
  const debounce = useService("debounceInput");
  const given = { element, id, label, description, disabled, validate, debounce };
  return <TextFieldEntry {...given} getValue={get} setValue={(value: string) => set(value ?? "")} />;
}

function Area({ element, id, label, get, set, description, validate, rows = 2 }: Written) {
  const debounce = useService("debounceInput");
  const given = { element, id, label, description, validate, debounce, rows };
  return <TextAreaEntry {...given} getValue={get} setValue={(value: string) => set(value ?? "")} />;
}

function Select({ element, id, label, get, set, description, disabled, options }: Written) {
  const given = { element, id, label, description, disabled, getOptions: options };
  return <SelectEntry {...given} getValue={get} setValue={(value: string) => set(value ?? "")} />;
}

function Tick({ element, id, label, get, set, description }: any) {
  return <CheckboxEntry element={element} id={id} label={label} description={description} getValue={get} setValue={set} />;
}

/** Several of a list: posts, people, units, operations; people are asked of the server while somebody types. */
export function several(given: {
  id: string;
  label: string;
  get: () => string[];
  set: (values: string[]) => void;
  options?: Choice[];
  description?: string;
  one?: boolean;
}): Entry {
  return { ...given, component: Picker };
}

const known = new Map(told.vocabulary?.people.map((one) => [one.value, one.label]));

function Picker({ id, label, get, set, options, description, one }: any) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Choice[]>(options ?? []);
  const chosen: string[] = get();
  useEffect(() => {
    if (options) {
      setFound(options);
      return undefined;
    }
    let current = true;
    void ask(`${told.urls.people}?q=${encodeURIComponent(typed)}`)
      .then((answer) => answer.json())
      .then((body) => {
        if (current) {
          setFound(body.people);
        }
      });
    return () => {
      current = false;
    };
  }, [typed, options]);
  const take = (text: string): void => {
    const match = found.find((each) => each.label === text) ?? (found.length === 1 && text ? found[0] : undefined);
    if (match && !chosen.includes(match.value)) {
      known.set(match.value, match.label);
      setTyped("");
      set(one ? [match.value] : [...chosen, match.value]);
    }
  };
  const field = `bio-properties-panel-${id}`;
  return (
    <div class="bio-properties-panel-entry banjie-picker" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={field}>
        {label}
      </label>
      <ul>
        {chosen.map((value) => {
          const name = options ? labelIn(options, value) : (known.get(value) ?? value);
          return (
            <li key={value}>
              {name}
              <button type="button" aria-label={say("remove", { name })} onClick={() => set(chosen.filter((each) => each !== value))}>
                ×
              </button>
            </li>
          );
        })}
      </ul>
      <input
        id={field}
        class="bio-properties-panel-input"
        list={`${field}-list`}
        autocomplete="off"
        placeholder={say("type_to_find")}
        value={typed}
        onInput={(event: any) => {
          const text = event.currentTarget.value;
          setTyped(text);
          if (found.some((each) => each.label === text)) {
            take(text);
          }
        }}
        onKeyDown={(event: any) => {
          if (event.key === "Enter") {
            event.preventDefault();
            take(event.currentTarget.value);
          }
        }}
      />
      <datalist id={`${field}-list`}>
        {found.map((each) => (
          <option key={each.value} value={each.label} />
        ))}
      </datalist>
      {description ? <div class="bio-properties-panel-description">{description}</div> : null}
    </div>
  );
}

/** Ticks for a list of names; none ticked away means all. */
export function ticks(given: { id: string; label: string; get: () => string[]; set: (values: string[]) => void; options: Choice[] }): Entry {
  return { ...given, component: Ticks };
}

function Ticks({ id, label, get, set, options }: any) {
  const chosen: string[] = get();
  return (
    <fieldset class="bio-properties-panel-entry banjie-ticks" data-entry-id={id}>
      <legend class="bio-properties-panel-label">{label}</legend>
      {options.map((one: Choice) => (
        <label key={one.value}>
          <input
            type="checkbox"
            checked={chosen.includes(one.value)}
            onChange={(event: any) => {
              const on = event.currentTarget.checked;
              set(options.map((each: Choice) => each.value).filter((each: string) => (each === one.value ? on : chosen.includes(each))));
            }}
          />
          {one.label}
        </label>
      ))}
    </fieldset>
  );
}
