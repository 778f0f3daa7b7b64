/** What every page loads: the look, and small features that pages work without. */
import "@tabler/core/dist/css/tabler.min.css";
import "tom-select/dist/css/tom-select.bootstrap5.min.css";
import "./banjie.css";
import "./calendar/calendar.css";
import "./inbox/inbox.css";

import { enhance } from "./enhance";
import { walkGrids } from "./grid";
import { actOnMany } from "./inbox/batch";
import { chooseRows } from "./inbox/choice";
import { closeMenus } from "./inbox/menus";
import { showBeside } from "./inbox/pane";
import { offerUndo } from "./inbox/undo";
import { listenToKeys } from "./keys";
import { showNews } from "./live";
import { openNavigation } from "./navigation";
import { begin } from "./operations";

enhance(document);
openNavigation(document);
showNews(document);
closeMenus(document);
chooseRows(document);
actOnMany(document);
showBeside(document);
offerUndo(document);
listenToKeys(document);
walkGrids(document);
begin(document);
