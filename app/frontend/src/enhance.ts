/** What makes forms and lists pleasant; pages work without it. A part that is put into a page later gets it too. */
import { attachFiles } from "./attachments";
import { countCharacters } from "./counters";
import { keepTyped } from "./keep_typed";
import { pickFromLists } from "./pickers";
import { submitOnce } from "./submit_once";
import { addTableRows } from "./table_rows";

export function enhance(part: ParentNode): void {
  pickFromLists(part);
  countCharacters(part);
  attachFiles(part);
  addTableRows(part);
  keepTyped(part);
  submitOnce(part);
}
