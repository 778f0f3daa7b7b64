/** What every page loads: the look, and small features that pages work without. */
import "@tabler/core/dist/css/tabler.min.css";
import "tom-select/dist/css/tom-select.bootstrap5.min.css";
import "./banjie.css";

import { attachFiles } from "./attachments";
import { countCharacters } from "./counters";
import { keepTyped } from "./keep_typed";
import { mentionPeople } from "./mentions";
import { openNavigation } from "./navigation";
import { pickFromLists } from "./pickers";
import { submitOnce } from "./submit_once";
import { addTableRows } from "./table_rows";

openNavigation(document);
pickFromLists(document);
countCharacters(document);
attachFiles(document);
addTableRows(document);
keepTyped(document);
mentionPeople(document);
submitOnce(document);
