declare module "bpmn-js-differ" {
  /** What differs between two definitions: elements by their ids. */
  export interface Diff {
    _added: Record<string, any>;
    _removed: Record<string, any>;
    _changed: Record<string, { model: any; attrs: Record<string, { oldValue: any; newValue: any }> }>;
    _layoutChanged: Record<string, any>;
  }
  export function diff(older: any, newer: any): Diff;
}
