/** What the API takes and answers. Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead. */

/** A system of the company's that was asked. `outcome` is `ok`, or what went wrong. */
export interface ActionCalled {
  name: string;
  outcome: string;
  status: number;
  reason: string;
  ms: number | null;
}

export interface ActivityView {
  /** Counted from 1, without gaps. */
  number: number;
  at: string;
  actor: ActorView;
  /** Such as `key.created`. */
  action: string;
  target: TargetView;
  /** The network address it was done from; null for commands. */
  address: string | null;
  /** The fields that differ between `before` and `after`. */
  changes: ChangeView[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ActivityViewPage {
  data: ActivityView[];
  next_cursor: string | null;
}

export interface ActorView {
  /** `shell` is a command; `program` what the program does by itself. */
  kind: "person" | "key" | "shell" | "program";
  /** Of the account or the key; else empty. */
  id: string;
  /** What they are called now; empty where they are gone. */
  name: string;
}

export interface Again {
  /** May be left out: `same_as` says which version it is again. */
  comment?: string;
}

/** Something the author should look at, such as a loop or a call that failed. */
export interface AlertRaised {
  step: string;
  file: string | null;
  line: number | null;
  kind: "alert";
  code: string;
  message: string;
}

/** From which figure on each kind is raised; 0 switches it off. `roles`: whose people get mail. */
export interface AlertSettings {
  /** Wrong, expired or revoked keys within 15 minutes. */
  keys: number;
  /** Outgoing requests refused within 15 minutes. */
  requests: number;
  /** Deliveries that are due for over 5 minutes. */
  backlog: number;
  /** How many times the usual messages of an hour. */
  volume: number;
  /** Messages of an hour under which volume is never unusual. */
  volume_least: number;
  /** Failed sign-ins within 15 minutes. */
  sign_ins: number;
  /** Per cent of the disk that are free. */
  disk: number;
  /** The roles of those who get mail. */
  roles: ("owner" | "admin" | "manager" | "operator" | "author" | "viewer")[];
}

/** Merged into what is there; null sets a field back. Also as it is read, within `settings`. */
export interface AlertSettingsChange {
}

export interface AlertSettingsView {
  settings: AlertSettings;
}

export interface AlertView {
  id: string;
  kind: "keys" | "requests" | "backlog" | "volume" | "sign_ins" | "disk";
  /** What was measured when it was raised. */
  figure: number;
  /** From which figure on it was raised. */
  threshold: number;
  raised_at: string;
  /** Null while it lasts. */
  over_at: string | null;
  acknowledged_at: string | null;
  /** Who said that they saw it, as the audit log names them. */
  acknowledged_by: string;
}

export interface AlertViewPage {
  data: AlertView[];
  next_cursor: string | null;
}

export interface AnalyticArticleView {
  article_id: string;
  title: string;
  answered: number;
}

/** Somebody who answered customers. */
export interface AnalyticPersonView {
  account_id: string;
  /** In which they wrote. */
  conversations: number;
  /** Of those, in which theirs was the first line of a person. */
  first: number;
  /** The median of seconds from the customer's first line to it. */
  first_p50_s: number | null;
  rated: number;
  /** The mean rating of the conversations in which they wrote, 0 to 1. */
  score: number | null;
}

export interface ArticleChange {
  title?: string | null;
  body?: string | null;
  kind?: "article" | "answer" | null;
  questions?: string[] | null;
  url?: string | null;
  language?: string | null;
  tags?: string[] | null;
  audience?: string | null;
  status?: "draft" | "published" | null;
}

export interface ArticleRow {
  id: string;
  title: string;
  kind: "article" | "answer";
  /** `removed`: it is in the bin. */
  status: "draft" | "published" | "removed";
  language: string;
  tags: string[];
  url: string;
  /** The source it belongs to; `articles` for those written here. */
  source: string;
  version: number;
  /** What customers are answered with is not yet what it says. */
  waits: boolean;
  /** Why indexing failed; empty where it did not. */
  problem: string;
  created_at: string;
  updated_at: string;
  updated_by: string;
  /** How often customers were answered with it in 7 days. */
  quoted: number;
  /** Of the conversations of 7 days with it, the share in which no person had to take over after it. */
  helped: number | null;
}

export interface ArticleRowPage {
  data: ArticleRow[];
  next_cursor: string | null;
}

export interface ArticleView {
  id: string;
  title: string;
  /** Plain lines, `# headings` and `- items`: what customers can be told. */
  body: string;
  kind: "article" | "answer";
  questions: string[];
  url: string;
  language: string;
  tags: string[];
  audience: string;
  status: "draft" | "published";
  source: string;
  version: number;
  problem: string;
  created_at: string;
  updated_at: string;
  updated_by: string;
}

/** Intents, the knowledge base or the language model were asked; `wanted` is the action or flow that a model named. Of intents: the best of them whatever came of it, and how sure it was with the two thresholds that this is held against. Null where nothing was compared. */
export interface Asked {
  step: string;
  file: string | null;
  line: number | null;
  kind: "asked";
  of: string;
  outcome: string;
  wanted: string;
  reason: string;
  found: string[];
  score: number | null;
  candidates: Candidate[];
  how: string;
  certainty: number | null;
  reject_below: number | null;
  confirm_below: number | null;
  ms: number | null;
}

export interface Assignment {
  expected?: Expected | null;
  assignee_id?: string | null;
  /** A team by name or id; without it the team stays. */
  team?: string | null;
}

export interface AssistantChange {
  name?: string | null;
  /** Host names at which it answers; a name is one assistant's in the whole installation. */
  hosts?: string[] | null;
  /** It answers where no assistant is named, in the place of the one that did. */
  is_default?: true | null;
}

export interface AssistantFiguresView {
  conversations: number;
  /** The assistant alone answered. */
  bot: number;
  /** A person answered. */
  person: number;
  /** A person was promised and none answered, or nothing was answered at all. */
  nobody: number;
  /** Nobody closed it, no person answered, and the last message is younger than a day. */
  open: number;
  /** Closed as solved, or rated with four of five or better. */
  confirmed: number;
  /** The customer left without a word. */
  silent: number;
  /** Closed as not solved, or rated lower. */
  unsolved: number;
  /** Handed over to people. */
  handed: number;
  /** Of those, a person answered. */
  reached: number;
  /** Of those, within the promise; 0 where none is set. */
  kept: number;
  /** Seconds from the hand-off to the first answer of a person. */
  wait_p50_s: number | null;
  wait_p90_s: number | null;
  /** Closed, by whom or what ever. */
  closed: number;
  rated: number;
  /** The mean rating, 0 to 1. */
  score: number | null;
  assistant_id: string;
}

export interface AssistantView {
  id: string;
  slug: string;
  name: string;
  hosts: string[];
  is_default: boolean;
  published_version: string | null;
  created_at: string;
  deleted_at: string | null;
}

export interface AssistantViewPage {
  data: AssistantView[];
  next_cursor: string | null;
}

export interface AttemptView {
  at: string;
  took_ms: number;
  ok: boolean;
  /** Of the answer; null where none came. */
  status: number | null;
  detail: string;
  /** The first 20 kB of what came back. */
  answer: string;
}

/** An action that was called; `request` is method and address without what stands in query and body. */
export interface CallMade {
  step: string;
  file: string | null;
  line: number | null;
  kind: "call";
  action: string;
  request: string;
  outcome: string;
  status: number;
  reason: string;
  ms: number | null;
}

export interface Called {
  id: string;
  name: string;
  /** The name, else one made of their id on the channel; webhooks have the same. */
  called: string;
}

/** What else would have fitted; with a score, 0 to 1, where understanding gave one. */
export interface Candidate {
  name: string;
  score: number | null;
}

export interface ChangeView {
  /** With those that it is in: `settings.language`. */
  field: string;
  before: unknown;
  after: unknown;
}

export interface ChangedView {
  name: string;
  file: string;
  line: number;
  /** What the version that answers says in this test. */
  before: string[];
  /** What the draft says. */
  after: string[];
}

export interface ChannelChange {
  name?: string | null;
  enabled?: boolean | null;
  /** Merged into what is there; null takes a key away. */
  settings?: Record<string, unknown>;
}

export interface ChannelFiguresView {
  conversations: number;
  /** The assistant alone answered. */
  bot: number;
  /** A person answered. */
  person: number;
  /** A person was promised and none answered, or nothing was answered at all. */
  nobody: number;
  /** Nobody closed it, no person answered, and the last message is younger than a day. */
  open: number;
  /** Closed as solved, or rated with four of five or better. */
  confirmed: number;
  /** The customer left without a word. */
  silent: number;
  /** Closed as not solved, or rated lower. */
  unsolved: number;
  /** Handed over to people. */
  handed: number;
  /** Of those, a person answered. */
  reached: number;
  /** Of those, within the promise; 0 where none is set. */
  kept: number;
  /** Seconds from the hand-off to the first answer of a person. */
  wait_p50_s: number | null;
  wait_p90_s: number | null;
  /** Closed, by whom or what ever. */
  closed: number;
  rated: number;
  /** The mean rating, 0 to 1. */
  score: number | null;
  channel_id: string;
}

export interface ChannelOf {
  id: string;
  type: string;
  name: string;
}

export interface ChannelTaskView {
  id: string;
  assistant_id: string;
  service_mode: string;
}

export interface ChannelView {
  id: string;
  type: string;
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  /** Settings that are set and not shown. */
  secret_names: string[];
  /** Whether pages can prove with a secret who of their visitors is signed in. */
  has_sign_in_secret: boolean;
  tasks: ChannelTaskView[];
  created_at: string;
  deleted_at: string | null;
}

export interface ChannelViewPage {
  data: ChannelView[];
  next_cursor: string | null;
}

export interface CheckView {
  /** Whether it loads: no error but in its tests. */
  publishable: boolean;
  /** How many tests it has. */
  tests: number;
  problems: ProblemView[];
}

export interface Closed {
  expected?: Expected | null;
  outcome?: "" | "solved" | "not_solved" | "spam";
}

export interface ContactChange {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  company?: string | null;
  language?: string | null;
  time_zone?: string | null;
  /** Merged into what is there; null takes a key away. */
  attributes?: Record<string, unknown> | null;
}

export interface ContactDetail {
  id: string;
  name: string;
  /** The name, else one made of their id on that channel; webhooks have the same. */
  called: string;
  /** Their id on the channel where something was last said. */
  external_id: string;
  email: string;
  phone: string;
  company: string;
  language: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown>;
  conversations: number;
  /** When something was last said with them. */
  last_at: string | null;
  /** Where that was. */
  channel: string;
  /** Of their conversations. */
  labels: ContactLabelView[];
  created_at: string;
  /** Their latest conversations. */
  talks: TalkView[];
  /** The latest notes about them. */
  notes: NoteView[];
}

/** Everything that is known of one person, and all that was said. */
export interface ContactExport {
  contact: Record<string, unknown>;
  conversations: TalkView[];
  messages: SpokenView[];
  notes: NoteView[];
  /** False where there are more than 50000 messages. */
  complete: boolean;
}

export interface ContactLabelView {
  name: string;
  color: string;
}

export interface ContactOf {
  id: string;
  name: string;
  /** The name, else one made of their id on the channel; webhooks have the same. */
  called: string;
  /** Their id on the channel. */
  external_id: string;
  email: string;
  phone: string;
}

export interface ContactView {
  id: string;
  name: string;
  /** The name, else one made of their id on that channel; webhooks have the same. */
  called: string;
  /** Their id on the channel where something was last said. */
  external_id: string;
  email: string;
  phone: string;
  company: string;
  language: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown>;
  conversations: number;
  /** When something was last said with them. */
  last_at: string | null;
  /** Where that was. */
  channel: string;
  /** Of their conversations. */
  labels: ContactLabelView[];
  created_at: string;
}

export interface ContactViewPage {
  data: ContactView[];
  next_cursor: string | null;
}

/** A conversation, with what was said in it so far. */
export interface ConversationBegun {
  id: string;
  subject: string;
  owner: "bot" | "queued" | "human" | "closed";
  team: string;
  assignee: Named | null;
  assistant: Named;
  channel: ChannelOf;
  task_id: string;
  contact: ContactOf;
  labels: LabelOf[];
  priority: "low" | "normal" | "high" | "urgent";
  snoozed_until: string | null;
  outcome: "" | "solved" | "not_solved" | "spam";
  rating: number | null;
  /** The customer's lines that the one who asks has not read; 99 is 99 or more. */
  unread: number;
  last_message: LastMessage | null;
  /** Since when the customer waits for an answer. */
  waiting_since: string | null;
  queued_at: string | null;
  created_at: string;
  updated_at: string;
  version: number;
  language: string;
  page_url: string;
  /** Of the customer, such as `Chrome`; empty when unknown. */
  browser: string;
  /** `desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown. */
  device: string;
  referrer: string;
  slots: Record<string, unknown>;
  handoff: HandoffView | null;
  merged_into: string | null;
  /** A link to read along that works: the last that a person made, else that of the webhooks. Null when there is none. */
  share: ShareView | null;
  /** Where the bot can go on when it is handed back. */
  flows: Named[];
  /** The contact. */
  visitor_id: string;
  /** What the customer said first; empty where our side began. */
  initial_message: string;
  /** The page that it was said on. */
  source_url: string;
  messages: MessageView[];
  /** False: the answer was not there in time, and comes as a message yet. */
  complete: boolean;
}

/** The fields that change. */
export interface ConversationChange {
  subject?: string | null;
  priority?: "low" | "normal" | "high" | "urgent" | null;
  /** All of them, by their names; a key that may write labels makes those that are new. */
  labels?: string[] | null;
}

/** A conversation with what stands beside its messages. */
export interface ConversationDetail {
  id: string;
  subject: string;
  owner: "bot" | "queued" | "human" | "closed";
  team: string;
  assignee: Named | null;
  assistant: Named;
  channel: ChannelOf;
  task_id: string;
  contact: ContactOf;
  labels: LabelOf[];
  priority: "low" | "normal" | "high" | "urgent";
  snoozed_until: string | null;
  outcome: "" | "solved" | "not_solved" | "spam";
  rating: number | null;
  /** The customer's lines that the one who asks has not read; 99 is 99 or more. */
  unread: number;
  last_message: LastMessage | null;
  /** Since when the customer waits for an answer. */
  waiting_since: string | null;
  queued_at: string | null;
  created_at: string;
  updated_at: string;
  version: number;
  language: string;
  page_url: string;
  /** Of the customer, such as `Chrome`; empty when unknown. */
  browser: string;
  /** `desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown. */
  device: string;
  referrer: string;
  slots: Record<string, unknown>;
  handoff: HandoffView | null;
  merged_into: string | null;
  /** A link to read along that works: the last that a person made, else that of the webhooks. Null when there is none. */
  share: ShareView | null;
  /** Where the bot can go on when it is handed back. */
  flows: Named[];
}

/** A conversation as a list shows it. */
export interface ConversationView {
  id: string;
  subject: string;
  owner: "bot" | "queued" | "human" | "closed";
  team: string;
  assignee: Named | null;
  assistant: Named;
  channel: ChannelOf;
  task_id: string;
  contact: ContactOf;
  labels: LabelOf[];
  priority: "low" | "normal" | "high" | "urgent";
  snoozed_until: string | null;
  outcome: "" | "solved" | "not_solved" | "spam";
  rating: number | null;
  /** The customer's lines that the one who asks has not read; 99 is 99 or more. */
  unread: number;
  last_message: LastMessage | null;
  /** Since when the customer waits for an answer. */
  waiting_since: string | null;
  queued_at: string | null;
  created_at: string;
  updated_at: string;
  version: number;
}

export interface ConversationViewDeliveryView {
  /** `sending`, `sent`, `delivered`, `read` or `failed`. */
  state: string;
  detail: string;
}

export interface ConversationViewPage {
  data: ConversationView[];
  next_cursor: string | null;
}

export interface ConversationsView {
  from: string;
  to: string;
  time_zone: string;
  /** The time in which customers are to be answered by a person; 0: none set. */
  promise_s: number;
  /** So much changed a moment ago that it is still being counted; ask again for figures with it. */
  counting: boolean;
  total: CountedView;
  /** The same of as many days right before. */
  before: CountedView;
  times: TimesView;
  times_before: TimesView;
  days: DayView[];
  /** Those with conversations, the most first. */
  channels: ChannelFiguresView[];
  assistants: AssistantFiguresView[];
  teams: TeamFiguresView[];
  people: AnalyticPersonView[];
  hours: HourView[];
  reasons: ReasonView[];
  topics: TopicView[];
  /** None where a filter is set: costs are not told apart by it. */
  models: SpentView | null;
}

/** Figures of one lot of conversations. `bot`, `person`, `nobody` and `open` add up to `conversations`: who answered last of all. `confirmed`, `silent` and `unsolved` add up to `bot`. */
export interface CountedView {
  conversations: number;
  /** The assistant alone answered. */
  bot: number;
  /** A person answered. */
  person: number;
  /** A person was promised and none answered, or nothing was answered at all. */
  nobody: number;
  /** Nobody closed it, no person answered, and the last message is younger than a day. */
  open: number;
  /** Closed as solved, or rated with four of five or better. */
  confirmed: number;
  /** The customer left without a word. */
  silent: number;
  /** Closed as not solved, or rated lower. */
  unsolved: number;
  /** Handed over to people. */
  handed: number;
  /** Of those, a person answered. */
  reached: number;
  /** Of those, within the promise; 0 where none is set. */
  kept: number;
  /** Seconds from the hand-off to the first answer of a person. */
  wait_p50_s: number | null;
  wait_p90_s: number | null;
  /** Closed, by whom or what ever. */
  closed: number;
  rated: number;
  /** The mean rating, 0 to 1. */
  score: number | null;
}

/** How many conversations each view has; `unread` and `mentions` are those of the one who asks. */
export interface CountsView {
  mine: number;
  unassigned: number;
  queue: number;
  /** No more than 1000 are counted: this number says that it is so many or more. */
  bot: number;
  human: number;
  snoozed: number;
  /** No more than 1000 are counted: this number says that it is so many or more. */
  closed: number;
  unread: number;
  mentions: number;
  /** By team, those that wait for people or are with them. */
  teams: Record<string, number>;
}

export interface DayView {
  conversations: number;
  /** The assistant alone answered. */
  bot: number;
  /** A person answered. */
  person: number;
  /** A person was promised and none answered, or nothing was answered at all. */
  nobody: number;
  /** Nobody closed it, no person answered, and the last message is younger than a day. */
  open: number;
  /** Closed as solved, or rated with four of five or better. */
  confirmed: number;
  /** The customer left without a word. */
  silent: number;
  /** Closed as not solved, or rated lower. */
  unsolved: number;
  /** Handed over to people. */
  handed: number;
  /** Of those, a person answered. */
  reached: number;
  /** Of those, within the promise; 0 where none is set. */
  kept: number;
  /** Seconds from the hand-off to the first answer of a person. */
  wait_p50_s: number | null;
  wait_p90_s: number | null;
  /** Closed, by whom or what ever. */
  closed: number;
  rated: number;
  /** The mean rating, 0 to 1. */
  score: number | null;
  date: string;
}

/** One event on its way to a webhook. */
export interface DeliveryRow {
  /** Also its `webhook-id`, the same on each attempt. */
  id: string;
  event: string;
  conversation_id: string | null;
  status: "waiting" | "sending" | "sent" | "failed";
  tries: number;
  /** How the last try ended. */
  detail: string;
  created_at: string;
  /** When the next try is due, while it waits. */
  due_at: string;
  finished_at: string | null;
}

export interface DeliveryRowPage {
  data: DeliveryRow[];
  next_cursor: string | null;
}

export interface DeliveryViewPage {
  data: IntegrationDeliveryView[];
  next_cursor: string | null;
}

export interface DeliveryWhole {
  /** Also its `webhook-id`, the same on each attempt. */
  id: string;
  event: string;
  conversation_id: string | null;
  status: "waiting" | "sending" | "sent" | "failed";
  tries: number;
  /** How the last try ended. */
  detail: string;
  created_at: string;
  /** When the next try is due, while it waits. */
  due_at: string;
  finished_at: string | null;
  /** What is posted; null for who may not read conversations. */
  body: string | null;
  attempts: AttemptView[];
}

/** Merged into what is there; null takes a key away. Also as it is read, within `settings`. */
export interface DeskChange {
}

/** Settings of a workspace's desk. */
export interface DeskSettings {
  /** Who has a closed conversation when its customer writes again: the bot, or the queue. */
  reopens_to: "bot" | "queued";
  /** Ask the customer how satisfied they are when people close a conversation. */
  ask_rating: boolean;
  /** The most points there are to give. */
  rating_most: number;
  /** Tell the customer their place in the queue. */
  tell_position: boolean;
  /** Tell a customer who waits for no team that nobody is there, where nobody who answers is online; otherwise they are told their place. */
  tell_away: boolean;
  /** The time within which a person is to answer after a hand-off, in seconds; 0: none is promised. */
  promise_s: number;
  /** How many conversations a person has at most by assignment. */
  capacity: number;
}

export interface DeskView {
  settings: DeskSettings;
}

export interface Difference {
  before: number;
  after: number;
  /** Files that are not the same; empty when all are. */
  files: FileDifference[];
}

export interface DraftDifference {
  /** What the draft changes of the version that answers. */
  files: FileDifference[];
}

export interface DraftView {
  /** False: nothing was changed; the files are those that answer. */
  open: boolean;
  /** Another version was published since the draft was begun. */
  is_behind: boolean;
  /** A draft was discarded and can be taken up again. */
  can_reopen: boolean;
  edited_by: string;
  edited_at: string | null;
  files: FileView[];
}

/** How much there was of each. */
export interface ErasedView {
  conversations: number;
  messages: number;
  received: number;
  events: number;
  deliveries: number;
  traces: number;
  questions: number;
}

export interface Erasure {
  /** Why; it stays in the audit log and may not name the contact. */
  reason: string;
}

/** Who had the conversation when you looked. When that is otherwise by now, nothing is done: 409 `changed_hands`. */
export interface Expected {
  owner: "bot" | "queued" | "human" | "closed";
  assignee_id?: string | null;
}

export interface FiguresView {
  days: number;
  /** Questions that the knowledge base was asked, those while it was away left out. */
  asked: number;
  answered: number;
  /** Questions while it could not be asked. */
  unavailable: number;
  /** Of those asked; null while nothing was. */
  answered_share: number | null;
  articles: number;
  published: number;
  drafts: number;
  /** Published and not changed for a year. */
  stale: number;
  in_bin: number;
  /** For indexing. */
  waiting: number;
  /** At indexing. */
  failed: number;
}

export interface FileDifference {
  path: string;
  change: "added" | "removed" | "changed";
  /** A unified diff, as `patch` takes it. */
  text: string;
}

export interface FileText {
  path: string;
  size_bytes: number;
  /** Of its text, for If-Match. */
  etag: string;
  /** As the audit log has it. */
  edited_by: string;
  edited_at: string;
  text: string;
}

export interface FileView {
  path: string;
  size_bytes: number;
  /** Of its text, for If-Match. */
  etag: string;
  /** As the audit log has it. */
  edited_by: string;
  edited_at: string;
}

export interface FormerSecret {
  prefix: string;
  ends_at: string;
}

export interface GapView {
  id: string;
  /** The typical one; what is personal in it is hidden. */
  question: string;
  language: string;
  times: number;
  last_at: string;
  /** How well the best passage fitted, 0 to 1. */
  best_fit: number;
  others: string[];
}

export interface Gaps {
  data: GapView[];
}

export interface HandBack {
  expected?: Expected | null;
  /** Where the bot goes on; one of `flows`. */
  flow?: string;
}

/** Why the bot gave the conversation to people. */
export interface HandoffView {
  team: string;
  reason: string;
  last_message: string;
  priority: "low" | "normal" | "high" | "urgent";
  intent: string;
  person: string;
  share: string[];
  at: string | null;
}

/** Anything else, by name: `resumed`, `expired`, `loop`, `miss`, `repair`, `handoff` and so on. */
export interface Happened {
  step: string;
  file: string | null;
  line: number | null;
  kind: "event";
  name: string;
  details: Record<string, unknown>;
}

/** What the turn began with; `kind` is `moment` when nobody said anything but a time had come. */
export interface Heard {
  kind: "message" | "restart" | "moment";
  text: string;
  payload: string;
  intent: string;
  entities: Record<string, string[]>;
}

export interface Here {
  viewing?: boolean;
  typing?: boolean;
}

/** A conversation, or a contact, in which all the words are; `snippet` is the text around them, in pieces. */
export interface HitView {
  kind: "messages" | "contacts" | "notes";
  conversation_id: string | null;
  seq: number | null;
  author: "contact" | "bot" | "operator" | "note" | "event" | null;
  subject: string;
  contact: Called;
  snippet: Piece[];
  at: string;
}

export interface HitViewPage {
  data: HitView[];
  next_cursor: string | null;
}

export interface HourView {
  /** 0 is Monday. */
  weekday: number;
  hour: number;
  conversations: number;
}

export interface IntegrationChange {
  name?: string | null;
  enabled?: boolean | null;
  /** Merged into what is there; null takes a key away. */
  settings?: Record<string, unknown>;
}

/** One webhook. */
export interface IntegrationDeliveryView {
  id: string;
  conversation_id: string | null;
  status: "waiting" | "sending" | "sent" | "failed";
  tries: number;
  /** How the last try ended: status and first characters of the answer, or why not. */
  detail: string;
  /** What was posted, shared addresses made useless; null for who may not read conversations. */
  body: string | null;
  created_at: string;
  /** When the next try is due, while it waits. */
  due_at: string;
  finished_at: string | null;
}

export interface IntegrationMade {
  id: string;
  type: string;
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  /** Settings that are set and not shown. */
  secret_names: string[];
  /** Whether what is posted is signed. */
  signed: boolean;
  /** Whose conversations it is told of. */
  task_ids: string[];
  created_at: string;
  deleted_at: string | null;
  /** Signs what is posted, like a webhook's. Given now and never again; null where nothing is signed. */
  signing_secret: string | null;
}

export interface IntegrationView {
  id: string;
  type: string;
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  /** Settings that are set and not shown. */
  secret_names: string[];
  /** Whether what is posted is signed. */
  signed: boolean;
  /** Whose conversations it is told of. */
  task_ids: string[];
  created_at: string;
  deleted_at: string | null;
}

export interface IntegrationViewPage {
  data: IntegrationView[];
  next_cursor: string | null;
}

export interface Invitation {
  email: string;
  role: string;
  name?: string;
}

export interface InvitationList {
  data: InvitationView[];
  next_cursor: string | null;
}

export interface InvitationView {
  id: string;
  email: string;
  name: string;
  role: string;
  created_by: string;
  created_at: string;
  expires_at: string;
}

export interface KeyChange {
  name?: string | null;
  allowed_addresses?: string[] | null;
  allowed_origins?: string[] | null;
}

export interface KeyMade {
  id: string;
  kind: string;
  name: string;
  /** How the secret begins, to tell it from others. */
  prefix: string;
  state: "active" | "expired" | "revoked";
  scopes: string[];
  assistant_ids: string[];
  allowed_addresses: string[];
  allowed_origins: string[];
  /** The secret before the last rotation, while it works. */
  former_secret: FormerSecret | null;
  expires_at: string | null;
  revoked_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  last_used_address: string;
  /** Who made it, as the audit log names them. */
  created_by: string;
  created_at: string;
  /** The secret. It is never shown again. */
  key: string;
}

export interface KeyView {
  id: string;
  kind: string;
  name: string;
  /** How the secret begins, to tell it from others. */
  prefix: string;
  state: "active" | "expired" | "revoked";
  scopes: string[];
  assistant_ids: string[];
  allowed_addresses: string[];
  allowed_origins: string[];
  /** The secret before the last rotation, while it works. */
  former_secret: FormerSecret | null;
  expires_at: string | null;
  revoked_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  last_used_address: string;
  /** Who made it, as the audit log names them. */
  created_by: string;
  created_at: string;
}

export interface KeyViewPage {
  data: KeyView[];
  next_cursor: string | null;
}

export interface KnowledgeView {
  from: string;
  to: string;
  time_zone: string;
  questions: number;
  answered: number;
  unanswered: number;
  /** Asked while the knowledge base was away. */
  unavailable: number;
  /** Answered of answered and unanswered, 0 to 1. */
  hit_rate: number | null;
  worded_by_model: number;
  /** Answered by a curated answer. */
  worded_by_people: number;
  median_ms: number;
  /** Those that answered most. */
  articles: AnalyticArticleView[];
}

export interface LabelChange {
  name?: string | null;
  color?: "grey" | "blue" | "green" | "amber" | "red" | "violet" | "teal" | "pink" | null;
}

export interface LabelOf {
  name: string;
  color: string;
}

export interface LabelView {
  id: string;
  name: string;
  color: string;
  created_at: string;
  deleted_at: string | null;
}

export interface LabelViewPage {
  data: LabelView[];
  next_cursor: string | null;
}

/** Labels by their names. */
export interface Labelled {
  add?: string[];
  remove?: string[];
}

/** Something that a task needs to do its work. */
export interface Lack {
  what: "task_off" | "channel_off" | "assistant_unpublished" | "integration_missing" | "integration_off" | "manager_gone";
  message: string;
}

export interface LastMessage {
  seq: number;
  author: "contact" | "bot" | "operator" | "note" | "event";
  preview: string;
  at: string;
}

export interface Line {
  text?: string;
  /** The hidden value of a button that was tapped. */
  payload?: string;
  /** Begin anew. */
  restart?: boolean;
}

export interface LinkView {
  id: string;
  /** Works once; it is never shown again. */
  link: string;
  /** Whether it is on its way by mail; else hand it on yourself. */
  mailed: boolean;
  expires_at: string;
}

/** A line that a script wrote: `debug`, or an event of this name. */
export interface Logged {
  step: string;
  file: string | null;
  line: number | null;
  kind: "log";
  name: string;
  message: string;
  detail: string;
}

export interface MailChange {
  /** One of `kinds`; may be left out where there is one. */
  kind?: string | null;
  /** Merged into what is there; null takes a key away. */
  settings?: Record<string, unknown>;
}

export interface MailTest {
  to: string;
  kind?: string | null;
  /** Tried on top of what is stored, and not kept. */
  settings?: Record<string, unknown>;
}

export interface MailTo {
  to: string;
}

/** What was sent, what came back, and how long it took. */
export interface MailTriedView {
  ok: boolean;
  detail: string;
  took_ms: number;
  to: string;
  subject: string;
}

export interface MailView {
  configured: boolean;
  /** What sends; empty when nothing is set up. */
  kind: string;
  /** What can send. */
  kinds: string[];
  settings: Record<string, unknown>;
  /** Settings that are set and not shown. */
  secret_names: string[];
  changed_at: string | null;
  /** The last mails, newest first. */
  recent: PostedView[];
}

export interface Mailed {
  delivery_id: string;
}

export interface MemberView {
  account_id: string;
  skills?: string[];
}

export interface Merge {
  /** The contact that goes; its id leads to this one afterwards. */
  other: string;
  /** What is taken from the other one; the rest stays as it is here. */
  take?: ("name" | "email" | "phone" | "company" | "language" | "time_zone" | "attributes")[];
  /** The number in the other one's ETag; as If-Match is for the one that stays. */
  other_version?: number | null;
}

export interface Merged {
  into: string;
}

/** A message, and what it was answered with. */
export interface MessageMade {
  id: string;
  seq: number;
  author: "contact" | "bot" | "operator" | "note" | "event";
  sender: Named | null;
  parts: (Record<string, unknown>)[];
  step: string;
  created_at: string;
  client_id: string | null;
  /** Null on channels that fetch their answers, until this one was fetched. */
  delivery: ConversationViewDeliveryView | null;
  source: Record<string, unknown> | null;
  event: Record<string, unknown> | null;
  /** Of a customer's message. */
  answers: MessageView[];
  /** False: the answer was not there in time, and comes as a message yet. */
  complete: boolean;
}

/** A message, a note (`author` is `note`), or something that happened (`author` is `event`). */
export interface MessageView {
  id: string;
  seq: number;
  author: "contact" | "bot" | "operator" | "note" | "event";
  sender: Named | null;
  parts: (Record<string, unknown>)[];
  step: string;
  created_at: string;
  client_id: string | null;
  /** Null on channels that fetch their answers, until this one was fetched. */
  delivery: ConversationViewDeliveryView | null;
  source: Record<string, unknown> | null;
  event: Record<string, unknown> | null;
}

export interface MessageViewPage {
  data: MessageView[];
  next_cursor: string | null;
}

/** A language model was asked for its next move, and what became of that. */
export interface ModelAsked {
  outcome: string;
  wanted: string;
  reason: string;
}

export interface Named {
  id: string;
  name: string;
}

export interface NewArticle {
  title: string;
  /** Markdown; what is no text of it (pictures, scripts) is left out. */
  body: string;
  /** `answer`: given whole to those who ask one of its questions. */
  kind?: "article" | "answer";
  questions?: string[];
  /** Where customers can read it. */
  url?: string;
  language?: string;
  tags?: string[];
  /** Empty: everybody's. */
  audience?: string;
  status?: "draft" | "published";
}

/** What it begins with; one of `example`, `files` and `knowledge`. */
export interface NewAssistant {
  name: string;
  begin: "example" | "files" | "knowledge";
  /** Which one, for `example`. */
  example?: string;
  /** For `files`: path within the bot's folder -> text. */
  files?: Record<string, string>;
  /** For `knowledge`: the language it speaks. */
  language?: string;
}

export interface NewChannel {
  /** The id of a channel plug-in. */
  type: string;
  name: string;
  /** Who answers; a task binds the two. Channels whose messages name their task can do without. */
  assistant_id?: string | null;
  /** As the plug-in's model says. */
  settings?: Record<string, unknown>;
}

/** With `initial_message` what the customer says first, which is answered; else one that our side begins. */
export interface NewConversation {
  /** What the customer says first. */
  initial_message?: string;
  /** The page it is said on. */
  source_url?: string;
  /** Left out beside `initial_message`: the default one. */
  assistant_id?: string | null;
  /** Left out beside `initial_message`: the assistant's first that callers speak on. */
  channel_id?: string | null;
  /** What the channel calls the customer: `sender` of the REST channel. Left out beside `initial_message`: a new one. */
  external_id?: string | null;
  /** What our side says first. */
  text?: string;
}

export interface NewDraft {
  title?: string;
}

export interface NewEntry {
  title: string;
  /** Markdown; what is no text of it (pictures, scripts) is left out. */
  body: string;
  /** `answer`: given whole to those who ask one of its questions. */
  kind?: "article" | "answer";
  questions?: string[];
  /** Where customers can read it. */
  url?: string;
  language?: string;
  tags?: string[];
  /** Empty: everybody's. */
  audience?: string;
  status?: "draft" | "published";
}

export interface NewFiles {
  /** Path within the bot's folder -> text; together the whole bot. */
  files: Record<string, string>;
}

export interface NewIntegration {
  /** The id of a plug-in that is told what happens. */
  type: string;
  name: string;
  /** As the plug-in's model says. */
  settings?: Record<string, unknown>;
}

export interface NewKey {
  name: string;
  /** `rasa` opens the Rasa API's addresses, and takes no scopes. */
  kind?: "api" | "rasa";
  scopes?: string[];
  /** The assistants it is limited to; none is all. */
  assistant_ids?: string[];
  expires_at?: string | null;
  /** Networks it is taken from, such as `203.0.113.0/24`; none is all. */
  allowed_addresses?: string[];
  /** Sites whose pages may use it, such as `https://shop.example`. */
  allowed_origins?: string[];
}

export interface NewLabel {
  name: string;
  color?: "grey" | "blue" | "green" | "amber" | "red" | "violet" | "teal" | "pink";
}

export interface NewMessage {
  text?: string;
  /** `contact`: what the customer says, handed in for them; the answer waits for what they are told. */
  author?: "operator" | "contact";
  parts?: (Record<string, unknown>)[];
  /** Your own id of it: sent again it is the same message. */
  client_id?: string | null;
  /** For our people alone; the customer never sees it. */
  note?: boolean;
  /** Accounts of colleagues that a note names. */
  mentions?: string[];
  /** The last message you have seen; refused when others have written since. */
  expected_seq?: number | null;
  /** Close the conversation with it, with this outcome. */
  close?: "" | "solved" | "not_solved" | "spam" | null;
}

export interface NewNote {
  text: string;
}

export interface NewReply {
  name: string;
  /** `{{contact.name}}` and others stand for what a conversation knows. */
  text: string;
  language?: string;
}

export interface NewShare {
  /** How long it is good for. */
  expires_in_s?: number;
}

export interface NewTask {
  type?: "web";
  /** Made of the names of channel and assistant unless given. */
  name?: string;
  /** `ai`: the assistant answers. `ai_then_people`: people take over where it has no answer. `ai_suggests`: people answer, the assistant suggests. `people`: people alone. */
  service_mode?: "ai" | "ai_then_people" | "ai_suggests" | "people";
  channel_id: string;
  assistant_id: string;
  /** Who is told what happens. */
  integration_id?: string | null;
  /** The account of who is responsible; told to the integration. */
  manager_id?: string;
}

export interface NewTeam {
  /** As bots call it in `handoff: {team: ...}`. */
  name: string;
  members?: MemberView[];
  settings?: TeamSettings;
}

export interface NewText {
  text: string;
}

export interface NewVersion {
  /** Path within the bot's folder, with `/` -> text. Together they are the whole bot. */
  files: Record<string, string>;
  comment?: string;
}

export interface NewWebhook {
  /** Where events are posted to. */
  url: string;
  /** What it is told of. */
  events: ("conversation.created" | "conversation.updated" | "message.created" | "handoff.requested" | "feedback.received" | "knowledge_base.query_failed" | "alert.raised" | "alert.over")[];
  description?: string;
  enabled?: boolean;
}

export interface NoteView {
  id: string;
  author_id: string;
  /** Their name; empty for one who is gone, and for a key. */
  author: string;
  text: string;
  created_at: string;
}

export interface OutgoingAddresses {
  /** Where our requests come from, as the operator of this installation says; empty when they did not. */
  addresses: string[];
}

export interface OwnPlanView {
  plan: "everything" | "basic" | "standard" | "premium";
  /** `webhooks`, and the types of connections. */
  switches: Record<string, boolean>;
  quotas: Record<string, QuotaView>;
}

export interface PassageView {
  article_id: string;
  title: string;
  headings: string[];
  url: string;
  language: string;
  /** Somebody wrote it as the answer to its questions. */
  is_curated: boolean;
  /** What it would say. */
  text: string;
  /** How sure it is that it is about the question, 0 to 1. */
  fit: number;
  /** How well its words fit (BM25). */
  words: number;
  /** How near its meaning is; null where words alone decided. */
  meaning: number | null;
  /** What the customer's page added. */
  page: number;
  /** Names in the question that it says nothing of. */
  lacks: string[];
  /** `answers`; or why it does not: `behind` another, says nothing of the `names`, too little `fit`. */
  why: "answers" | "behind" | "names" | "fit";
}

export interface PeoplePersonView {
  id: string;
  name: string;
  email: string;
  role: string;
  status: string;
  has_totp: boolean;
  /** Whether they can be given conversations. */
  answers: boolean;
  presence: PresenceView;
  created_at: string;
  last_seen_at: string | null;
}

export interface PersonChange {
  name?: string | null;
  role?: string | null;
  status?: "active" | "disabled" | null;
}

export interface PersonList {
  data: PeoplePersonView[];
  next_cursor: string | null;
}

export interface Piece {
  text: string;
  hit: boolean;
}

export interface PlanChange {
  /** Null is as the program has it. */
  switches?: Record<string, boolean | null>;
  /** Null is without a limit. */
  quotas?: Record<string, number | null>;
  /** Go on, though something that is switched on is switched off by it. */
  stop_in_use?: boolean;
}

export interface PlanGiven {
  plan: "everything" | "basic" | "standard" | "premium";
  /** Go on, though something that is switched on is switched off by it. */
  stop_in_use?: boolean;
}

export interface PlanView {
  name: "everything" | "basic" | "standard" | "premium";
  /** `webhooks`, and the types of connections. */
  switches: Record<string, boolean>;
  /** The most of each; null is without a limit. */
  quotas: Record<string, number | null>;
}

export interface PlansView {
  data: PlanView[];
}

/** One mail on its way; to whom, and what is in it, is sealed. */
export interface PostedView {
  id: string;
  /** `waiting`, `sending`, `sent` or `failed`. */
  status: string;
  tries: number;
  /** The mail server's answer to the last try. */
  detail: string;
  created_at: string;
  finished_at: string | null;
}

export interface PresenceView {
  /** What colleagues see: `offline` while no inbox is open. */
  state: "online" | "away" | "offline";
  /** What they are while one is. */
  chosen: "online" | "away" | "offline";
  /** How many customers they take at once, 0 for none; null for as many as the desk's settings say. */
  capacity: number | null;
}

export interface PreviewView {
  /** Whoever has it can go on talking to this draft, for about a week. */
  id: string;
  problems: ProblemView[];
}

export interface Prioritised {
  priority: "low" | "normal" | "high" | "urgent";
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: "already_taken" | "asked_often" | "bad_request" | "body_too_large" | "bot_invalid" | "changed_hands" | "channel_taken" | "code_needed" | "conflict" | "conversation_moved_on" | "cursor_invalid" | "email_taken" | "forbidden" | "host_taken" | "idempotency_in_progress" | "idempotency_mismatch" | "in_bin" | "in_use" | "internal" | "invalid" | "last_owner" | "method_not_allowed" | "needs_reauth" | "not_found" | "other_contact" | "outbound_refused" | "plan_limit" | "precondition_required" | "rate_limited" | "sign_in_needed" | "sign_in_refused" | "taken_unanswered" | "task_incomplete" | "task_taken" | "too_many_tries" | "unauthenticated" | "unavailable" | "unsupported_media_type";
  request_id: string;
  field?: string;
  /** What a program needs to go on: with `already_taken` and `changed_hands` who has it, with `conversation_moved_on` what was written meanwhile. */
  details?: Record<string, unknown>;
  errors?: ({ field?: string; message: string; file?: string; line?: number; fix?: string; severity?: "error" | "warning" })[];
}

export interface ProblemView {
  file: string;
  line: number;
  severity: "error" | "warning";
  message: string;
  fix: string;
}

export interface PublishedVersion {
  /** Counted from 1 for each assistant. */
  number: number;
  id: string;
  comment: string;
  /** Who published it, as the audit log has it. */
  created_by: string;
  created_at: string;
  /** Whether this is the version that answers new conversations. */
  published: boolean;
  /** The first version with exactly these files, if it is an earlier one. */
  same_as: number | null;
  /** Of the files; equal for equal files. */
  sha256: string;
  /** False: these files were live already, and no version was made. */
  changed: boolean;
  warnings: Warned[];
}

export interface PushKeyMade {
  /** How many browsers were sent notices until now, and have to be turned on again. */
  ended: number;
}

export interface QuotaView {
  /** Null is without a limit. */
  most: number | null;
  /** How many there are; null for what is counted by the minute. */
  used: number | null;
}

export interface ReadUpTo {
  seq: number;
}

export interface ReasonView {
  /** Where in the bot it was decided (`flow/step`), or who asked. */
  reason: string;
  conversations: number;
}

export interface Remembered {
  /** As an earlier answer said. */
  length: number;
  /** As that answer said. */
  head: string;
  /** Go through the entries after that one alone; those before it were verified. */
  go_on?: boolean;
}

export interface Renamed {
  /** Within the bot's folder. */
  path: string;
  /** Within the bot's folder. */
  to: string;
}

export interface RenderFor {
  conversation_id: string;
}

export interface Rendered {
  text: string;
  /** Places for which the conversation knows nothing; left empty. */
  missing: string[];
}

export interface ReplayWanted {
  /** Events from then on; at most 30 days ago. */
  since: string;
  /** Events before then; now, when left out. */
  until?: string | null;
}

export interface Replayed {
  /** How many go out; at most 10,000 at a time, the oldest first. */
  count: number;
}

export interface Replied {
  conversation_id: string;
  /** Each with its parts, in order. */
  messages: ((Record<string, unknown>)[])[];
  /** False: the turn takes longer; its trace has the rest. */
  complete: boolean;
  trace: TraceView | null;
}

export interface ReplyChange {
  name?: string | null;
  text?: string | null;
  language?: string | null;
}

export interface ReplyView {
  id: string;
  name: string;
  text: string;
  language: string;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
}

export interface ReplyViewPage {
  data: ReplyView[];
  next_cursor: string | null;
}

export interface Restored {
  /** Within the bot's folder. */
  path: string;
}

export interface RetentionChange {
  /** So many days after a conversation was closed it is deleted for good; null keeps it. */
  closed_conversations_days: number | null;
}

export interface RetentionPreview {
  days: number;
  /** Closed longer than this ago, now: saving it would have them deleted. */
  conversations: number;
}

export interface RetentionView {
  /** So many days after a conversation was closed it is deleted for good; null keeps it. */
  closed_conversations_days: number | null;
}

export interface Rotated {
  /** The new one. Given now and never again. */
  secret: string;
  /** Until then the one before signs as well; null where there was none. */
  old_signs_until: string | null;
}

export interface Rotation {
  /** How long the present secret works on; 0 ends it at once. */
  former_ends_in_s?: number;
}

/** What of a question took the answer: the kind of test, and the test as its author wrote it. */
export interface RuleHit {
  step: string;
  file: string | null;
  line: number | null;
  kind: "rule";
  test: string;
  what: string;
}

/** One rung of the matching ladder that was tried, and whether it answered the message. */
export interface Rung {
  step: string;
  file: string | null;
  line: number | null;
  kind: "rung";
  rung: string;
  hit: boolean;
  flow: string;
  by: string;
  what: string;
  candidates: Candidate[];
}

/** A script that was run; of one that failed, what is wrong and in which file and line of the scripts. */
export interface ScriptRun {
  step: string;
  file: string | null;
  line: number | null;
  kind: "script";
  script: string;
  outcome: string;
  ms: number | null;
  error: string;
  error_file: string;
  error_line: number | null;
}

/** The knowledge base was asked. `how` the answer was made: `curated`, `model`, `extract`; empty where there is none. */
export interface Searched {
  outcome: string;
  how: string;
  score: number | null;
  articles: string[];
}

export interface ShareView {
  /** The page to read along on; whoever has the address can. */
  url: string;
  expires_at: string;
}

export interface SignInSecret {
  /** Signs tokens with HS256, and hashes. Given now and never again. */
  secret: string;
  /** Until when the one before counts as well. */
  old_counts_until: string | null;
}

export interface Snoozed {
  expected?: Expected | null;
  until: string;
}

export interface SourceView {
  article_id: string;
  title: string;
  url: string;
}

/** What models were used for, whole days of UTC; cost 0 where no prices are set. */
export interface SpentView {
  answers: number;
  tokens: number;
  cost_micros: number;
}

export interface SpokenView {
  conversation_id: string;
  seq: number;
  author: string;
  parts: (Record<string, unknown>)[];
  created_at: string;
}

/** The flow that the message started: by a `pattern`, an `intent` or an `example`, and which it was. */
export interface Started {
  flow: string;
  by: string;
  what: string;
}

/** A step that was run; `type` is the key by which its author wrote it, such as `say`. */
export interface StepRun {
  step: string;
  file: string | null;
  line: number | null;
  kind: "step";
  type: string;
}

/** A step that ran; `type` is what it does, such as `say`. */
export interface StepTaken {
  flow: string;
  step: string;
  type: string;
}

export interface SuggestionView {
  text: string;
  /** The article that it rests on. */
  source: SourceView | null;
  /** `article`: its own sentences; `model`: worded by a model out of it; `bot`: what the assistant would have said. */
  by: "article" | "model" | "bot";
}

export interface SuggestionsView {
  data: SuggestionView[];
}

export interface TalkView {
  id: string;
  subject: string;
  channel: string;
  owner: string;
  outcome: string;
  preview: string;
  created_at: string;
  last_message_at: string;
  rating: number | null;
  rating_max: number | null;
  /** Where the customer last wrote from; empty when unknown. */
  page_url: string;
  /** What led them to that page; empty when unknown. */
  referrer: string;
  /** Of the customer, such as `Chrome`; empty when unknown. */
  browser: string;
  /** `desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown. */
  device: string;
}

export interface TargetView {
  id: string;
  /** What it is called now, else what it was called then; may be empty. Of a conversation, whose it is. */
  name: string;
  /** Whether it is still there, and not in the bin. */
  there: boolean;
}

export interface TaskChange {
  name?: string | null;
  enabled?: boolean | null;
  service_mode?: "ai" | "ai_then_people" | "ai_suggests" | "people" | null;
  /** null takes it away. */
  integration_id?: string | null;
  /** null takes it away. */
  manager_id?: string | null;
}

export interface TaskView {
  id: string;
  type: string;
  name: string;
  enabled: boolean;
  service_mode: "ai" | "ai_then_people" | "ai_suggests" | "people";
  channel: Named;
  assistant: Named;
  integration: Named | null;
  manager_id: string;
  manager: Named | null;
  /** What keeps it from its work; empty when nothing does. */
  lacks: Lack[];
  created_at: string;
  deleted_at: string | null;
}

export interface TaskViewPage {
  data: TaskView[];
  next_cursor: string | null;
}

export interface TeamChange {
  name?: string | null;
  /** All of them; who is not among them is a member no more. */
  members?: MemberView[] | null;
  /** Merged into what is there; null takes a key away. */
  settings?: Record<string, unknown>;
}

export interface TeamFiguresView {
  conversations: number;
  /** The assistant alone answered. */
  bot: number;
  /** A person answered. */
  person: number;
  /** A person was promised and none answered, or nothing was answered at all. */
  nobody: number;
  /** Nobody closed it, no person answered, and the last message is younger than a day. */
  open: number;
  /** Closed as solved, or rated with four of five or better. */
  confirmed: number;
  /** The customer left without a word. */
  silent: number;
  /** Closed as not solved, or rated lower. */
  unsolved: number;
  /** Handed over to people. */
  handed: number;
  /** Of those, a person answered. */
  reached: number;
  /** Of those, within the promise; 0 where none is set. */
  kept: number;
  /** Seconds from the hand-off to the first answer of a person. */
  wait_p50_s: number | null;
  wait_p90_s: number | null;
  /** Closed, by whom or what ever. */
  closed: number;
  rated: number;
  /** The mean rating, 0 to 1. */
  score: number | null;
  /** Its name; empty: of no team. */
  team: string;
}

/** Settings of a team. */
export interface TeamSettings {
  /** Who gets a conversation: nobody until somebody takes it, each in turn, who has least to do, or who of those with the skills that it needs has least to do. */
  rule?: "none" | "round_robin" | "least_load" | "skills";
  /** Labels and intents whose conversations come to this team when no team was asked for. */
  topics?: string[];
  time_zone?: string;
  /** Days and times, as `{"mon-fri": "09:00-17:00"}`; empty: always. */
  hours?: Record<string, string>;
  /** Days when it is closed: `2026-12-25`, or `12-25` for every year. */
  holidays?: string[];
  /** By language, instead of the built-in one. */
  away_message?: Record<string, string>;
  /** Tell customers when nobody is there. */
  tell_away?: boolean;
  /** After so many seconds of silence a conversation goes to somebody else; 0: never. */
  reassign_after_s?: number;
}

export interface TeamView {
  id: string;
  name: string;
  members: MemberView[];
  settings: TeamSettings;
  created_at: string;
  deleted_at: string | null;
}

export interface TeamViewPage {
  data: TeamView[];
  next_cursor: string | null;
}

export interface TestWanted {
  event?: "conversation.created" | "conversation.updated" | "message.created" | "handoff.requested" | "feedback.received" | "knowledge_base.query_failed" | "alert.raised" | "alert.over";
}

export interface TestsView {
  passed: number;
  tests: WorkbenchTestView[];
  /** Tests in which the draft says something else. */
  changed: ChangedView[];
  /** Tests in which the version that answers hands over. */
  handoffs_before: number;
  /** Tests in which the draft does. */
  handoffs: number;
}

/** Seconds: the median, and what nine in ten did not exceed; null where there were none. */
export interface TimesView {
  /** From the customer's first line to the first line of a person. */
  first_p50_s: number | null;
  first_p90_s: number | null;
  /** From the beginning of a conversation to its closing. */
  closed_p50_s: number | null;
  closed_p90_s: number | null;
}

export interface TopicView {
  flow: string;
  /** In which the flow said something. */
  conversations: number;
  handed: number;
}

/** One turn: what was heard, and everything that came of it in its order. */
export interface TraceView {
  inbound_id: string;
  conversation_id: string;
  at: string;
  /** The version of the bot that the turn ran on. */
  version_id: string | null;
  /** Its number; null when it is gone. */
  version: number | null;
  /** Null while people have the conversation, and of set-aside messages. */
  heard: Heard | null;
  entries: (Rung | StepRun | RuleHit | VariableSet | CallMade | ScriptRun | Asked | AlertRaised | Logged | Happened)[];
}

export interface TraceViewPage {
  data: TraceView[];
  next_cursor: string | null;
}

/** How a test went. */
export interface TrialTriedView {
  ok: boolean;
  /** The bodies of the sample, as they were sent. */
  sent: string[];
  /** Status and first characters of what came back, or why nothing did. */
  answer: string;
  took_ms: number;
}

export interface TrialView {
  /** Empty: it would be a gap. */
  answer: string;
  passages: PassageView[];
  /** The fit from which on a passage answers. */
  least: number;
  by_meaning: boolean;
  /** Words that nobody writes, as they were taken. */
  corrected: Record<string, string>;
  ms: number;
}

export interface UnderstandingView {
  version_id: string;
  /** `none`: the bot has no intents with examples. Until it is `ready`, the model before serves. */
  state: "waiting" | "training" | "ready" | "failed" | "none";
  /** Texts read so far. */
  done: number;
  /** Of so many. */
  total: number;
  /** Why it failed, or learnt less than it could. */
  reason: string;
  /** What about the examples is worth mending. */
  remarks: string[];
  intents: number;
  examples: number;
  /** Share of the examples understood when they were held back; 0 to 1. */
  accuracy: number;
  /** False: texts are compared by their words only. */
  by_meaning: boolean;
  size_bytes: number;
  finished_at: string | null;
}

export interface UploadView {
  id: string;
  name: string;
  /** Judged by the content, whatever its sender said. */
  content_type: string;
  size_bytes: number;
  /** In pixels, of a picture that is shown within pages. */
  width: number | null;
  height: number | null;
  /** Opens the file to whoever has it, for a day or so. */
  url: string;
}

/** A slot or variable that was set; values of slots marked as personal data read `***`. */
export interface VariableSet {
  step: string;
  file: string | null;
  line: number | null;
  kind: "variable";
  name: string;
  slot: boolean;
  scope: string;
  before: unknown;
  after: unknown;
}

export interface Verified {
  /** Whether everything fits that was gone through. */
  ok: boolean;
  /** False when the time of one request was up: send `length` and `head` with `go_on` for the rest. */
  complete: boolean;
  /** How many entries there are, or were gone through. */
  length: number;
  /** The hash of the last one; keep both elsewhere to notice a log cut short. */
  head: string;
  /** The number of the first entry that does not fit. */
  first_broken: number | null;
}

export interface VersionView {
  /** Counted from 1 for each assistant. */
  number: number;
  id: string;
  comment: string;
  /** Who published it, as the audit log has it. */
  created_by: string;
  created_at: string;
  /** Whether this is the version that answers new conversations. */
  published: boolean;
  /** The first version with exactly these files, if it is an earlier one. */
  same_as: number | null;
  /** Of the files; equal for equal files. */
  sha256: string;
}

export interface VersionViewPage {
  data: VersionView[];
  next_cursor: string | null;
}

export interface VersionWithFiles {
  /** Counted from 1 for each assistant. */
  number: number;
  id: string;
  comment: string;
  /** Who published it, as the audit log has it. */
  created_by: string;
  created_at: string;
  /** Whether this is the version that answers new conversations. */
  published: boolean;
  /** The first version with exactly these files, if it is an earlier one. */
  same_as: number | null;
  /** Of the files; equal for equal files. */
  sha256: string;
  /** Path within the bot's folder -> text, as it was published. */
  files: Record<string, string>;
}

/** Something in the files that did not keep the bot from being published. */
export interface Warned {
  file: string;
  line: number;
  message: string;
  fix: string;
}

export interface WebhookChange {
  url?: string | null;
  events?: ("conversation.created" | "conversation.updated" | "message.created" | "handoff.requested" | "feedback.received" | "knowledge_base.query_failed" | "alert.raised" | "alert.over")[] | null;
  description?: string | null;
  enabled?: boolean | null;
}

export interface WebhookMade {
  id: string;
  url: string;
  events: string[];
  description: string;
  enabled: boolean;
  /** What switched it off: somebody, an answer 410, five days of nothing but failures, or the plan. */
  disabled_because: "" | "by_hand" | "gone" | "failing" | "plan";
  /** How the last attempt ended, where that switched it off; of a plan, which one, and what lifts it. */
  disabled_detail: string;
  disabled_at: string | null;
  /** Nothing has arrived since then; null while all is well. */
  failing_since: string | null;
  /** So much waits for it that new events go to its log as failed, to be sent again later. */
  held: boolean;
  /** What people call it: its description, or its address. */
  name: string;
  created_at: string;
  deleted_at: string | null;
  /** Signs what is posted. Given now and never again. */
  secret: string;
}

/** How the test went; it is in the log like any other delivery. */
export interface WebhookTestView {
  ok: boolean;
  delivery_id: string;
  /** Of the answer; null where none came. */
  status: number | null;
  detail: string;
  /** The first 20 kB of what came back. */
  answer: string;
  took_ms: number;
  /** The body that was posted. */
  sent: string;
}

export interface WebhookView {
  id: string;
  url: string;
  events: string[];
  description: string;
  enabled: boolean;
  /** What switched it off: somebody, an answer 410, five days of nothing but failures, or the plan. */
  disabled_because: "" | "by_hand" | "gone" | "failing" | "plan";
  /** How the last attempt ended, where that switched it off; of a plan, which one, and what lifts it. */
  disabled_detail: string;
  disabled_at: string | null;
  /** Nothing has arrived since then; null while all is well. */
  failing_since: string | null;
  /** So much waits for it that new events go to its log as failed, to be sent again later. */
  held: boolean;
  /** What people call it: its description, or its address. */
  name: string;
  created_at: string;
  deleted_at: string | null;
}

export interface WebhookViewPage {
  data: WebhookView[];
  next_cursor: string | null;
}

/** What led to a line of the bot, for people who talk with its customers. */
export interface WhyView {
  /** The number of the bot's version; null when it is gone. */
  version: number | null;
  /** The message that it answered, personal data left out. */
  heard: string;
  /** The intents that fitted best, the best first. */
  considered: Candidate[];
  certainty: number | null;
  band: string;
  started: Started | null;
  steps: StepTaken[];
  actions: ActionCalled[];
  knowledge: Searched[];
  models: ModelAsked[];
  noticed: string[];
}

export interface WorkbenchTestView {
  name: string;
  file: string;
  line: number;
  passed: boolean;
  /** What was not as expected; empty where it passed. */
  failure: string;
  /** Lines that begin with `- ` (expected), `+ ` (got) or blanks. */
  diff: string[];
}

export interface WorkspaceChange {
  name?: string | null;
  language?: string | null;
  time_zone?: string | null;
  api_requests_a_minute?: number | null;
}

export interface WorkspaceView {
  name: string;
  language: string;
  time_zone: string;
  /** How often each key may ask; null is without a limit. */
  api_requests_a_minute: number | null;
}

export interface WorkspaceWithPlan {
  id: string;
  name: string;
  /** The installation's own, whose owner gives the plans. */
  is_default: boolean;
  plan: "everything" | "basic" | "standard" | "premium";
}

export interface WorkspaceWithPlanPage {
  data: WorkspaceWithPlan[];
  next_cursor: string | null;
}

/** What `listActivity` is asked. */
export interface ListActivityQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** Who: `session:acct_…`, `key:key_…`, `shell`. */
  actor?: string;
  /** What it is about: actions of this kind. */
  kind?: "account" | "activity" | "alert" | "ai_limits" | "ai_service" | "article" | "assistant" | "bot" | "channel" | "contact" | "conversation" | "desk" | "integration" | "key" | "label" | "mail" | "plan" | "retention" | "saved_reply" | "secret" | "task" | "team" | "webhook" | "workspace" | "";
  /** One action: `key.created`. */
  action?: string;
  /** The id of what it was done to. */
  target?: string;
  /** From this moment on. */
  since?: string | null;
  /** Before this moment. */
  until?: string | null;
}

/** What `exportActivity` is asked. */
export interface ExportActivityQuery {
  format?: "csv" | "jsonl";
  /** Who: `session:acct_…`, `key:key_…`, `shell`. */
  actor?: string;
  /** What it is about: actions of this kind. */
  kind?: "account" | "activity" | "alert" | "ai_limits" | "ai_service" | "article" | "assistant" | "bot" | "channel" | "contact" | "conversation" | "desk" | "integration" | "key" | "label" | "mail" | "plan" | "retention" | "saved_reply" | "secret" | "task" | "team" | "webhook" | "workspace" | "";
  /** One action: `key.created`. */
  action?: string;
  /** The id of what it was done to. */
  target?: string;
  /** From this moment on. */
  since?: string | null;
  /** Before this moment. */
  until?: string | null;
}

/** What `listAlerts` is asked. */
export interface ListAlertsQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `readConversationAnalytics` is asked. */
export interface ReadConversationAnalyticsQuery {
  /** The first day; otherwise 13 days before the last. */
  from?: string | null;
  /** The last day, whole; otherwise today. */
  to?: string | null;
  assistant_id?: string;
  channel_id?: string;
  /** The name of a team. */
  team?: string;
}

/** What `readKnowledgeAnalytics` is asked. */
export interface ReadKnowledgeAnalyticsQuery {
  /** The first day; otherwise 13 days before the last. */
  from?: string | null;
  /** The last day, whole; otherwise today. */
  to?: string | null;
  assistant_id?: string;
}

/** What `listArticles` is asked. */
export interface ListArticlesQuery {
  /** Words of the title. */
  q?: string;
  /** `removed`: what is in the bin. */
  status?: "" | "draft" | "published" | "removed";
  source?: string;
  tag?: string;
  language?: string;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `uploadArticles` is asked. */
export interface UploadArticlesQuery {
  /** The file's name; its ending says the kind. */
  name: string;
  /** The source that its articles belong to; left out: `files`. */
  source?: string;
  /** Of the text, where the file does not say it; left out: `en`. */
  language?: string;
  /** `draft` or `published`; left out: `published`. */
  status?: string;
}

/** What `listAssistants` is asked. */
export interface ListAssistantsQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `uploadAssistant` is asked. */
export interface UploadAssistantQuery {
  /** What to call it. */
  name: string;
}

/** What `listVersions` is asked. */
export interface ListVersionsQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listChannels` is asked. */
export interface ListChannelsQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listContacts` is asked. */
export interface ListContactsQuery {
  /** A part of the name, address, number or company, or what a channel calls them. With it a page may hold fewer than `limit`, even none, while `next_cursor` says that there is more. */
  q?: string;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listConversations` is asked. */
export interface ListConversationsQuery {
  view?: "mine" | "unassigned" | "queue" | "bot" | "human" | "snoozed" | "closed" | "mentions" | "all";
  order?: "newest" | "oldest" | "waiting";
  /** Those with a message from this moment on. */
  since?: string | null;
  /** Those whose last message is from before this moment. */
  until?: string | null;
  assistant_id?: string | null;
  channel_id?: string | null;
  team?: string | null;
  label?: string | null;
  assignee_id?: string | null;
  contact_id?: string | null;
  priority?: "low" | "normal" | "high" | "urgent" | null;
  unread?: boolean;
  /** A part of the subject, of the last message, of the contact's name, address or number, or of their id on the channel. With it a page may hold fewer than `limit`, even none, while `next_cursor` says that there is more. */
  q?: string | null;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listMessages` is asked. */
export interface ListMessagesQuery {
  before_seq?: number | null;
  after_seq?: number | null;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listTraces` is asked. */
export interface ListTracesQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `readTranscript` is asked. */
export interface ReadTranscriptQuery {
  format?: "text" | "html" | "json";
}

/** What `followFeed` is asked. */
export interface FollowFeedQuery {
  /** The last event's id; without it the feed begins now. */
  after?: string;
}

/** What `pollFeed` is asked. */
export interface PollFeedQuery {
  /** The last event's id; without it the feed begins now. */
  after?: string;
  /** How long to wait for news, 0 to 25 seconds. */
  wait_s?: number;
}

/** What `uploadFile` is asked. */
export interface UploadFileQuery {
  /** What it is called; folders in it are left out. */
  name?: string;
}

/** What `listGaps` is asked. */
export interface ListGapsQuery {
  /** Of the last so many days. */
  days?: number;
}

/** What `draftGap` is asked. */
export interface DraftGapQuery {
  /** Of the last so many days. */
  days?: number;
}

/** What `listIntegrations` is asked. */
export interface ListIntegrationsQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listDeliveries` is asked. */
export interface ListDeliveriesQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** Only those of this status. */
  status?: "" | "waiting" | "sending" | "sent" | "failed";
}

/** What `listKeys` is asked. */
export interface ListKeysQuery {
  /** Only those in this state. */
  state?: "active" | "expired" | "revoked" | "";
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listEntries` is asked. */
export interface ListEntriesQuery {
  /** Words of the title. */
  q?: string;
  tag?: string;
  language?: string;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `importEntries` is asked. */
export interface ImportEntriesQuery {
  /** The file's name; its ending says the kind. */
  name: string;
  /** The source that its articles belong to; left out: `files`. */
  source?: string;
  /** Of the text, where the file does not say it; left out: `en`. */
  language?: string;
  /** `draft` or `published`; left out: `published`. */
  status?: string;
}

/** What `searchEntries` is asked. */
export interface SearchEntriesQuery {
  q: string;
  language?: string;
}

/** What `readFigures` is asked. */
export interface ReadFiguresQuery {
  /** Of the last so many days. */
  days?: number;
}

/** What `searchKnowledge` is asked. */
export interface SearchKnowledgeQuery {
  /** As a customer asks. */
  q: string;
  language?: string;
  /** A source or tag to look in. */
  part?: string;
  audience?: string;
  /** Where the customer is. */
  page_url?: string;
}

/** What `listLabels` is asked. */
export interface ListLabelsQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `previewRetention` is asked. */
export interface PreviewRetentionQuery {
  days: number;
}

/** What `listReplies` is asked. */
export interface ListRepliesQuery {
  q?: string;
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `search` is asked. */
export interface SearchQuery {
  q: string;
  kind?: "messages" | "contacts" | "notes";
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listTasks` is asked. */
export interface ListTasksQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listTeams` is asked. */
export interface ListTeamsQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listWebhooks` is asked. */
export interface ListWebhooksQuery {
  /** Those in the bin instead. */
  bin?: boolean;
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** What `listWebhookDeliveries` is asked. */
export interface ListWebhookDeliveriesQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  /** Only those of this status. */
  status?: "" | "waiting" | "sending" | "sent" | "failed";
  /** Only this event. */
  event?: "conversation.created" | "conversation.updated" | "message.created" | "handoff.requested" | "feedback.received" | "knowledge_base.query_failed" | "alert.raised" | "alert.over" | "";
}

/** What `listWorkspaces` is asked. */
export interface ListWorkspacesQuery {
  /** How many at most. */
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
}
