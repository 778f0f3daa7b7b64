/** What every page loads: the look, and small features that pages work without. */
import "@tabler/core/dist/css/tabler.min.css";
import "tom-select/dist/css/tom-select.bootstrap5.min.css";
import "./banjie.css";

import { attachFiles } from "./attachments";
import { saveWhileTyping } from "./autosave";
import { countCharacters } from "./counters";
import { showChosenFiles } from "./file_choice";
import { keepTyped } from "./keep_typed";
import { showNews } from "./live";
import { openNavigation } from "./navigation";
import { offerPhrases } from "./phrases";
import { pickFromLists } from "./pickers";
import { submitOnce } from "./submit_once";
import { addTableRows } from "./table_rows";

openNavigation(document);
pickFromLists(document);
countCharacters(document);
attachFiles(document);
showChosenFiles(document);
addTableRows(document);
offerPhrases(document);
saveWhileTyping(document);
keepTyped(document);
submitOnce(document);
showNews(document);
