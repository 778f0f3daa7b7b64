/** dmn-js brings no types. */
declare module "dmn-js-shared/lib/base/EditingManager" {
  export interface View {
    id?: string;
    name?: string;
    element: { $type: string; id: string; decisionLogic?: { $type: string } };
  }
  export interface Viewer {
    get<Service>(name: string): Service;
    on(event: string, act: () => void): void;
  }
  export default class EditingManager {
    constructor(options: Record<string, unknown>);
    importXML(text: string, options?: { open?: boolean }): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getViews(): View[];
    getActiveViewer(): Viewer | null;
    open(view: View): Promise<unknown>;
    on(event: string, act: (happening: { viewer: Viewer }) => void): void;
  }
}
declare module "dmn-js-decision-table/lib/Editor";
declare module "dmn-js-literal-expression/lib/Editor";
