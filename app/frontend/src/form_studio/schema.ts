/** Forms as form-js writes them, and the fields in them as the server reads them. */

export interface Component {
  id?: string;
  type: string;
  key?: string;
  path?: string;
  label?: string;
  description?: string;
  validate?: Record<string, unknown>;
  values?: { value: string; label?: string }[];
  properties?: Record<string, string>;
  components?: Component[];
  subtype?: string;
  _parent?: string;
  [name: string]: unknown;
}

export interface Field {
  id: string;
  key: string;
  label: string;
  required: boolean;
}

/** Components without a value: the server shows none of them. */
const LAYOUT = ["text", "separator", "spacer", "button", "html"];

export function keyOf(component: Component): string {
  return (component.type === "dynamiclist" ? component.path : component.key) ?? "";
}

/** Return the fields of a form in order; the columns of a table are none of their own. */
export function fieldsOf(components: Component[] = []): Field[] {
  return components.flatMap((one) => {
    if (one.type === "group") {
      return fieldsOf(one.components);
    }
    if (LAYOUT.includes(one.type)) {
      return [];
    }
    const key = keyOf(one);
    return [{ id: one.id ?? key, key, label: one.label || key, required: one.validate?.required === true }];
  });
}

export function everyComponent(components: Component[] = []): Component[] {
  return components.flatMap((one) => [one, ...everyComponent(one.components)]);
}

export function parsed(text: string): Component | null {
  try {
    const schema: unknown = JSON.parse(text);
    return schema && typeof schema === "object" && "components" in schema ? (schema as Component) : null;
  } catch {
    return null;
  }
}
