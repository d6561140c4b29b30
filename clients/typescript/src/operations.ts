/** A method for each operation of the API. Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead. */

import type {
  ActivityView,
  ActivityViewPage,
  Again,
  AlertSettingsChange,
  AlertSettingsView,
  AlertView,
  AlertViewPage,
  ArticleChange,
  ArticleRow,
  ArticleRowPage,
  ArticleView,
  Assignment,
  AssistantChange,
  AssistantView,
  AssistantViewPage,
  ChannelChange,
  ChannelView,
  ChannelViewPage,
  CheckView,
  Closed,
  ContactChange,
  ContactDetail,
  ContactExport,
  ContactView,
  ContactViewPage,
  ConversationBegun,
  ConversationChange,
  ConversationDetail,
  ConversationView,
  ConversationViewPage,
  ConversationsView,
  CountsView,
  DeliveryRow,
  DeliveryRowPage,
  DeliveryViewPage,
  DeliveryWhole,
  DeskChange,
  DeskView,
  Difference,
  DraftDifference,
  DraftGapQuery,
  DraftView,
  ErasedView,
  Erasure,
  ExportActivityQuery,
  FiguresView,
  FileText,
  FollowFeedQuery,
  Gaps,
  HandBack,
  Here,
  HitView,
  HitViewPage,
  ImportEntriesQuery,
  IntegrationChange,
  IntegrationDeliveryView,
  IntegrationMade,
  IntegrationView,
  IntegrationViewPage,
  Invitation,
  InvitationList,
  KeyChange,
  KeyMade,
  KeyView,
  KeyViewPage,
  KnowledgeView,
  LabelChange,
  LabelView,
  LabelViewPage,
  Labelled,
  Line,
  LinkView,
  ListActivityQuery,
  ListAlertsQuery,
  ListArticlesQuery,
  ListAssistantsQuery,
  ListChannelsQuery,
  ListContactsQuery,
  ListConversationsQuery,
  ListDeliveriesQuery,
  ListEntriesQuery,
  ListGapsQuery,
  ListIntegrationsQuery,
  ListKeysQuery,
  ListLabelsQuery,
  ListMessagesQuery,
  ListRepliesQuery,
  ListTasksQuery,
  ListTeamsQuery,
  ListTracesQuery,
  ListVersionsQuery,
  ListWebhookDeliveriesQuery,
  ListWebhooksQuery,
  ListWorkspacesQuery,
  MailChange,
  MailTest,
  MailTo,
  MailTriedView,
  MailView,
  Mailed,
  Merge,
  Merged,
  MessageMade,
  MessageView,
  MessageViewPage,
  NewArticle,
  NewAssistant,
  NewChannel,
  NewConversation,
  NewDraft,
  NewEntry,
  NewFiles,
  NewIntegration,
  NewKey,
  NewLabel,
  NewMessage,
  NewNote,
  NewReply,
  NewShare,
  NewTask,
  NewTeam,
  NewText,
  NewVersion,
  NewWebhook,
  NoteView,
  OutgoingAddresses,
  OwnPlanView,
  PeoplePersonView,
  PersonChange,
  PersonList,
  PlanChange,
  PlanGiven,
  PlanView,
  PlansView,
  PollFeedQuery,
  PreviewRetentionQuery,
  PreviewView,
  Prioritised,
  PublishedVersion,
  PushKeyMade,
  ReadConversationAnalyticsQuery,
  ReadFiguresQuery,
  ReadKnowledgeAnalyticsQuery,
  ReadTranscriptQuery,
  ReadUpTo,
  Remembered,
  Renamed,
  RenderFor,
  Rendered,
  ReplayWanted,
  Replayed,
  Replied,
  ReplyChange,
  ReplyView,
  ReplyViewPage,
  Restored,
  RetentionChange,
  RetentionPreview,
  RetentionView,
  Rotated,
  Rotation,
  SearchEntriesQuery,
  SearchKnowledgeQuery,
  SearchQuery,
  ShareView,
  SignInSecret,
  Snoozed,
  SuggestionsView,
  TaskChange,
  TaskView,
  TaskViewPage,
  TeamChange,
  TeamView,
  TeamViewPage,
  TestWanted,
  TestsView,
  TraceView,
  TraceViewPage,
  TrialTriedView,
  TrialView,
  UnderstandingView,
  UploadArticlesQuery,
  UploadAssistantQuery,
  UploadFileQuery,
  UploadView,
  Verified,
  VersionView,
  VersionViewPage,
  VersionWithFiles,
  WebhookChange,
  WebhookMade,
  WebhookTestView,
  WebhookView,
  WebhookViewPage,
  WhyView,
  WorkspaceChange,
  WorkspaceView,
  WorkspaceWithPlan,
  WorkspaceWithPlanPage,
} from "./models.js";
import { inPath, Transport } from "./transport.js";
import type { Event, Guarded, MaybeGuarded, Once } from "./transport.js";

/** What a key may do; `Client` is this with an address and a key. */
export class Operations extends Transport {
  /** The audit log, the latest first. */
  listActivity(query: ListActivityQuery = {}): Promise<ActivityViewPage> {
    return this.call<ActivityViewPage>("GET", "/api/v1/activity", { query: { ...query } });
  }

  /** The audit log as a file, the latest first. */
  exportActivity(query: ExportActivityQuery = {}): Promise<Uint8Array> {
    return this.read("GET", "/api/v1/activity/export", { query: { ...query } });
  }

  /** Check that nothing in the audit log was changed, removed or slipped in. */
  verifyActivity(body: Remembered | null | undefined = undefined, options: Once = {}): Promise<Verified> {
    return this.call<Verified>("POST", "/api/v1/activity/verify", { body, ...options });
  }

  /** Read when alerts are raised. */
  readAlertSettings(): Promise<AlertSettingsView> {
    return this.call<AlertSettingsView>("GET", "/api/v1/alert-settings");
  }

  /** Change when alerts are raised. */
  updateAlertSettings(body: AlertSettingsChange, options: Guarded): Promise<AlertSettingsView> {
    return this.call<AlertSettingsView>("PATCH", "/api/v1/alert-settings", { body, ...options });
  }

  /** List alerts, the latest first. */
  listAlerts(query: ListAlertsQuery = {}): Promise<AlertViewPage> {
    return this.call<AlertViewPage>("GET", "/api/v1/alerts", { query: { ...query } });
  }

  /** Say that an alert was seen; it stays in the list. */
  acknowledgeAlert(alertId: string, options: Once = {}): Promise<AlertView> {
    return this.call<AlertView>("POST", `/api/v1/alerts/${inPath(alertId)}/acknowledge`, { ...options });
  }

  /** Figures about conversations. */
  readConversationAnalytics(query: ReadConversationAnalyticsQuery = {}): Promise<ConversationsView> {
    return this.call<ConversationsView>("GET", "/api/v1/analytics/conversations", { query: { ...query } });
  }

  /** Figures about the knowledge base. */
  readKnowledgeAnalytics(query: ReadKnowledgeAnalyticsQuery = {}): Promise<KnowledgeView> {
    return this.call<KnowledgeView>("GET", "/api/v1/analytics/knowledge-base", { query: { ...query } });
  }

  /** List articles without their texts, the newest first. */
  listArticles(query: ListArticlesQuery = {}): Promise<ArticleRowPage> {
    return this.call<ArticleRowPage>("GET", "/api/v1/articles", { query: { ...query } });
  }

  /** Write an article. */
  createArticle(body: NewArticle, options: Once = {}): Promise<ArticleView> {
    return this.call<ArticleView>("POST", "/api/v1/articles", { body, ...options });
  }

  /** Make articles of a file: Markdown, HTML, text, PDF, Word or a CSV table. */
  uploadArticles(content: Blob | Uint8Array, query: UploadArticlesQuery, options: Once = {}): Promise<unknown> {
    return this.call<unknown>("POST", "/api/v1/articles/upload", { content, contentType: "application/octet-stream", query: { ...query }, ...options });
  }

  /** Put an article into the bin, where it stays for 30 days. */
  removeArticle(articleId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/articles/${inPath(articleId)}`, { ...options });
  }

  /** Read an article. */
  readArticle(articleId: string): Promise<ArticleView> {
    return this.call<ArticleView>("GET", `/api/v1/articles/${inPath(articleId)}`);
  }

  /** Change an article; customers are answered with it in a moment. */
  updateArticle(articleId: string, body: ArticleChange, options: Guarded): Promise<ArticleView> {
    return this.call<ArticleView>("PATCH", `/api/v1/articles/${inPath(articleId)}`, { body, ...options });
  }

  /** Bring an article back from the bin. */
  restoreArticle(articleId: string, options: Once = {}): Promise<ArticleView> {
    return this.call<ArticleView>("POST", `/api/v1/articles/${inPath(articleId)}/restore`, { ...options });
  }

  /** List assistants. */
  listAssistants(query: ListAssistantsQuery = {}): Promise<AssistantViewPage> {
    return this.call<AssistantViewPage>("GET", "/api/v1/assistants", { query: { ...query } });
  }

  /** Create an assistant, with a draft that nobody is answered with yet. */
  createAssistant(body: NewAssistant, options: Once = {}): Promise<AssistantView> {
    return this.call<AssistantView>("POST", "/api/v1/assistants", { body, ...options });
  }

  /** Create an assistant from a zip archive of a bot's folder. */
  uploadAssistant(content: Blob | Uint8Array, query: UploadAssistantQuery, options: Once = {}): Promise<AssistantView> {
    return this.call<AssistantView>("POST", "/api/v1/assistants/upload", { content, contentType: "application/zip", query: { ...query }, ...options });
  }

  /** Put an assistant into the bin, with its tasks and the channels that only it had and nobody wrote over. */
  deleteAssistant(assistantId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/assistants/${inPath(assistantId)}`, { ...options });
  }

  /** Read an assistant. */
  readAssistant(assistantId: string): Promise<AssistantView> {
    return this.call<AssistantView>("GET", `/api/v1/assistants/${inPath(assistantId)}`);
  }

  /** Change an assistant. */
  updateAssistant(assistantId: string, body: AssistantChange, options: Guarded): Promise<AssistantView> {
    return this.call<AssistantView>("PATCH", `/api/v1/assistants/${inPath(assistantId)}`, { body, ...options });
  }

  /** Discard the draft. */
  discardDraft(assistantId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/assistants/${inPath(assistantId)}/draft`, { ...options });
  }

  /** See an assistant's draft: its files. */
  readDraft(assistantId: string): Promise<DraftView> {
    return this.call<DraftView>("GET", `/api/v1/assistants/${inPath(assistantId)}/draft`);
  }

  /** Put other files in the place of all files of the draft. */
  replaceDraft(assistantId: string, body: NewFiles, options: MaybeGuarded = {}): Promise<DraftView> {
    return this.call<DraftView>("PUT", `/api/v1/assistants/${inPath(assistantId)}/draft`, { body, ...options });
  }

  /** Say all that is wrong with the draft. */
  checkDraft(assistantId: string, options: Once = {}): Promise<CheckView> {
    return this.call<CheckView>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/check`, { ...options });
  }

  /** See what the draft changes of the version that answers. */
  diffDraft(assistantId: string): Promise<DraftDifference> {
    return this.call<DraftDifference>("GET", `/api/v1/assistants/${inPath(assistantId)}/draft/diff`);
  }

  /** Remove a file of the draft. */
  removeDraftFile(assistantId: string, path: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/assistants/${inPath(assistantId)}/draft/files/${inPath(path)}`, { ...options });
  }

  /** Read a file of the draft. */
  readDraftFile(assistantId: string, path: string): Promise<FileText> {
    return this.call<FileText>("GET", `/api/v1/assistants/${inPath(assistantId)}/draft/files/${inPath(path)}`);
  }

  /** Write a file of the draft. */
  writeDraftFile(assistantId: string, path: string, body: NewText, options: MaybeGuarded = {}): Promise<FileText> {
    return this.call<FileText>("PUT", `/api/v1/assistants/${inPath(assistantId)}/draft/files/${inPath(path)}`, { body, ...options });
  }

  /** Begin a conversation with the draft as it is now. */
  beginPreview(assistantId: string, options: Once = {}): Promise<PreviewView> {
    return this.call<PreviewView>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/preview`, { ...options });
  }

  /** Say something to the draft. */
  sayToPreview(assistantId: string, previewId: string, body: Line, options: Once = {}): Promise<Replied> {
    return this.call<Replied>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/preview/${inPath(previewId)}/messages`, { body, ...options });
  }

  /** Publish the draft: it answers new conversations. */
  publishDraft(assistantId: string, body: Again | null | undefined = undefined, options: MaybeGuarded & Once = {}): Promise<PublishedVersion> {
    return this.call<PublishedVersion>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/publish`, { body, ...options });
  }

  /** Rename a file of the draft. */
  renameDraftFile(assistantId: string, body: Renamed, options: MaybeGuarded & Once = {}): Promise<FileText> {
    return this.call<FileText>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/rename`, { body, ...options });
  }

  /** Take a discarded draft up again. */
  reopenDraft(assistantId: string, options: Once = {}): Promise<DraftView> {
    return this.call<DraftView>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/reopen`, { ...options });
  }

  /** Bring a removed file of the draft back. */
  restoreDraftFile(assistantId: string, body: Restored, options: MaybeGuarded & Once = {}): Promise<FileText> {
    return this.call<FileText>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/restore`, { body, ...options });
  }

  /** Hold the draft's own tests. */
  testDraft(assistantId: string, options: Once = {}): Promise<TestsView> {
    return this.call<TestsView>("POST", `/api/v1/assistants/${inPath(assistantId)}/draft/test`, { ...options });
  }

  /** Take an assistant out of the bin, with what went with it. */
  restoreAssistant(assistantId: string, options: Once = {}): Promise<AssistantView> {
    return this.call<AssistantView>("POST", `/api/v1/assistants/${inPath(assistantId)}/restore`, { ...options });
  }

  /** How far an assistant's intents are learnt. */
  readUnderstanding(assistantId: string): Promise<UnderstandingView> {
    return this.call<UnderstandingView>("GET", `/api/v1/assistants/${inPath(assistantId)}/understanding`);
  }

  /** List the versions of a bot, the newest first. */
  listVersions(assistantId: string, query: ListVersionsQuery = {}): Promise<VersionViewPage> {
    return this.call<VersionViewPage>("GET", `/api/v1/assistants/${inPath(assistantId)}/versions`, { query: { ...query } });
  }

  /** Publish files as the version of a bot that answers. */
  publishVersion(assistantId: string, body: NewVersion, options: MaybeGuarded & Once = {}): Promise<PublishedVersion> {
    return this.call<PublishedVersion>("POST", `/api/v1/assistants/${inPath(assistantId)}/versions`, { body, ...options });
  }

  /** Read a version of a bot with its files. */
  readVersion(assistantId: string, number: string): Promise<VersionWithFiles> {
    return this.call<VersionWithFiles>("GET", `/api/v1/assistants/${inPath(assistantId)}/versions/${inPath(number)}`);
  }

  /** See what differs between two versions of a bot. */
  diffVersions(assistantId: string, number: string, other: string): Promise<Difference> {
    return this.call<Difference>("GET", `/api/v1/assistants/${inPath(assistantId)}/versions/${inPath(number)}/diff/${inPath(other)}`);
  }

  /** Publish a former version of a bot again, as a new one. */
  publishAgain(assistantId: string, number: string, body: Again | null | undefined = undefined, options: MaybeGuarded & Once = {}): Promise<PublishedVersion> {
    return this.call<PublishedVersion>("POST", `/api/v1/assistants/${inPath(assistantId)}/versions/${inPath(number)}/publish`, { body, ...options });
  }

  /** List channels. */
  listChannels(query: ListChannelsQuery = {}): Promise<ChannelViewPage> {
    return this.call<ChannelViewPage>("GET", "/api/v1/channels", { query: { ...query } });
  }

  /** Create a channel and its task. */
  createChannel(body: NewChannel, options: Once = {}): Promise<ChannelView> {
    return this.call<ChannelView>("POST", "/api/v1/channels", { body, ...options });
  }

  /** Put a channel that was never written over into the bin, with its tasks. */
  deleteChannel(channelId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/channels/${inPath(channelId)}`, { ...options });
  }

  /** Read a channel. */
  readChannel(channelId: string): Promise<ChannelView> {
    return this.call<ChannelView>("GET", `/api/v1/channels/${inPath(channelId)}`);
  }

  /** Change a channel. */
  updateChannel(channelId: string, body: ChannelChange, options: Guarded): Promise<ChannelView> {
    return this.call<ChannelView>("PATCH", `/api/v1/channels/${inPath(channelId)}`, { body, ...options });
  }

  /** Take a channel out of the bin, with the tasks that went with it. */
  restoreChannel(channelId: string, options: Once = {}): Promise<ChannelView> {
    return this.call<ChannelView>("POST", `/api/v1/channels/${inPath(channelId)}/restore`, { ...options });
  }

  /** Remove the secret that proves who is signed in; whoever is signed in is so no more. */
  removeSignInSecret(channelId: string): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/channels/${inPath(channelId)}/sign-in-secret`);
  }

  /** Make the secret that proves who is signed in, or replace it; for 24 hours both count. */
  makeSignInSecret(channelId: string, options: Once = {}): Promise<SignInSecret> {
    return this.call<SignInSecret>("POST", `/api/v1/channels/${inPath(channelId)}/sign-in-secret`, { ...options });
  }

  /** Send a line over a channel that posts what we say to an address. */
  tryChannel(channelId: string, options: Once = {}): Promise<TrialTriedView> {
    return this.call<TrialTriedView>("POST", `/api/v1/channels/${inPath(channelId)}/test`, { ...options });
  }

  /** List contacts, or find some. */
  listContacts(query: ListContactsQuery = {}): Promise<ContactViewPage> {
    return this.call<ContactViewPage>("GET", "/api/v1/contacts", { query: { ...query } });
  }

  /** Read a contact. */
  readContact(contactId: string): Promise<ContactDetail> {
    return this.call<ContactDetail>("GET", `/api/v1/contacts/${inPath(contactId)}`);
  }

  /** Change a contact. */
  updateContact(contactId: string, body: ContactChange, options: Guarded): Promise<ContactDetail> {
    return this.call<ContactDetail>("PATCH", `/api/v1/contacts/${inPath(contactId)}`, { body, ...options });
  }

  /** Erase a contact for good. */
  eraseContact(contactId: string, body: Erasure, options: Once = {}): Promise<ErasedView> {
    return this.call<ErasedView>("POST", `/api/v1/contacts/${inPath(contactId)}/erase`, { body, ...options });
  }

  /** All that is known of a contact. */
  exportContact(contactId: string): Promise<ContactExport> {
    return this.call<ContactExport>("GET", `/api/v1/contacts/${inPath(contactId)}/export`);
  }

  /** Merge another contact into one. */
  mergeContacts(contactId: string, body: Merge, options: MaybeGuarded & Once = {}): Promise<ContactDetail> {
    return this.call<ContactDetail>("POST", `/api/v1/contacts/${inPath(contactId)}/merge`, { body, ...options });
  }

  /** Add a note. */
  addContactNote(contactId: string, body: NewNote, options: Once = {}): Promise<NoteView> {
    return this.call<NoteView>("POST", `/api/v1/contacts/${inPath(contactId)}/notes`, { body, ...options });
  }

  /** List conversations. */
  listConversations(query: ListConversationsQuery = {}): Promise<ConversationViewPage> {
    return this.call<ConversationViewPage>("GET", "/api/v1/conversations", { query: { ...query } });
  }

  /** Begin a conversation. */
  createConversation(body: NewConversation, options: Once = {}): Promise<ConversationBegun> {
    return this.call<ConversationBegun>("POST", "/api/v1/conversations", { body, ...options });
  }

  /** Count the conversations of each view. */
  countConversations(): Promise<CountsView> {
    return this.call<CountsView>("GET", "/api/v1/conversations/counts");
  }

  /** Read a conversation. */
  readConversation(conversationId: string): Promise<ConversationDetail> {
    return this.call<ConversationDetail>("GET", `/api/v1/conversations/${inPath(conversationId)}`);
  }

  /** Change a conversation's subject, priority and labels. */
  updateConversation(conversationId: string, body: ConversationChange, options: MaybeGuarded = {}): Promise<ConversationDetail> {
    return this.call<ConversationDetail>("PUT", `/api/v1/conversations/${inPath(conversationId)}`, { body, ...options });
  }

  /** Give a conversation to a person or a team, or back to the queue. */
  assignConversation(conversationId: string, body: Assignment, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/assign`, { body, ...options });
  }

  /** Close a conversation with an outcome. */
  closeConversation(conversationId: string, body: Closed, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/close`, { body, ...options });
  }

  /** Hand a conversation back to the bot. */
  handBackConversation(conversationId: string, body: HandBack, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/hand-back`, { body, ...options });
  }

  /** Put labels on a conversation, and take others off. */
  labelConversation(conversationId: string, body: Labelled, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/labels`, { body, ...options });
  }

  /** Merge a conversation into another one. */
  mergeConversation(conversationId: string, body: Merged, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/merge`, { body, ...options });
  }

  /** List the messages of a conversation. */
  listMessages(conversationId: string, query: ListMessagesQuery = {}): Promise<MessageViewPage> {
    return this.call<MessageViewPage>("GET", `/api/v1/conversations/${inPath(conversationId)}/messages`, { query: { ...query } });
  }

  /** Write to the customer, a note to colleagues, or as the customer. */
  createMessage(conversationId: string, body: NewMessage, options: Once = {}): Promise<MessageMade> {
    return this.call<MessageMade>("POST", `/api/v1/conversations/${inPath(conversationId)}/messages`, { body, ...options });
  }

  /** Read why the bot said a line. */
  readWhy(conversationId: string, messageId: string): Promise<WhyView> {
    return this.call<WhyView>("GET", `/api/v1/conversations/${inPath(conversationId)}/messages/${inPath(messageId)}/why`);
  }

  /** Say that one looks at a conversation, types there, or has left it. */
  notePresence(conversationId: string, body: Here, options: Once = {}): Promise<void> {
    return this.call<void>("POST", `/api/v1/conversations/${inPath(conversationId)}/presence`, { body, ...options });
  }

  /** Say how much a conversation matters. */
  prioritiseConversation(conversationId: string, body: Prioritised, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/priority`, { body, ...options });
  }

  /** Remember how far you have read a conversation. */
  readUpTo(conversationId: string, body: ReadUpTo, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/read`, { body, ...options });
  }

  /** Open a closed conversation again. */
  reopenConversation(conversationId: string, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/reopen`, { ...options });
  }

  /** End every link of a conversation, those in webhooks too. */
  endSharing(conversationId: string): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/conversations/${inPath(conversationId)}/share`);
  }

  /** Make a link to read along. */
  shareConversation(conversationId: string, body: NewShare, options: Once = {}): Promise<ShareView> {
    return this.call<ShareView>("POST", `/api/v1/conversations/${inPath(conversationId)}/share`, { body, ...options });
  }

  /** Put a conversation away until a moment, or until its customer writes. */
  snoozeConversation(conversationId: string, body: Snoozed, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/snooze`, { body, ...options });
  }

  /** Suggest answers to the customer's last lines. */
  listSuggestions(conversationId: string): Promise<SuggestionsView> {
    return this.call<SuggestionsView>("GET", `/api/v1/conversations/${inPath(conversationId)}/suggestions`);
  }

  /** Take a conversation that nobody has. */
  takeConversation(conversationId: string, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/take`, { ...options });
  }

  /** List the traces of a conversation, the newest first. */
  listTraces(conversationId: string, query: ListTracesQuery = {}): Promise<TraceViewPage> {
    return this.call<TraceViewPage>("GET", `/api/v1/conversations/${inPath(conversationId)}/traces`, { query: { ...query } });
  }

  /** Read the trace of one turn. */
  readOneTrace(conversationId: string, inboundId: string): Promise<TraceView> {
    return this.call<TraceView>("GET", `/api/v1/conversations/${inPath(conversationId)}/traces/${inPath(inboundId)}`);
  }

  /** Download what was said. */
  readTranscript(conversationId: string, query: ReadTranscriptQuery = {}): Promise<Uint8Array> {
    return this.read("GET", `/api/v1/conversations/${inPath(conversationId)}/transcript`, { query: { ...query } });
  }

  /** Send what was said by mail. */
  mailTranscript(conversationId: string, body: MailTo, options: Once = {}): Promise<Mailed> {
    return this.call<Mailed>("POST", `/api/v1/conversations/${inPath(conversationId)}/transcript`, { body, ...options });
  }

  /** Mark the customer's last line as unread by you. */
  markUnread(conversationId: string, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/unread`, { ...options });
  }

  /** Bring a snoozed conversation back. */
  unsnoozeConversation(conversationId: string, options: Once = {}): Promise<ConversationView> {
    return this.call<ConversationView>("POST", `/api/v1/conversations/${inPath(conversationId)}/unsnooze`, { ...options });
  }

  /** Read how the desk works. */
  readDesk(): Promise<DeskView> {
    return this.call<DeskView>("GET", "/api/v1/desk");
  }

  /** Change how the desk works. */
  updateDesk(body: DeskChange, options: Guarded): Promise<DeskView> {
    return this.call<DeskView>("PATCH", "/api/v1/desk", { body, ...options });
  }

  /** Follow what happens, as it happens. */
  followFeed(query: FollowFeedQuery = {}): AsyncGenerator<Event> {
    return this.events("GET", "/api/v1/feed", { query: { ...query } });
  }

  /** Ask what happened. */
  pollFeed(query: PollFeedQuery = {}): Promise<{ data: ({ event: string; data: Record<string, unknown> })[]; after: string }> {
    return this.call<{ data: ({ event: string; data: Record<string, unknown> })[]; after: string }>("GET", "/api/v1/feed/poll", { query: { ...query } });
  }

  /** Hand in a file. */
  uploadFile(content: Blob | Uint8Array, query: UploadFileQuery = {}, options: Once = {}): Promise<UploadView> {
    return this.call<UploadView>("POST", "/api/v1/files", { content, contentType: "application/octet-stream", query: { ...query }, ...options });
  }

  /** What a file is. */
  readFileEntry(fileId: string): Promise<UploadView> {
    return this.call<UploadView>("GET", `/api/v1/files/${inPath(fileId)}`);
  }

  /** Fetch a file. */
  readFileContent(fileId: string): Promise<Uint8Array> {
    return this.read("GET", `/api/v1/files/${inPath(fileId)}/content`);
  }

  /** What customers asked and found no answer, what was asked most first. */
  listGaps(query: ListGapsQuery = {}): Promise<Gaps> {
    return this.call<Gaps>("GET", "/api/v1/gaps", { query: { ...query } });
  }

  /** Make a draft article of a gap; its questions are dealt with. */
  draftGap(gapId: string, body: NewDraft | null | undefined = undefined, query: DraftGapQuery = {}, options: Once = {}): Promise<ArticleView> {
    return this.call<ArticleView>("POST", `/api/v1/gaps/${inPath(gapId)}/draft`, { body, query: { ...query }, ...options });
  }

  /** List integrations. */
  listIntegrations(query: ListIntegrationsQuery = {}): Promise<IntegrationViewPage> {
    return this.call<IntegrationViewPage>("GET", "/api/v1/integrations", { query: { ...query } });
  }

  /** Create an integration. */
  createIntegration(body: NewIntegration, options: Once = {}): Promise<IntegrationMade> {
    return this.call<IntegrationMade>("POST", "/api/v1/integrations", { body, ...options });
  }

  /** Put an integration that no task uses into the bin. */
  deleteIntegration(integrationId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/integrations/${inPath(integrationId)}`, { ...options });
  }

  /** Read an integration. */
  readIntegration(integrationId: string): Promise<IntegrationView> {
    return this.call<IntegrationView>("GET", `/api/v1/integrations/${inPath(integrationId)}`);
  }

  /** Change an integration. */
  updateIntegration(integrationId: string, body: IntegrationChange, options: Guarded): Promise<IntegrationView> {
    return this.call<IntegrationView>("PATCH", `/api/v1/integrations/${inPath(integrationId)}`, { body, ...options });
  }

  /** List what was sent to an integration, the newest first. */
  listDeliveries(integrationId: string, query: ListDeliveriesQuery = {}): Promise<DeliveryViewPage> {
    return this.call<DeliveryViewPage>("GET", `/api/v1/integrations/${inPath(integrationId)}/deliveries`, { query: { ...query } });
  }

  /** Take an integration out of the bin. */
  restoreIntegration(integrationId: string, options: Once = {}): Promise<IntegrationView> {
    return this.call<IntegrationView>("POST", `/api/v1/integrations/${inPath(integrationId)}/restore`, { ...options });
  }

  /** Replace what signs an integration's posts; for 24 hours both sign. */
  rotateIntegration(integrationId: string, options: Once = {}): Promise<Rotated> {
    return this.call<Rotated>("POST", `/api/v1/integrations/${inPath(integrationId)}/rotate`, { ...options });
  }

  /** Send a sample to an integration. */
  tryIntegration(integrationId: string, options: Once = {}): Promise<TrialTriedView> {
    return this.call<TrialTriedView>("POST", `/api/v1/integrations/${inPath(integrationId)}/test`, { ...options });
  }

  /** List invitations that still work. */
  listInvitations(): Promise<InvitationList> {
    return this.call<InvitationList>("GET", "/api/v1/invitations");
  }

  /** Invite somebody; an earlier invitation to the same address ends. */
  invite(body: Invitation): Promise<LinkView> {
    return this.call<LinkView>("PUT", "/api/v1/invitations", { body });
  }

  /** Take an invitation back. */
  revokeInvitation(linkId: string): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/invitations/${inPath(linkId)}`);
  }

  /** List keys, those that are over as well. */
  listKeys(query: ListKeysQuery = {}): Promise<KeyViewPage> {
    return this.call<KeyViewPage>("GET", "/api/v1/keys", { query: { ...query } });
  }

  /** Make a key; its secret is in the answer. */
  createKey(body: NewKey, options: Once = {}): Promise<KeyMade> {
    return this.call<KeyMade>("POST", "/api/v1/keys", { body, ...options });
  }

  /** Revoke a key; it works no more within a second. */
  revokeKey(keyId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/keys/${inPath(keyId)}`, { ...options });
  }

  /** Read a key, without its secret. */
  readKey(keyId: string): Promise<KeyView> {
    return this.call<KeyView>("GET", `/api/v1/keys/${inPath(keyId)}`);
  }

  /** Change a key's name, or where it may be used from. */
  updateKey(keyId: string, body: KeyChange, options: Guarded): Promise<KeyView> {
    return this.call<KeyView>("PATCH", `/api/v1/keys/${inPath(keyId)}`, { body, ...options });
  }

  /** Give a key another secret; the present one works on for a while. */
  rotateKey(keyId: string, body: Rotation, options: Once = {}): Promise<KeyMade> {
    return this.call<KeyMade>("POST", `/api/v1/keys/${inPath(keyId)}/rotate`, { body, ...options });
  }

  /** List entries of the knowledge base. */
  listEntries(query: ListEntriesQuery = {}): Promise<ArticleRowPage> {
    return this.call<ArticleRowPage>("GET", "/api/v1/knowledge-base", { query: { ...query } });
  }

  /** Add an entry to the knowledge base. */
  createEntry(body: NewEntry, options: Once = {}): Promise<ArticleView> {
    return this.call<ArticleView>("POST", "/api/v1/knowledge-base", { body, ...options });
  }

  /** Add entries of a file: Markdown, HTML, text, PDF, Word or a CSV table. */
  importEntries(content: Blob | Uint8Array, query: ImportEntriesQuery, options: Once = {}): Promise<unknown> {
    return this.call<unknown>("POST", "/api/v1/knowledge-base/import", { content, contentType: "application/octet-stream", query: { ...query }, ...options });
  }

  /** Search the knowledge base as a customer's question does. */
  searchEntries(query: SearchEntriesQuery): Promise<TrialView> {
    return this.call<TrialView>("GET", "/api/v1/knowledge-base/search", { query: { ...query } });
  }

  /** Put an entry into the bin, where it stays for 30 days. */
  removeEntry(articleId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/knowledge-base/${inPath(articleId)}`, { ...options });
  }

  /** Read an entry of the knowledge base. */
  readEntry(articleId: string): Promise<ArticleView> {
    return this.call<ArticleView>("GET", `/api/v1/knowledge-base/${inPath(articleId)}`);
  }

  /** Change the given fields of an entry; customers are answered with it in a moment. */
  updateEntry(articleId: string, body: ArticleChange, options: MaybeGuarded = {}): Promise<ArticleView> {
    return this.call<ArticleView>("PUT", `/api/v1/knowledge-base/${inPath(articleId)}`, { body, ...options });
  }

  /** How well questions are answered, and how the knowledge base is. */
  readFigures(query: ReadFiguresQuery = {}): Promise<FiguresView> {
    return this.call<FiguresView>("GET", "/api/v1/knowledge/figures", { query: { ...query } });
  }

  /** Try a question: what would answer it, and why others would not. */
  searchKnowledge(query: SearchKnowledgeQuery): Promise<TrialView> {
    return this.call<TrialView>("GET", "/api/v1/knowledge/search", { query: { ...query } });
  }

  /** List labels. */
  listLabels(query: ListLabelsQuery = {}): Promise<LabelViewPage> {
    return this.call<LabelViewPage>("GET", "/api/v1/labels", { query: { ...query } });
  }

  /** Create a label. */
  createLabel(body: NewLabel, options: Once = {}): Promise<LabelView> {
    return this.call<LabelView>("POST", "/api/v1/labels", { body, ...options });
  }

  /** Put a label into the bin. */
  deleteLabel(labelId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/labels/${inPath(labelId)}`, { ...options });
  }

  /** Read a label. */
  readLabel(labelId: string): Promise<LabelView> {
    return this.call<LabelView>("GET", `/api/v1/labels/${inPath(labelId)}`);
  }

  /** Change a label. */
  updateLabel(labelId: string, body: LabelChange, options: Guarded): Promise<LabelView> {
    return this.call<LabelView>("PATCH", `/api/v1/labels/${inPath(labelId)}`, { body, ...options });
  }

  /** Take a label out of the bin. */
  restoreLabel(labelId: string, options: Once = {}): Promise<LabelView> {
    return this.call<LabelView>("POST", `/api/v1/labels/${inPath(labelId)}/restore`, { ...options });
  }

  /** List people. */
  listPeople(): Promise<PersonList> {
    return this.call<PersonList>("GET", "/api/v1/people");
  }

  /** Read an account. */
  readPerson(accountId: string): Promise<PeoplePersonView> {
    return this.call<PeoplePersonView>("GET", `/api/v1/people/${inPath(accountId)}`);
  }

  /** Change somebody's name or role, or switch their account off or on. */
  updatePerson(accountId: string, body: PersonChange, options: Guarded): Promise<PeoplePersonView> {
    return this.call<PeoplePersonView>("PATCH", `/api/v1/people/${inPath(accountId)}`, { body, ...options });
  }

  /** Make a link with which somebody chooses a new password. */
  makeResetLink(accountId: string): Promise<LinkView> {
    return this.call<LinkView>("PUT", `/api/v1/people/${inPath(accountId)}/reset-link`);
  }

  /** Sign somebody out everywhere. */
  endSessions(accountId: string): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/people/${inPath(accountId)}/sessions`);
  }

  /** Read the plan, and how much of it is used. */
  readOwnPlan(): Promise<OwnPlanView> {
    return this.call<OwnPlanView>("GET", "/api/v1/plan");
  }

  /** List what the plans of the installation have. */
  listPlans(): Promise<PlansView> {
    return this.call<PlansView>("GET", "/api/v1/plans");
  }

  /** Read what a plan has. */
  readPlan(plan: string): Promise<PlanView> {
    return this.call<PlanView>("GET", `/api/v1/plans/${inPath(plan)}`);
  }

  /** Change what a plan has. */
  updatePlan(plan: string, body: PlanChange, options: Guarded): Promise<PlanView> {
    return this.call<PlanView>("PATCH", `/api/v1/plans/${inPath(plan)}`, { body, ...options });
  }

  /** Read how long closed conversations are kept. */
  readRetention(): Promise<RetentionView> {
    return this.call<RetentionView>("GET", "/api/v1/retention");
  }

  /** Change how long closed conversations are kept. */
  updateRetention(body: RetentionChange, options: Guarded): Promise<RetentionView> {
    return this.call<RetentionView>("PATCH", "/api/v1/retention", { body, ...options });
  }

  /** Count the closed conversations that a limit would delete now. */
  previewRetention(query: PreviewRetentionQuery): Promise<RetentionPreview> {
    return this.call<RetentionPreview>("GET", "/api/v1/retention/preview", { query: { ...query } });
  }

  /** List saved replies. */
  listReplies(query: ListRepliesQuery = {}): Promise<ReplyViewPage> {
    return this.call<ReplyViewPage>("GET", "/api/v1/saved-replies", { query: { ...query } });
  }

  /** Create a saved reply. */
  createReply(body: NewReply, options: Once = {}): Promise<ReplyView> {
    return this.call<ReplyView>("POST", "/api/v1/saved-replies", { body, ...options });
  }

  /** Put a saved reply into the bin. */
  deleteReply(replyId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/saved-replies/${inPath(replyId)}`, { ...options });
  }

  /** Read a saved reply. */
  readReply(replyId: string): Promise<ReplyView> {
    return this.call<ReplyView>("GET", `/api/v1/saved-replies/${inPath(replyId)}`);
  }

  /** Change a saved reply. */
  updateReply(replyId: string, body: ReplyChange, options: Guarded): Promise<ReplyView> {
    return this.call<ReplyView>("PATCH", `/api/v1/saved-replies/${inPath(replyId)}`, { body, ...options });
  }

  /** Read a saved reply as it is for one conversation. */
  renderReply(replyId: string, body: RenderFor, options: Once = {}): Promise<Rendered> {
    return this.call<Rendered>("POST", `/api/v1/saved-replies/${inPath(replyId)}/render`, { body, ...options });
  }

  /** Take a saved reply out of the bin. */
  restoreReply(replyId: string, options: Once = {}): Promise<ReplyView> {
    return this.call<ReplyView>("POST", `/api/v1/saved-replies/${inPath(replyId)}/restore`, { ...options });
  }

  /** Search messages, notes or contacts. */
  search(query: SearchQuery): Promise<HitViewPage> {
    return this.call<HitViewPage>("GET", "/api/v1/search", { query: { ...query } });
  }

  /** Send no mail any more. */
  deleteMail(options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", "/api/v1/settings/mail", { ...options });
  }

  /** Read how mail is sent. */
  readMail(): Promise<MailView> {
    return this.call<MailView>("GET", "/api/v1/settings/mail");
  }

  /** Set how mail is sent. */
  updateMail(body: MailChange, options: Guarded): Promise<MailView> {
    return this.call<MailView>("PATCH", "/api/v1/settings/mail", { body, ...options });
  }

  /** Send a test mail now. */
  tryMail(body: MailTest, options: Once = {}): Promise<MailTriedView> {
    return this.call<MailTriedView>("POST", "/api/v1/settings/mail/test", { body, ...options });
  }

  /** List tasks. */
  listTasks(query: ListTasksQuery = {}): Promise<TaskViewPage> {
    return this.call<TaskViewPage>("GET", "/api/v1/tasks", { query: { ...query } });
  }

  /** Create a task. */
  createTask(body: NewTask, options: Once = {}): Promise<TaskView> {
    return this.call<TaskView>("POST", "/api/v1/tasks", { body, ...options });
  }

  /** Put a task under which nobody has written into the bin. */
  deleteTask(taskId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/tasks/${inPath(taskId)}`, { ...options });
  }

  /** Read a task. */
  readTask(taskId: string): Promise<TaskView> {
    return this.call<TaskView>("GET", `/api/v1/tasks/${inPath(taskId)}`);
  }

  /** Change a task. */
  updateTask(taskId: string, body: TaskChange, options: Guarded): Promise<TaskView> {
    return this.call<TaskView>("PATCH", `/api/v1/tasks/${inPath(taskId)}`, { body, ...options });
  }

  /** Take a task out of the bin. */
  restoreTask(taskId: string, options: Once = {}): Promise<TaskView> {
    return this.call<TaskView>("POST", `/api/v1/tasks/${inPath(taskId)}/restore`, { ...options });
  }

  /** List teams. */
  listTeams(query: ListTeamsQuery = {}): Promise<TeamViewPage> {
    return this.call<TeamViewPage>("GET", "/api/v1/teams", { query: { ...query } });
  }

  /** Create a team. */
  createTeam(body: NewTeam, options: Once = {}): Promise<TeamView> {
    return this.call<TeamView>("POST", "/api/v1/teams", { body, ...options });
  }

  /** Put a team into the bin. */
  deleteTeam(teamId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/teams/${inPath(teamId)}`, { ...options });
  }

  /** Read a team. */
  readTeam(teamId: string): Promise<TeamView> {
    return this.call<TeamView>("GET", `/api/v1/teams/${inPath(teamId)}`);
  }

  /** Change a team. */
  updateTeam(teamId: string, body: TeamChange, options: Guarded): Promise<TeamView> {
    return this.call<TeamView>("PATCH", `/api/v1/teams/${inPath(teamId)}`, { body, ...options });
  }

  /** Take a team out of the bin. */
  restoreTeam(teamId: string, options: Once = {}): Promise<TeamView> {
    return this.call<TeamView>("POST", `/api/v1/teams/${inPath(teamId)}/restore`, { ...options });
  }

  /** List webhooks. */
  listWebhooks(query: ListWebhooksQuery = {}): Promise<WebhookViewPage> {
    return this.call<WebhookViewPage>("GET", "/api/v1/webhooks", { query: { ...query } });
  }

  /** Create a webhook. */
  createWebhook(body: NewWebhook, options: Once = {}): Promise<WebhookMade> {
    return this.call<WebhookMade>("POST", "/api/v1/webhooks", { body, ...options });
  }

  /** Read where requests to webhooks come from. */
  readOutgoingAddresses(): Promise<OutgoingAddresses> {
    return this.call<OutgoingAddresses>("GET", "/api/v1/webhooks/outgoing-addresses");
  }

  /** Put a webhook into the bin. */
  deleteWebhook(webhookId: string, options: MaybeGuarded = {}): Promise<void> {
    return this.call<void>("DELETE", `/api/v1/webhooks/${inPath(webhookId)}`, { ...options });
  }

  /** Read a webhook. */
  readWebhook(webhookId: string): Promise<WebhookView> {
    return this.call<WebhookView>("GET", `/api/v1/webhooks/${inPath(webhookId)}`);
  }

  /** Change a webhook. */
  updateWebhook(webhookId: string, body: WebhookChange, options: Guarded): Promise<WebhookView> {
    return this.call<WebhookView>("PATCH", `/api/v1/webhooks/${inPath(webhookId)}`, { body, ...options });
  }

  /** List what was sent to a webhook, the newest first. */
  listWebhookDeliveries(webhookId: string, query: ListWebhookDeliveriesQuery = {}): Promise<DeliveryRowPage> {
    return this.call<DeliveryRowPage>("GET", `/api/v1/webhooks/${inPath(webhookId)}/deliveries`, { query: { ...query } });
  }

  /** Read a delivery with its attempts. */
  readWebhookDelivery(webhookId: string, deliveryId: string): Promise<DeliveryWhole> {
    return this.call<DeliveryWhole>("GET", `/api/v1/webhooks/${inPath(webhookId)}/deliveries/${inPath(deliveryId)}`);
  }

  /** Send a delivery once more; one that waits for its next try has it now. */
  replayWebhookDelivery(webhookId: string, deliveryId: string, options: Once = {}): Promise<DeliveryWhole> {
    return this.call<DeliveryWhole>("POST", `/api/v1/webhooks/${inPath(webhookId)}/deliveries/${inPath(deliveryId)}/replay`, { ...options });
  }

  /** Send what failed, and what waits for its next try, of the events since a moment at most 30 days ago. */
  replayWebhook(webhookId: string, body: ReplayWanted, options: Once = {}): Promise<Replayed> {
    return this.call<Replayed>("POST", `/api/v1/webhooks/${inPath(webhookId)}/replay`, { body, ...options });
  }

  /** Take a webhook out of the bin. */
  restoreWebhook(webhookId: string, options: Once = {}): Promise<WebhookView> {
    return this.call<WebhookView>("POST", `/api/v1/webhooks/${inPath(webhookId)}/restore`, { ...options });
  }

  /** Replace the secret of a webhook; for 24 hours both sign. */
  rotateWebhook(webhookId: string, options: Once = {}): Promise<Rotated> {
    return this.call<Rotated>("POST", `/api/v1/webhooks/${inPath(webhookId)}/rotate`, { ...options });
  }

  /** Send a test to a webhook. */
  tryWebhook(webhookId: string, body: TestWanted, options: Once = {}): Promise<WebhookTestView> {
    return this.call<WebhookTestView>("POST", `/api/v1/webhooks/${inPath(webhookId)}/test`, { body, ...options });
  }

  /** Read the workspace's own settings. */
  readWorkspace(): Promise<WorkspaceView> {
    return this.call<WorkspaceView>("GET", "/api/v1/workspace");
  }

  /** Change the workspace's own settings. */
  updateWorkspace(body: WorkspaceChange, options: Guarded): Promise<WorkspaceView> {
    return this.call<WorkspaceView>("PATCH", "/api/v1/workspace", { body, ...options });
  }

  /** Make a new key that signs notices; every browser has to be turned on again. */
  makePushKey(options: Once = {}): Promise<PushKeyMade> {
    return this.call<PushKeyMade>("POST", "/api/v1/workspace/push-key", { ...options });
  }

  /** List the workspaces with their plans. */
  listWorkspaces(query: ListWorkspacesQuery = {}): Promise<WorkspaceWithPlanPage> {
    return this.call<WorkspaceWithPlanPage>("GET", "/api/v1/workspaces", { query: { ...query } });
  }

  /** Read which plan a workspace has. */
  readWorkspacePlan(workspaceId: string): Promise<WorkspaceWithPlan> {
    return this.call<WorkspaceWithPlan>("GET", `/api/v1/workspaces/${inPath(workspaceId)}`);
  }

  /** Give a workspace its plan. */
  givePlan(workspaceId: string, body: PlanGiven, options: Guarded): Promise<WorkspaceWithPlan> {
    return this.call<WorkspaceWithPlan>("PATCH", `/api/v1/workspaces/${inPath(workspaceId)}`, { body, ...options });
  }

  /** Every entry of `listActivity`, page after page. */
  iterateActivity(query: ListActivityQuery = {}): AsyncGenerator<ActivityView> {
    return this.pages<ActivityView>("/api/v1/activity", { ...query });
  }

  /** Every entry of `listAlerts`, page after page. */
  iterateAlerts(query: ListAlertsQuery = {}): AsyncGenerator<AlertView> {
    return this.pages<AlertView>("/api/v1/alerts", { ...query });
  }

  /** Every entry of `listArticles`, page after page. */
  iterateArticles(query: ListArticlesQuery = {}): AsyncGenerator<ArticleRow> {
    return this.pages<ArticleRow>("/api/v1/articles", { ...query });
  }

  /** Every entry of `listAssistants`, page after page. */
  iterateAssistants(query: ListAssistantsQuery = {}): AsyncGenerator<AssistantView> {
    return this.pages<AssistantView>("/api/v1/assistants", { ...query });
  }

  /** Every entry of `listVersions`, page after page. */
  iterateVersions(assistantId: string, query: ListVersionsQuery = {}): AsyncGenerator<VersionView> {
    return this.pages<VersionView>(`/api/v1/assistants/${inPath(assistantId)}/versions`, { ...query });
  }

  /** Every entry of `listChannels`, page after page. */
  iterateChannels(query: ListChannelsQuery = {}): AsyncGenerator<ChannelView> {
    return this.pages<ChannelView>("/api/v1/channels", { ...query });
  }

  /** Every entry of `listContacts`, page after page. */
  iterateContacts(query: ListContactsQuery = {}): AsyncGenerator<ContactView> {
    return this.pages<ContactView>("/api/v1/contacts", { ...query });
  }

  /** Every entry of `listConversations`, page after page. */
  iterateConversations(query: ListConversationsQuery = {}): AsyncGenerator<ConversationView> {
    return this.pages<ConversationView>("/api/v1/conversations", { ...query });
  }

  /** Every entry of `listMessages`, page after page. */
  iterateMessages(conversationId: string, query: ListMessagesQuery = {}): AsyncGenerator<MessageView> {
    return this.pages<MessageView>(`/api/v1/conversations/${inPath(conversationId)}/messages`, { ...query });
  }

  /** Every entry of `listTraces`, page after page. */
  iterateTraces(conversationId: string, query: ListTracesQuery = {}): AsyncGenerator<TraceView> {
    return this.pages<TraceView>(`/api/v1/conversations/${inPath(conversationId)}/traces`, { ...query });
  }

  /** Every entry of `listIntegrations`, page after page. */
  iterateIntegrations(query: ListIntegrationsQuery = {}): AsyncGenerator<IntegrationView> {
    return this.pages<IntegrationView>("/api/v1/integrations", { ...query });
  }

  /** Every entry of `listDeliveries`, page after page. */
  iterateDeliveries(integrationId: string, query: ListDeliveriesQuery = {}): AsyncGenerator<IntegrationDeliveryView> {
    return this.pages<IntegrationDeliveryView>(`/api/v1/integrations/${inPath(integrationId)}/deliveries`, { ...query });
  }

  /** Every entry of `listKeys`, page after page. */
  iterateKeys(query: ListKeysQuery = {}): AsyncGenerator<KeyView> {
    return this.pages<KeyView>("/api/v1/keys", { ...query });
  }

  /** Every entry of `listEntries`, page after page. */
  iterateEntries(query: ListEntriesQuery = {}): AsyncGenerator<ArticleRow> {
    return this.pages<ArticleRow>("/api/v1/knowledge-base", { ...query });
  }

  /** Every entry of `listLabels`, page after page. */
  iterateLabels(query: ListLabelsQuery = {}): AsyncGenerator<LabelView> {
    return this.pages<LabelView>("/api/v1/labels", { ...query });
  }

  /** Every entry of `listReplies`, page after page. */
  iterateReplies(query: ListRepliesQuery = {}): AsyncGenerator<ReplyView> {
    return this.pages<ReplyView>("/api/v1/saved-replies", { ...query });
  }

  /** Every entry of `search`, page after page. */
  iterateSearch(query: SearchQuery): AsyncGenerator<HitView> {
    return this.pages<HitView>("/api/v1/search", { ...query });
  }

  /** Every entry of `listTasks`, page after page. */
  iterateTasks(query: ListTasksQuery = {}): AsyncGenerator<TaskView> {
    return this.pages<TaskView>("/api/v1/tasks", { ...query });
  }

  /** Every entry of `listTeams`, page after page. */
  iterateTeams(query: ListTeamsQuery = {}): AsyncGenerator<TeamView> {
    return this.pages<TeamView>("/api/v1/teams", { ...query });
  }

  /** Every entry of `listWebhooks`, page after page. */
  iterateWebhooks(query: ListWebhooksQuery = {}): AsyncGenerator<WebhookView> {
    return this.pages<WebhookView>("/api/v1/webhooks", { ...query });
  }

  /** Every entry of `listWebhookDeliveries`, page after page. */
  iterateWebhookDeliveries(webhookId: string, query: ListWebhookDeliveriesQuery = {}): AsyncGenerator<DeliveryRow> {
    return this.pages<DeliveryRow>(`/api/v1/webhooks/${inPath(webhookId)}/deliveries`, { ...query });
  }

  /** Every entry of `listWorkspaces`, page after page. */
  iterateWorkspaces(query: ListWorkspacesQuery = {}): AsyncGenerator<WorkspaceWithPlan> {
    return this.pages<WorkspaceWithPlan>("/api/v1/workspaces", { ...query });
  }
}
