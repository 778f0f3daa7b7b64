/** What makes forms and lists pleasant; pages work without it. A part that is put into a page later gets it too. */
import { attachFiles } from "./attachments";
import { leaveForms, saveWhileTyping } from "./autosave";
import { countCharacters } from "./counters";
import { offerTypes } from "./document_types";
import { showChosenFiles } from "./file_choice";
import { keepTyped } from "./keep_typed";
import { mentionPeople } from "./mentions";
import { lookAhead } from "./operations";
import { offerPhrases } from "./phrases";
import { closePickers, pickFromLists } from "./pickers";
import { submitOnce } from "./submit_once";
import { addTableRows } from "./table_rows";

export function enhance(part: ParentNode): void {
  pickFromLists(part);
  countCharacters(part);
  attachFiles(part);
  showChosenFiles(part);
  addTableRows(part);
  offerTypes(part);
  offerPhrases(part);
  saveWhileTyping(part);
  keepTyped(part);
  mentionPeople(part);
  submitOnce(part);
  lookAhead(part);
}

/** Before a part is taken out of the page: nothing goes on listening for it, and what was typed in it is not lost. */
export function release(part: HTMLElement): void {
  leaveForms(part);
  closePickers(part);
}
