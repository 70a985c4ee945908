/** Shapes of the HTTP API that the pages read, and of what they keep. */

export type ServiceName =
  | "backgroundFetch"
  | "backgroundSync"
  | "periodicBackgroundSync"
  | "notifications"
  | "pushMessaging"
  | "paymentHandler";

export interface SourceName {
  id: string;
  name: string;
}

export interface OffEvent {
  id: number;
  timestamp: string;
  timestampMicros: number;
  receivedMicros: number;
  service: ServiceName;
  eventName: string;
  instanceId: string;
  origin: string;
  storageKey: string | null;
  serviceWorkerRegistrationId: string;
  scope: string | null;
  eventMetadata: { key: string; value: string }[];
  source: SourceName;
  capture: string;
  outcome: "ok" | "failed" | "pending" | null;
  /** What of Offstage's own caused it. */
  triggerId?: number;
  operationId?: number | null;
  operationState?: string | null;
}

export interface EventPage {
  events: OffEvent[];
  next: string | null;
}

export interface EventPieces {
  pieces: { cursor: string | null; startMicros: number | null; events: number }[];
  next: string | null;
  remaining: number;
}

export type SortName =
  | "service"
  | "event"
  | "instance"
  | "origin"
  | "storageKey"
  | "scope"
  | "source"
  | "outcome";

export interface Gap {
  id: number;
  source: SourceName;
  service: ServiceName;
  from: string;
  fromMicros: number;
  to: string | null;
  toMicros: number | null;
  reason: string;
  browserRan: string;
  sentence: string;
}

export interface ServiceStatus {
  source: SourceName;
  service: ServiceName;
  count: number;
  isHeld: boolean;
  isRecordable: boolean;
  wanted: boolean;
  wantedBy: string | null;
  isRecording: boolean | null;
  lease: { expiresMicros: number } | null;
  seenUntilMicros: number | null;
}

export interface Source {
  id: string;
  name: string;
  kind: string;
  browser: string | null;
}

export interface ImportResult {
  format: string;
  sources: Source[];
  added: number;
  known: number;
  ignored: number;
  skipped: number;
  faults: { text: string; line: number | null; column: number | null }[];
}

export interface WorkerEntry {
  at: string;
  atMicros: number;
  kind: "error" | "version" | "network";
  script: string | null;
  message?: string;
  line?: number | null;
  column?: number | null;
  status?: string;
  runningStatus?: string | null;
}

/** A service worker registration that a browser has told of. */
export interface KnownWorker {
  source: SourceName;
  serviceWorkerRegistrationId: string;
  origin: string | null;
  scope: string;
  script: string | null;
}

/** What is triggered; which members there are depends on `kind` (Docs/drive.md). */
export interface TriggerAction {
  kind: string;
  origin?: string | null;
  scope?: string | null;
  data?: string | null;
  /** Of a push: through the push service. */
  real?: boolean;
  tag?: string | null;
  lastChance?: boolean;
  change?: string;
  id?: string;
  name?: string;
  setting?: string;
  title?: string | null;
  number?: number | null;
  gesture?: string;
  button?: number;
  text?: string;
}

export interface PushSubscription {
  endpoint: string;
  origin: string | null;
  createdMicros: number;
  ended: string | null;
}

export interface Trigger {
  id: number;
  source: SourceName;
  askedBy: string;
  action: TriggerAction;
  askedMicros: number;
  /** Null while it is on its way. */
  verdict: "done" | "nothing" | "failed" | null;
  reason: string | null;
  hint: string | null;
  events: number[];
  operations: number[];
}

/** A part of the drawer in which things are made to happen. */
export type DriveSection = "push" | "sync" | "network" | "worker" | "fetches" | "notifications";

/** What is looked at: all of it stands in the page's address. */
export interface View {
  service: ServiceName | null;
  origin: string | null;
  source: string | null;
  outcome: "ok" | "failed" | "pending" | null;
  instance: string | null;
  since: string | null;
  until: string | null;
  words: string[];
  /** Terms that are none of these, as the filter language has them; each must hold. */
  rest: string[];
  /** What these terms select; null if there are none, or they are mistaken. */
  restSelection: Selection | null;
  selected: number | null;
  utc: boolean;
  /** Times are shown with microseconds. */
  micros: boolean;
  oldestFirst: boolean;
  /** Null: by time. */
  sort: SortName | null;
  isSortedDown: boolean;
  timeline: boolean;
  operations: boolean;
  /** Of operations; `open` stands for all states in which more is to come. */
  states: string[];
  /** The operation whose details are shown. */
  operation: number | null;
  /** Null while the drawer is closed. */
  drive: DriveSection | null;
  /** The Timeline's window: RFC 3339, or how long ago; null for all there is. */
  from: string | null;
  /** Null for now. */
  to: string | null;
}

/** What a filter selects: of each member something must hold; where a list is empty, anything does. */
export interface Selection {
  services: string[];
  origins: string[];
  hosts: string[];
  sources: string[];
  captures: string[];
  outcomes: string[];
  /** Of operations. */
  states: string[];
  instances: string[];
  names: string[];
  scopes: string[];
  isTrigger: boolean | null;
  pairs: { key: string; value: string }[];
  sinceMicros: number | null;
  untilMicros: number | null;
  words: string[];
  rest: SelectionExpression[];
}

export type SelectionExpression =
  | { selection: Selection }
  | { not: SelectionExpression }
  | { any: SelectionExpression[] }
  | { all: SelectionExpression[] };

/** How a filter is understood. Places are counted in Unicode characters. */
export interface FilterReading {
  filter: string | null;
  terms: { text: string; key: string | null; value: string | null }[];
  selection: Selection | null;
  mistake: FilterMistake | null;
  completions: FilterCompletion[];
}

export interface FilterMistake {
  detail: string;
  hint: string | null;
  position: number;
  length: number;
}

export interface FilterCompletion {
  text: string;
  position: number;
  length: number;
  summary: string;
  isWhole: boolean;
}

export type Row =
  | { kind: "event"; event: OffEvent }
  | { kind: "gap"; gap: Gap }
  | { kind: "operation"; operation: Operation };

/** What a table shows. */
export interface RowList {
  readonly length: number;
  readonly isExact: boolean;
  readonly eventCount: number;
  row(index: number): Row | null;
  indexOf(row: Row): number;
}

/** The story that events make. */
export interface Operation {
  id: number;
  service: ServiceName;
  instanceId: string;
  state: string;
  isOpen: boolean;
  outcome: "ok" | "failed" | "pending" | null;
  began: string;
  beganMicros: number;
  changed: string;
  changedMicros: number;
  next: string | null;
  events: number;
  attempts: number;
  answers: number;
  failures: number;
  total: number;
  /** What happened on the way, in words. */
  course: string;
  isTruncated: boolean;
  hadLastChance?: boolean;
  wasReregistered?: boolean;
  origin: string;
  storageKey: string | null;
  serviceWorkerRegistrationId: string;
  scope: string | null;
  source: SourceName;
}

export interface OperationPage {
  operations: Operation[];
  next: string | null;
}

export interface OperationScene {
  operation: Operation;
  /** No end was logged, and none will be. */
  isStalled: boolean;
  runs: OperationRun[];
  requests: FetchRequest[];
  links: OperationLink[];
  events: OffEvent[];
  gaps: Gap[];
  worker: WorkerEntry[];
  findings?: Finding[];
  /** What of a notification was on a screen of Offstage's. */
  shown?: ShownNotification[];
  watchedUntil?: string;
  /** Its way to the browser, if it came by Offstage's push service. */
  push?: PushDelivery;
}

export interface PushDelivery {
  status: number;
  /** Seconds. */
  ttl: number;
  urgency: string;
  topic: string | null;
  encoding: string | null;
  bytes: number;
  sends: number;
  hops: { name: string; micros: number }[];
}

/** Its members are named as the Notifications API names them. */
export interface ShownNotification {
  shownMicros: number;
  closedMicros: number | null;
  origin: string | null;
  title: string;
  body: string;
  actions: { type: "button" | "text"; title: string; placeholder: string | null }[];
  requireInteraction: boolean;
  silent: boolean;
  iconHash: string | null;
  imageHash: string | null;
}

/** One that is on the screen now. */
export interface NotificationCard {
  source: SourceName;
  /** That of one that was replaced goes on. */
  number: number;
  shownMicros: number;
  origin: string | null;
  tag: string | null;
  title: string;
  body: string;
  actions: ShownNotification["actions"];
  requireInteraction: boolean;
  silent: boolean;
  /** PNGs in base64. */
  icon: string | null;
  image: string | null;
  eventId: number | null;
  operationId: number | null;
  /** That it is that event. */
  isSure: boolean;
}

/** Where the notifications of a browser appear. */
export interface NotificationScreen {
  source: SourceName;
  place: "offstage" | "desktop";
}

/** A dispatch of the handler until it settled. */
export interface OperationRun {
  fromMicros: number;
  toMicros: number | null;
  outcome: "ok" | "failed" | "pending" | null;
  status: string | null;
  isLastChance: boolean;
  nextMicros: number | null;
  eventIds: number[];
}

/** Of a background fetch. */
export interface FetchRequest {
  index: number;
  url: string;
  fromMicros: number | null;
  toMicros: number | null;
  status: number | null;
  responseSize: number | null;
  uploadSize: number | null;
  outcome: "ok" | "failed" | "pending" | null;
  eventIds: number[];
}

export interface OperationLink {
  kind: string;
  certainty: string;
  /** Kind and certainty in words. */
  sentence: string;
  operation: Operation;
}

export interface Finding {
  rule: string;
  severity: string;
  message: string;
  mend: string;
  events: number[];
  reference: string | null;
  service?: ServiceName | null;
  operationId?: number | null;
  origin?: string | null;
  source?: SourceName | null;
  /** Of a message at the push service. */
  pushId?: string | null;
  atMicros?: number;
}

/** Of an operation what is more than worth knowing. */
export interface OperationTrouble {
  id: number;
  findingsCount: number;
  severity: string | null;
  findings: Finding[];
}

/** How many of the newest operations have such findings. */
export interface TroubleCount {
  operations: number;
  severity: string | null;
  looked: number;
  isWhole: boolean;
}

export type Connection = "connecting" | "live" | "lost" | "refused" | "saved";

/** What a saved report says of itself. */
export interface Report {
  createdMicros: number;
  version: string;
  events: number;
  /** How many findings are of no operation. */
  elsewhere: number;
  filter: string;
  isRedacted: boolean;
  sources: string[];
}

export type StreamMessage =
  | { name: "event"; data: OffEvent }
  | { name: "gap"; data: Gap }
  | { name: "operation"; data: OperationNews }
  | { name: "operationsSkipped"; data: { count: number } }
  | { name: "recording"; data: { services: ServiceStatus[] } }
  | { name: "drive"; data: Record<string, never> }
  | { name: "refresh"; data: Record<string, never> }
  | { name: "skipped"; data: { fromId: number; toId: number } }
  | { name: "cursor"; data: { id: number } };

/** What an operation has become, and numbers that are no more since it has their events. */
export interface OperationNews {
  operation: Operation;
  replaces: number[];
}

/** How many events there were when. */
export interface Histogram {
  widthMicros: number;
  fromMicros: number | null;
  toMicros: number | null;
  events: number;
  failed: number;
  lanes: { service: ServiceName; origin: string; events: number; failed: number }[];
  totals: { startMicros: number; events: number; failed: number }[];
  buckets: Bucket[];
}

export interface Bucket {
  startMicros: number;
  service: ServiceName;
  origin: string;
  events: number;
  failed: number;
}

/** From the first to the last event of an instance. */
export interface InstanceSpan {
  source: SourceName;
  service: ServiceName;
  origin: string;
  instanceId: string;
  firstMicros: number;
  lastMicros: number;
  events: number;
  outcome: "ok" | "failed" | "pending" | null;
  eventId: number;
}
