// @ts-check
/** Registers the elements; the page begins with `off-app`. */

import { OffApp } from "./off-app.js";
import { OffDetails } from "./off-details.js";
import { OffDrive } from "./off-drive.js";
import { OffFilter } from "./off-filter.js";
import { OffHead } from "./off-head.js";
import { OffList } from "./off-list.js";
import { OffNav } from "./off-nav.js";
import { OffOperation } from "./off-operation.js";
import { OffOperations } from "./off-operations.js";
import { OffRecord } from "./off-record.js";
import { OffSave } from "./off-save.js";
import { OffSplit } from "./off-split.js";
import { OffTable } from "./off-table.js";
import { OffTimeline } from "./off-timeline.js";
import { OffToolbar } from "./off-toolbar.js";
import { ReportHead } from "./report-head.js";

customElements.define("off-nav", OffNav);
customElements.define("off-record", OffRecord);
customElements.define("off-save", OffSave);
customElements.define("off-filter", OffFilter);
customElements.define("off-toolbar", OffToolbar);
customElements.define("off-head", OffHead);
customElements.define("off-split", OffSplit);
customElements.define("off-list", OffList);
customElements.define("off-table", OffTable);
customElements.define("off-timeline", OffTimeline);
customElements.define("off-operations", OffOperations);
customElements.define("off-operation", OffOperation);
customElements.define("off-details", OffDetails);
customElements.define("off-drive", OffDrive);
customElements.define("report-head", ReportHead);
customElements.define("off-app", OffApp);
