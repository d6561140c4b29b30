"""A method for each operation of the API. Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead."""

from collections.abc import Iterator
from typing import Any, Unpack

from frontdesk_client.models import (
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
    ConversationsView,
    ConversationView,
    ConversationViewPage,
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
    Labelled,
    LabelView,
    LabelViewPage,
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
    Mailed,
    MailTest,
    MailTo,
    MailTriedView,
    MailView,
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
    PlansView,
    PlanView,
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
    Rendered,
    RenderFor,
    Replayed,
    ReplayWanted,
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
    TestsView,
    TestWanted,
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
)
from frontdesk_client.transport import Event, IfMatch, Transport, in_path


class Operations(Transport):
    """What a key may do; `Client` is this with an address and a key."""

    def list_activity(self, **query: Unpack[ListActivityQuery]) -> ActivityViewPage:
        """The audit log, the latest first."""
        answer: ActivityViewPage = self.call("GET", "/api/v1/activity", query=query)
        return answer

    def export_activity(self, **query: Unpack[ExportActivityQuery]) -> bytes:
        """The audit log as a file, the latest first."""
        return self.read("GET", "/api/v1/activity/export", query=query)

    def verify_activity(
        self, body: Remembered | None = None, *, idempotency_key: str | None = None
    ) -> Verified:
        """Check that nothing in the audit log was changed, removed or slipped in."""
        answer: Verified = self.call(
            "POST", "/api/v1/activity/verify", idempotency_key=idempotency_key, body=body
        )
        return answer

    def read_alert_settings(self) -> AlertSettingsView:
        """Read when alerts are raised."""
        answer: AlertSettingsView = self.call("GET", "/api/v1/alert-settings")
        return answer

    def update_alert_settings(self, body: AlertSettingsChange, *, if_match: IfMatch) -> AlertSettingsView:
        """Change when alerts are raised."""
        answer: AlertSettingsView = self.call("PATCH", "/api/v1/alert-settings", if_match=if_match, body=body)
        return answer

    def list_alerts(self, **query: Unpack[ListAlertsQuery]) -> AlertViewPage:
        """List alerts, the latest first."""
        answer: AlertViewPage = self.call("GET", "/api/v1/alerts", query=query)
        return answer

    def acknowledge_alert(self, alert_id: str, *, idempotency_key: str | None = None) -> AlertView:
        """Say that an alert was seen; it stays in the list."""
        answer: AlertView = self.call(
            "POST", f"/api/v1/alerts/{in_path(alert_id)}/acknowledge", idempotency_key=idempotency_key
        )
        return answer

    def read_conversation_analytics(
        self, **query: Unpack[ReadConversationAnalyticsQuery]
    ) -> ConversationsView:
        """Figures about conversations."""
        answer: ConversationsView = self.call("GET", "/api/v1/analytics/conversations", query=query)
        return answer

    def read_knowledge_analytics(self, **query: Unpack[ReadKnowledgeAnalyticsQuery]) -> KnowledgeView:
        """Figures about the knowledge base."""
        answer: KnowledgeView = self.call("GET", "/api/v1/analytics/knowledge-base", query=query)
        return answer

    def list_articles(self, **query: Unpack[ListArticlesQuery]) -> ArticleRowPage:
        """List articles without their texts, the newest first."""
        answer: ArticleRowPage = self.call("GET", "/api/v1/articles", query=query)
        return answer

    def create_article(self, body: NewArticle, *, idempotency_key: str | None = None) -> ArticleView:
        """Write an article."""
        answer: ArticleView = self.call(
            "POST", "/api/v1/articles", idempotency_key=idempotency_key, body=body
        )
        return answer

    def upload_articles(
        self, content: bytes, *, idempotency_key: str | None = None, **query: Unpack[UploadArticlesQuery]
    ) -> object:
        """Make articles of a file: Markdown, HTML, text, PDF, Word or a CSV table."""
        found: object = self.call(
            "POST",
            "/api/v1/articles/upload",
            idempotency_key=idempotency_key,
            content=content,
            content_type="application/octet-stream",
            query=query,
        )
        return found

    def remove_article(self, article_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put an article into the bin, where it stays for 30 days."""
        self.call("DELETE", f"/api/v1/articles/{in_path(article_id)}", if_match=if_match)

    def read_article(self, article_id: str) -> ArticleView:
        """Read an article."""
        answer: ArticleView = self.call("GET", f"/api/v1/articles/{in_path(article_id)}")
        return answer

    def update_article(self, article_id: str, body: ArticleChange, *, if_match: IfMatch) -> ArticleView:
        """Change an article; customers are answered with it in a moment."""
        answer: ArticleView = self.call(
            "PATCH", f"/api/v1/articles/{in_path(article_id)}", if_match=if_match, body=body
        )
        return answer

    def restore_article(self, article_id: str, *, idempotency_key: str | None = None) -> ArticleView:
        """Bring an article back from the bin."""
        answer: ArticleView = self.call(
            "POST", f"/api/v1/articles/{in_path(article_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def list_assistants(self, **query: Unpack[ListAssistantsQuery]) -> AssistantViewPage:
        """List assistants."""
        answer: AssistantViewPage = self.call("GET", "/api/v1/assistants", query=query)
        return answer

    def create_assistant(self, body: NewAssistant, *, idempotency_key: str | None = None) -> AssistantView:
        """Create an assistant, with a draft that nobody is answered with yet."""
        answer: AssistantView = self.call(
            "POST", "/api/v1/assistants", idempotency_key=idempotency_key, body=body
        )
        return answer

    def upload_assistant(
        self, content: bytes, *, idempotency_key: str | None = None, **query: Unpack[UploadAssistantQuery]
    ) -> AssistantView:
        """Create an assistant from a zip archive of a bot's folder."""
        answer: AssistantView = self.call(
            "POST",
            "/api/v1/assistants/upload",
            idempotency_key=idempotency_key,
            content=content,
            content_type="application/zip",
            query=query,
        )
        return answer

    def delete_assistant(self, assistant_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put an assistant into the bin, with its tasks and the channels that only it had and nobody wrote over."""
        self.call("DELETE", f"/api/v1/assistants/{in_path(assistant_id)}", if_match=if_match)

    def read_assistant(self, assistant_id: str) -> AssistantView:
        """Read an assistant."""
        answer: AssistantView = self.call("GET", f"/api/v1/assistants/{in_path(assistant_id)}")
        return answer

    def update_assistant(
        self, assistant_id: str, body: AssistantChange, *, if_match: IfMatch
    ) -> AssistantView:
        """Change an assistant."""
        answer: AssistantView = self.call(
            "PATCH", f"/api/v1/assistants/{in_path(assistant_id)}", if_match=if_match, body=body
        )
        return answer

    def discard_draft(self, assistant_id: str, *, if_match: IfMatch | None = None) -> None:
        """Discard the draft."""
        self.call("DELETE", f"/api/v1/assistants/{in_path(assistant_id)}/draft", if_match=if_match)

    def read_draft(self, assistant_id: str) -> DraftView:
        """See an assistant's draft: its files."""
        answer: DraftView = self.call("GET", f"/api/v1/assistants/{in_path(assistant_id)}/draft")
        return answer

    def replace_draft(
        self, assistant_id: str, body: NewFiles, *, if_match: IfMatch | None = None
    ) -> DraftView:
        """Put other files in the place of all files of the draft."""
        answer: DraftView = self.call(
            "PUT", f"/api/v1/assistants/{in_path(assistant_id)}/draft", if_match=if_match, body=body
        )
        return answer

    def check_draft(self, assistant_id: str, *, idempotency_key: str | None = None) -> CheckView:
        """Say all that is wrong with the draft."""
        answer: CheckView = self.call(
            "POST", f"/api/v1/assistants/{in_path(assistant_id)}/draft/check", idempotency_key=idempotency_key
        )
        return answer

    def diff_draft(self, assistant_id: str) -> DraftDifference:
        """See what the draft changes of the version that answers."""
        answer: DraftDifference = self.call("GET", f"/api/v1/assistants/{in_path(assistant_id)}/draft/diff")
        return answer

    def remove_draft_file(self, assistant_id: str, path: str, *, if_match: IfMatch | None = None) -> None:
        """Remove a file of the draft."""
        self.call(
            "DELETE",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/files/{in_path(path)}",
            if_match=if_match,
        )

    def read_draft_file(self, assistant_id: str, path: str) -> FileText:
        """Read a file of the draft."""
        answer: FileText = self.call(
            "GET", f"/api/v1/assistants/{in_path(assistant_id)}/draft/files/{in_path(path)}"
        )
        return answer

    def write_draft_file(
        self, assistant_id: str, path: str, body: NewText, *, if_match: IfMatch | None = None
    ) -> FileText:
        """Write a file of the draft."""
        answer: FileText = self.call(
            "PUT",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/files/{in_path(path)}",
            if_match=if_match,
            body=body,
        )
        return answer

    def begin_preview(self, assistant_id: str, *, idempotency_key: str | None = None) -> PreviewView:
        """Begin a conversation with the draft as it is now."""
        answer: PreviewView = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/preview",
            idempotency_key=idempotency_key,
        )
        return answer

    def say_to_preview(
        self, assistant_id: str, preview_id: str, body: Line, *, idempotency_key: str | None = None
    ) -> Replied:
        """Say something to the draft."""
        answer: Replied = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/preview/{in_path(preview_id)}/messages",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def publish_draft(
        self,
        assistant_id: str,
        body: Again | None = None,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> PublishedVersion:
        """Publish the draft: it answers new conversations."""
        answer: PublishedVersion = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/publish",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def rename_draft_file(
        self,
        assistant_id: str,
        body: Renamed,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> FileText:
        """Rename a file of the draft."""
        answer: FileText = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/rename",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def reopen_draft(self, assistant_id: str, *, idempotency_key: str | None = None) -> DraftView:
        """Take a discarded draft up again."""
        answer: DraftView = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/reopen",
            idempotency_key=idempotency_key,
        )
        return answer

    def restore_draft_file(
        self,
        assistant_id: str,
        body: Restored,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> FileText:
        """Bring a removed file of the draft back."""
        answer: FileText = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/draft/restore",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def test_draft(self, assistant_id: str, *, idempotency_key: str | None = None) -> TestsView:
        """Hold the draft's own tests."""
        answer: TestsView = self.call(
            "POST", f"/api/v1/assistants/{in_path(assistant_id)}/draft/test", idempotency_key=idempotency_key
        )
        return answer

    def restore_assistant(self, assistant_id: str, *, idempotency_key: str | None = None) -> AssistantView:
        """Take an assistant out of the bin, with what went with it."""
        answer: AssistantView = self.call(
            "POST", f"/api/v1/assistants/{in_path(assistant_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def read_understanding(self, assistant_id: str) -> UnderstandingView:
        """How far an assistant's intents are learnt."""
        answer: UnderstandingView = self.call(
            "GET", f"/api/v1/assistants/{in_path(assistant_id)}/understanding"
        )
        return answer

    def list_versions(self, assistant_id: str, **query: Unpack[ListVersionsQuery]) -> VersionViewPage:
        """List the versions of a bot, the newest first."""
        answer: VersionViewPage = self.call(
            "GET", f"/api/v1/assistants/{in_path(assistant_id)}/versions", query=query
        )
        return answer

    def publish_version(
        self,
        assistant_id: str,
        body: NewVersion,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> PublishedVersion:
        """Publish files as the version of a bot that answers."""
        answer: PublishedVersion = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/versions",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def read_version(self, assistant_id: str, number: str) -> VersionWithFiles:
        """Read a version of a bot with its files."""
        answer: VersionWithFiles = self.call(
            "GET", f"/api/v1/assistants/{in_path(assistant_id)}/versions/{in_path(number)}"
        )
        return answer

    def diff_versions(self, assistant_id: str, number: str, other: str) -> Difference:
        """See what differs between two versions of a bot."""
        answer: Difference = self.call(
            "GET",
            f"/api/v1/assistants/{in_path(assistant_id)}/versions/{in_path(number)}/diff/{in_path(other)}",
        )
        return answer

    def publish_again(
        self,
        assistant_id: str,
        number: str,
        body: Again | None = None,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> PublishedVersion:
        """Publish a former version of a bot again, as a new one."""
        answer: PublishedVersion = self.call(
            "POST",
            f"/api/v1/assistants/{in_path(assistant_id)}/versions/{in_path(number)}/publish",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def list_channels(self, **query: Unpack[ListChannelsQuery]) -> ChannelViewPage:
        """List channels."""
        answer: ChannelViewPage = self.call("GET", "/api/v1/channels", query=query)
        return answer

    def create_channel(self, body: NewChannel, *, idempotency_key: str | None = None) -> ChannelView:
        """Create a channel and its task."""
        answer: ChannelView = self.call(
            "POST", "/api/v1/channels", idempotency_key=idempotency_key, body=body
        )
        return answer

    def delete_channel(self, channel_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a channel that was never written over into the bin, with its tasks."""
        self.call("DELETE", f"/api/v1/channels/{in_path(channel_id)}", if_match=if_match)

    def read_channel(self, channel_id: str) -> ChannelView:
        """Read a channel."""
        answer: ChannelView = self.call("GET", f"/api/v1/channels/{in_path(channel_id)}")
        return answer

    def update_channel(self, channel_id: str, body: ChannelChange, *, if_match: IfMatch) -> ChannelView:
        """Change a channel."""
        answer: ChannelView = self.call(
            "PATCH", f"/api/v1/channels/{in_path(channel_id)}", if_match=if_match, body=body
        )
        return answer

    def restore_channel(self, channel_id: str, *, idempotency_key: str | None = None) -> ChannelView:
        """Take a channel out of the bin, with the tasks that went with it."""
        answer: ChannelView = self.call(
            "POST", f"/api/v1/channels/{in_path(channel_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def remove_sign_in_secret(self, channel_id: str) -> None:
        """Remove the secret that proves who is signed in; whoever is signed in is so no more."""
        self.call("DELETE", f"/api/v1/channels/{in_path(channel_id)}/sign-in-secret")

    def make_sign_in_secret(self, channel_id: str, *, idempotency_key: str | None = None) -> SignInSecret:
        """Make the secret that proves who is signed in, or replace it; for 24 hours both count."""
        answer: SignInSecret = self.call(
            "POST", f"/api/v1/channels/{in_path(channel_id)}/sign-in-secret", idempotency_key=idempotency_key
        )
        return answer

    def try_channel(self, channel_id: str, *, idempotency_key: str | None = None) -> TrialTriedView:
        """Send a line over a channel that posts what we say to an address."""
        answer: TrialTriedView = self.call(
            "POST", f"/api/v1/channels/{in_path(channel_id)}/test", idempotency_key=idempotency_key
        )
        return answer

    def list_contacts(self, **query: Unpack[ListContactsQuery]) -> ContactViewPage:
        """List contacts, or find some."""
        answer: ContactViewPage = self.call("GET", "/api/v1/contacts", query=query)
        return answer

    def read_contact(self, contact_id: str) -> ContactDetail:
        """Read a contact."""
        answer: ContactDetail = self.call("GET", f"/api/v1/contacts/{in_path(contact_id)}")
        return answer

    def update_contact(self, contact_id: str, body: ContactChange, *, if_match: IfMatch) -> ContactDetail:
        """Change a contact."""
        answer: ContactDetail = self.call(
            "PATCH", f"/api/v1/contacts/{in_path(contact_id)}", if_match=if_match, body=body
        )
        return answer

    def erase_contact(
        self, contact_id: str, body: Erasure, *, idempotency_key: str | None = None
    ) -> ErasedView:
        """Erase a contact for good."""
        answer: ErasedView = self.call(
            "POST",
            f"/api/v1/contacts/{in_path(contact_id)}/erase",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def export_contact(self, contact_id: str) -> ContactExport:
        """All that is known of a contact."""
        answer: ContactExport = self.call("GET", f"/api/v1/contacts/{in_path(contact_id)}/export")
        return answer

    def merge_contacts(
        self,
        contact_id: str,
        body: Merge,
        *,
        if_match: IfMatch | None = None,
        idempotency_key: str | None = None,
    ) -> ContactDetail:
        """Merge another contact into one."""
        answer: ContactDetail = self.call(
            "POST",
            f"/api/v1/contacts/{in_path(contact_id)}/merge",
            if_match=if_match,
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def add_contact_note(
        self, contact_id: str, body: NewNote, *, idempotency_key: str | None = None
    ) -> NoteView:
        """Add a note."""
        answer: NoteView = self.call(
            "POST",
            f"/api/v1/contacts/{in_path(contact_id)}/notes",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def list_conversations(self, **query: Unpack[ListConversationsQuery]) -> ConversationViewPage:
        """List conversations."""
        answer: ConversationViewPage = self.call("GET", "/api/v1/conversations", query=query)
        return answer

    def create_conversation(
        self, body: NewConversation, *, idempotency_key: str | None = None
    ) -> ConversationBegun:
        """Begin a conversation."""
        answer: ConversationBegun = self.call(
            "POST", "/api/v1/conversations", idempotency_key=idempotency_key, body=body
        )
        return answer

    def count_conversations(self) -> CountsView:
        """Count the conversations of each view."""
        answer: CountsView = self.call("GET", "/api/v1/conversations/counts")
        return answer

    def read_conversation(self, conversation_id: str) -> ConversationDetail:
        """Read a conversation."""
        answer: ConversationDetail = self.call("GET", f"/api/v1/conversations/{in_path(conversation_id)}")
        return answer

    def update_conversation(
        self, conversation_id: str, body: ConversationChange, *, if_match: IfMatch | None = None
    ) -> ConversationDetail:
        """Change a conversation's subject, priority and labels."""
        answer: ConversationDetail = self.call(
            "PUT", f"/api/v1/conversations/{in_path(conversation_id)}", if_match=if_match, body=body
        )
        return answer

    def assign_conversation(
        self, conversation_id: str, body: Assignment, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Give a conversation to a person or a team, or back to the queue."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/assign",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def close_conversation(
        self, conversation_id: str, body: Closed, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Close a conversation with an outcome."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/close",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def hand_back_conversation(
        self, conversation_id: str, body: HandBack, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Hand a conversation back to the bot."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/hand-back",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def label_conversation(
        self, conversation_id: str, body: Labelled, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Put labels on a conversation, and take others off."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/labels",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def merge_conversation(
        self, conversation_id: str, body: Merged, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Merge a conversation into another one."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/merge",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def list_messages(self, conversation_id: str, **query: Unpack[ListMessagesQuery]) -> MessageViewPage:
        """List the messages of a conversation."""
        answer: MessageViewPage = self.call(
            "GET", f"/api/v1/conversations/{in_path(conversation_id)}/messages", query=query
        )
        return answer

    def create_message(
        self, conversation_id: str, body: NewMessage, *, idempotency_key: str | None = None
    ) -> MessageMade:
        """Write to the customer, a note to colleagues, or as the customer."""
        answer: MessageMade = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/messages",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def read_why(self, conversation_id: str, message_id: str) -> WhyView:
        """Read why the bot said a line."""
        answer: WhyView = self.call(
            "GET", f"/api/v1/conversations/{in_path(conversation_id)}/messages/{in_path(message_id)}/why"
        )
        return answer

    def note_presence(self, conversation_id: str, body: Here, *, idempotency_key: str | None = None) -> None:
        """Say that one looks at a conversation, types there, or has left it."""
        self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/presence",
            idempotency_key=idempotency_key,
            body=body,
        )

    def prioritise_conversation(
        self, conversation_id: str, body: Prioritised, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Say how much a conversation matters."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/priority",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def read_up_to(
        self, conversation_id: str, body: ReadUpTo, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Remember how far you have read a conversation."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/read",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def reopen_conversation(
        self, conversation_id: str, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Open a closed conversation again."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/reopen",
            idempotency_key=idempotency_key,
        )
        return answer

    def end_sharing(self, conversation_id: str) -> None:
        """End every link of a conversation, those in webhooks too."""
        self.call("DELETE", f"/api/v1/conversations/{in_path(conversation_id)}/share")

    def share_conversation(
        self, conversation_id: str, body: NewShare, *, idempotency_key: str | None = None
    ) -> ShareView:
        """Make a link to read along."""
        answer: ShareView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/share",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def snooze_conversation(
        self, conversation_id: str, body: Snoozed, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Put a conversation away until a moment, or until its customer writes."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/snooze",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def list_suggestions(self, conversation_id: str) -> SuggestionsView:
        """Suggest answers to the customer's last lines."""
        answer: SuggestionsView = self.call(
            "GET", f"/api/v1/conversations/{in_path(conversation_id)}/suggestions"
        )
        return answer

    def take_conversation(
        self, conversation_id: str, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Take a conversation that nobody has."""
        answer: ConversationView = self.call(
            "POST", f"/api/v1/conversations/{in_path(conversation_id)}/take", idempotency_key=idempotency_key
        )
        return answer

    def list_traces(self, conversation_id: str, **query: Unpack[ListTracesQuery]) -> TraceViewPage:
        """List the traces of a conversation, the newest first."""
        answer: TraceViewPage = self.call(
            "GET", f"/api/v1/conversations/{in_path(conversation_id)}/traces", query=query
        )
        return answer

    def read_one_trace(self, conversation_id: str, inbound_id: str) -> TraceView:
        """Read the trace of one turn."""
        answer: TraceView = self.call(
            "GET", f"/api/v1/conversations/{in_path(conversation_id)}/traces/{in_path(inbound_id)}"
        )
        return answer

    def read_transcript(self, conversation_id: str, **query: Unpack[ReadTranscriptQuery]) -> bytes:
        """Download what was said."""
        return self.read("GET", f"/api/v1/conversations/{in_path(conversation_id)}/transcript", query=query)

    def mail_transcript(
        self, conversation_id: str, body: MailTo, *, idempotency_key: str | None = None
    ) -> Mailed:
        """Send what was said by mail."""
        answer: Mailed = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/transcript",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def mark_unread(self, conversation_id: str, *, idempotency_key: str | None = None) -> ConversationView:
        """Mark the customer's last line as unread by you."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/unread",
            idempotency_key=idempotency_key,
        )
        return answer

    def unsnooze_conversation(
        self, conversation_id: str, *, idempotency_key: str | None = None
    ) -> ConversationView:
        """Bring a snoozed conversation back."""
        answer: ConversationView = self.call(
            "POST",
            f"/api/v1/conversations/{in_path(conversation_id)}/unsnooze",
            idempotency_key=idempotency_key,
        )
        return answer

    def read_desk(self) -> DeskView:
        """Read how the desk works."""
        answer: DeskView = self.call("GET", "/api/v1/desk")
        return answer

    def update_desk(self, body: DeskChange, *, if_match: IfMatch) -> DeskView:
        """Change how the desk works."""
        answer: DeskView = self.call("PATCH", "/api/v1/desk", if_match=if_match, body=body)
        return answer

    def follow_feed(self, **query: Unpack[FollowFeedQuery]) -> Iterator[Event]:
        """Follow what happens, as it happens."""
        return self.events("GET", "/api/v1/feed", query=query)

    def poll_feed(self, **query: Unpack[PollFeedQuery]) -> dict[str, Any]:
        """Ask what happened."""
        answer: dict[str, Any] = self.call("GET", "/api/v1/feed/poll", query=query)
        return answer

    def upload_file(
        self, content: bytes, *, idempotency_key: str | None = None, **query: Unpack[UploadFileQuery]
    ) -> UploadView:
        """Hand in a file."""
        answer: UploadView = self.call(
            "POST",
            "/api/v1/files",
            idempotency_key=idempotency_key,
            content=content,
            content_type="application/octet-stream",
            query=query,
        )
        return answer

    def read_file_entry(self, file_id: str) -> UploadView:
        """What a file is."""
        answer: UploadView = self.call("GET", f"/api/v1/files/{in_path(file_id)}")
        return answer

    def read_file_content(self, file_id: str) -> bytes:
        """Fetch a file."""
        return self.read("GET", f"/api/v1/files/{in_path(file_id)}/content")

    def list_gaps(self, **query: Unpack[ListGapsQuery]) -> Gaps:
        """What customers asked and found no answer, what was asked most first."""
        answer: Gaps = self.call("GET", "/api/v1/gaps", query=query)
        return answer

    def draft_gap(
        self,
        gap_id: str,
        body: NewDraft | None = None,
        *,
        idempotency_key: str | None = None,
        **query: Unpack[DraftGapQuery],
    ) -> ArticleView:
        """Make a draft article of a gap; its questions are dealt with."""
        answer: ArticleView = self.call(
            "POST",
            f"/api/v1/gaps/{in_path(gap_id)}/draft",
            idempotency_key=idempotency_key,
            body=body,
            query=query,
        )
        return answer

    def list_integrations(self, **query: Unpack[ListIntegrationsQuery]) -> IntegrationViewPage:
        """List integrations."""
        answer: IntegrationViewPage = self.call("GET", "/api/v1/integrations", query=query)
        return answer

    def create_integration(
        self, body: NewIntegration, *, idempotency_key: str | None = None
    ) -> IntegrationMade:
        """Create an integration."""
        answer: IntegrationMade = self.call(
            "POST", "/api/v1/integrations", idempotency_key=idempotency_key, body=body
        )
        return answer

    def delete_integration(self, integration_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put an integration that no task uses into the bin."""
        self.call("DELETE", f"/api/v1/integrations/{in_path(integration_id)}", if_match=if_match)

    def read_integration(self, integration_id: str) -> IntegrationView:
        """Read an integration."""
        answer: IntegrationView = self.call("GET", f"/api/v1/integrations/{in_path(integration_id)}")
        return answer

    def update_integration(
        self, integration_id: str, body: IntegrationChange, *, if_match: IfMatch
    ) -> IntegrationView:
        """Change an integration."""
        answer: IntegrationView = self.call(
            "PATCH", f"/api/v1/integrations/{in_path(integration_id)}", if_match=if_match, body=body
        )
        return answer

    def list_deliveries(self, integration_id: str, **query: Unpack[ListDeliveriesQuery]) -> DeliveryViewPage:
        """List what was sent to an integration, the newest first."""
        answer: DeliveryViewPage = self.call(
            "GET", f"/api/v1/integrations/{in_path(integration_id)}/deliveries", query=query
        )
        return answer

    def restore_integration(
        self, integration_id: str, *, idempotency_key: str | None = None
    ) -> IntegrationView:
        """Take an integration out of the bin."""
        answer: IntegrationView = self.call(
            "POST", f"/api/v1/integrations/{in_path(integration_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def rotate_integration(self, integration_id: str, *, idempotency_key: str | None = None) -> Rotated:
        """Replace what signs an integration's posts; for 24 hours both sign."""
        answer: Rotated = self.call(
            "POST", f"/api/v1/integrations/{in_path(integration_id)}/rotate", idempotency_key=idempotency_key
        )
        return answer

    def try_integration(self, integration_id: str, *, idempotency_key: str | None = None) -> TrialTriedView:
        """Send a sample to an integration."""
        answer: TrialTriedView = self.call(
            "POST", f"/api/v1/integrations/{in_path(integration_id)}/test", idempotency_key=idempotency_key
        )
        return answer

    def list_invitations(self) -> InvitationList:
        """List invitations that still work."""
        answer: InvitationList = self.call("GET", "/api/v1/invitations")
        return answer

    def invite(self, body: Invitation) -> LinkView:
        """Invite somebody; an earlier invitation to the same address ends."""
        answer: LinkView = self.call("PUT", "/api/v1/invitations", body=body)
        return answer

    def revoke_invitation(self, link_id: str) -> None:
        """Take an invitation back."""
        self.call("DELETE", f"/api/v1/invitations/{in_path(link_id)}")

    def list_keys(self, **query: Unpack[ListKeysQuery]) -> KeyViewPage:
        """List keys, those that are over as well."""
        answer: KeyViewPage = self.call("GET", "/api/v1/keys", query=query)
        return answer

    def create_key(self, body: NewKey, *, idempotency_key: str | None = None) -> KeyMade:
        """Make a key; its secret is in the answer."""
        answer: KeyMade = self.call("POST", "/api/v1/keys", idempotency_key=idempotency_key, body=body)
        return answer

    def revoke_key(self, key_id: str, *, if_match: IfMatch | None = None) -> None:
        """Revoke a key; it works no more within a second."""
        self.call("DELETE", f"/api/v1/keys/{in_path(key_id)}", if_match=if_match)

    def read_key(self, key_id: str) -> KeyView:
        """Read a key, without its secret."""
        answer: KeyView = self.call("GET", f"/api/v1/keys/{in_path(key_id)}")
        return answer

    def update_key(self, key_id: str, body: KeyChange, *, if_match: IfMatch) -> KeyView:
        """Change a key's name, or where it may be used from."""
        answer: KeyView = self.call("PATCH", f"/api/v1/keys/{in_path(key_id)}", if_match=if_match, body=body)
        return answer

    def rotate_key(self, key_id: str, body: Rotation, *, idempotency_key: str | None = None) -> KeyMade:
        """Give a key another secret; the present one works on for a while."""
        answer: KeyMade = self.call(
            "POST", f"/api/v1/keys/{in_path(key_id)}/rotate", idempotency_key=idempotency_key, body=body
        )
        return answer

    def list_entries(self, **query: Unpack[ListEntriesQuery]) -> ArticleRowPage:
        """List entries of the knowledge base."""
        answer: ArticleRowPage = self.call("GET", "/api/v1/knowledge-base", query=query)
        return answer

    def create_entry(self, body: NewEntry, *, idempotency_key: str | None = None) -> ArticleView:
        """Add an entry to the knowledge base."""
        answer: ArticleView = self.call(
            "POST", "/api/v1/knowledge-base", idempotency_key=idempotency_key, body=body
        )
        return answer

    def import_entries(
        self, content: bytes, *, idempotency_key: str | None = None, **query: Unpack[ImportEntriesQuery]
    ) -> object:
        """Add entries of a file: Markdown, HTML, text, PDF, Word or a CSV table."""
        found: object = self.call(
            "POST",
            "/api/v1/knowledge-base/import",
            idempotency_key=idempotency_key,
            content=content,
            content_type="application/octet-stream",
            query=query,
        )
        return found

    def search_entries(self, **query: Unpack[SearchEntriesQuery]) -> TrialView:
        """Search the knowledge base as a customer's question does."""
        answer: TrialView = self.call("GET", "/api/v1/knowledge-base/search", query=query)
        return answer

    def remove_entry(self, article_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put an entry into the bin, where it stays for 30 days."""
        self.call("DELETE", f"/api/v1/knowledge-base/{in_path(article_id)}", if_match=if_match)

    def read_entry(self, article_id: str) -> ArticleView:
        """Read an entry of the knowledge base."""
        answer: ArticleView = self.call("GET", f"/api/v1/knowledge-base/{in_path(article_id)}")
        return answer

    def update_entry(
        self, article_id: str, body: ArticleChange, *, if_match: IfMatch | None = None
    ) -> ArticleView:
        """Change the given fields of an entry; customers are answered with it in a moment."""
        answer: ArticleView = self.call(
            "PUT", f"/api/v1/knowledge-base/{in_path(article_id)}", if_match=if_match, body=body
        )
        return answer

    def read_figures(self, **query: Unpack[ReadFiguresQuery]) -> FiguresView:
        """How well questions are answered, and how the knowledge base is."""
        answer: FiguresView = self.call("GET", "/api/v1/knowledge/figures", query=query)
        return answer

    def search_knowledge(self, **query: Unpack[SearchKnowledgeQuery]) -> TrialView:
        """Try a question: what would answer it, and why others would not."""
        answer: TrialView = self.call("GET", "/api/v1/knowledge/search", query=query)
        return answer

    def list_labels(self, **query: Unpack[ListLabelsQuery]) -> LabelViewPage:
        """List labels."""
        answer: LabelViewPage = self.call("GET", "/api/v1/labels", query=query)
        return answer

    def create_label(self, body: NewLabel, *, idempotency_key: str | None = None) -> LabelView:
        """Create a label."""
        answer: LabelView = self.call("POST", "/api/v1/labels", idempotency_key=idempotency_key, body=body)
        return answer

    def delete_label(self, label_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a label into the bin."""
        self.call("DELETE", f"/api/v1/labels/{in_path(label_id)}", if_match=if_match)

    def read_label(self, label_id: str) -> LabelView:
        """Read a label."""
        answer: LabelView = self.call("GET", f"/api/v1/labels/{in_path(label_id)}")
        return answer

    def update_label(self, label_id: str, body: LabelChange, *, if_match: IfMatch) -> LabelView:
        """Change a label."""
        answer: LabelView = self.call(
            "PATCH", f"/api/v1/labels/{in_path(label_id)}", if_match=if_match, body=body
        )
        return answer

    def restore_label(self, label_id: str, *, idempotency_key: str | None = None) -> LabelView:
        """Take a label out of the bin."""
        answer: LabelView = self.call(
            "POST", f"/api/v1/labels/{in_path(label_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def list_people(self) -> PersonList:
        """List people."""
        answer: PersonList = self.call("GET", "/api/v1/people")
        return answer

    def read_person(self, account_id: str) -> PeoplePersonView:
        """Read an account."""
        answer: PeoplePersonView = self.call("GET", f"/api/v1/people/{in_path(account_id)}")
        return answer

    def update_person(self, account_id: str, body: PersonChange, *, if_match: IfMatch) -> PeoplePersonView:
        """Change somebody's name or role, or switch their account off or on."""
        answer: PeoplePersonView = self.call(
            "PATCH", f"/api/v1/people/{in_path(account_id)}", if_match=if_match, body=body
        )
        return answer

    def make_reset_link(self, account_id: str) -> LinkView:
        """Make a link with which somebody chooses a new password."""
        answer: LinkView = self.call("PUT", f"/api/v1/people/{in_path(account_id)}/reset-link")
        return answer

    def end_sessions(self, account_id: str) -> None:
        """Sign somebody out everywhere."""
        self.call("DELETE", f"/api/v1/people/{in_path(account_id)}/sessions")

    def read_own_plan(self) -> OwnPlanView:
        """Read the plan, and how much of it is used."""
        answer: OwnPlanView = self.call("GET", "/api/v1/plan")
        return answer

    def list_plans(self) -> PlansView:
        """List what the plans of the installation have."""
        answer: PlansView = self.call("GET", "/api/v1/plans")
        return answer

    def read_plan(self, plan: str) -> PlanView:
        """Read what a plan has."""
        answer: PlanView = self.call("GET", f"/api/v1/plans/{in_path(plan)}")
        return answer

    def update_plan(self, plan: str, body: PlanChange, *, if_match: IfMatch) -> PlanView:
        """Change what a plan has."""
        answer: PlanView = self.call("PATCH", f"/api/v1/plans/{in_path(plan)}", if_match=if_match, body=body)
        return answer

    def read_retention(self) -> RetentionView:
        """Read how long closed conversations are kept."""
        answer: RetentionView = self.call("GET", "/api/v1/retention")
        return answer

    def update_retention(self, body: RetentionChange, *, if_match: IfMatch) -> RetentionView:
        """Change how long closed conversations are kept."""
        answer: RetentionView = self.call("PATCH", "/api/v1/retention", if_match=if_match, body=body)
        return answer

    def preview_retention(self, **query: Unpack[PreviewRetentionQuery]) -> RetentionPreview:
        """Count the closed conversations that a limit would delete now."""
        answer: RetentionPreview = self.call("GET", "/api/v1/retention/preview", query=query)
        return answer

    def list_replies(self, **query: Unpack[ListRepliesQuery]) -> ReplyViewPage:
        """List saved replies."""
        answer: ReplyViewPage = self.call("GET", "/api/v1/saved-replies", query=query)
        return answer

    def create_reply(self, body: NewReply, *, idempotency_key: str | None = None) -> ReplyView:
        """Create a saved reply."""
        answer: ReplyView = self.call(
            "POST", "/api/v1/saved-replies", idempotency_key=idempotency_key, body=body
        )
        return answer

    def delete_reply(self, reply_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a saved reply into the bin."""
        self.call("DELETE", f"/api/v1/saved-replies/{in_path(reply_id)}", if_match=if_match)

    def read_reply(self, reply_id: str) -> ReplyView:
        """Read a saved reply."""
        answer: ReplyView = self.call("GET", f"/api/v1/saved-replies/{in_path(reply_id)}")
        return answer

    def update_reply(self, reply_id: str, body: ReplyChange, *, if_match: IfMatch) -> ReplyView:
        """Change a saved reply."""
        answer: ReplyView = self.call(
            "PATCH", f"/api/v1/saved-replies/{in_path(reply_id)}", if_match=if_match, body=body
        )
        return answer

    def render_reply(self, reply_id: str, body: RenderFor, *, idempotency_key: str | None = None) -> Rendered:
        """Read a saved reply as it is for one conversation."""
        answer: Rendered = self.call(
            "POST",
            f"/api/v1/saved-replies/{in_path(reply_id)}/render",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def restore_reply(self, reply_id: str, *, idempotency_key: str | None = None) -> ReplyView:
        """Take a saved reply out of the bin."""
        answer: ReplyView = self.call(
            "POST", f"/api/v1/saved-replies/{in_path(reply_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def search(self, **query: Unpack[SearchQuery]) -> HitViewPage:
        """Search messages, notes or contacts."""
        answer: HitViewPage = self.call("GET", "/api/v1/search", query=query)
        return answer

    def delete_mail(self, *, if_match: IfMatch | None = None) -> None:
        """Send no mail any more."""
        self.call("DELETE", "/api/v1/settings/mail", if_match=if_match)

    def read_mail(self) -> MailView:
        """Read how mail is sent."""
        answer: MailView = self.call("GET", "/api/v1/settings/mail")
        return answer

    def update_mail(self, body: MailChange, *, if_match: IfMatch) -> MailView:
        """Set how mail is sent."""
        answer: MailView = self.call("PATCH", "/api/v1/settings/mail", if_match=if_match, body=body)
        return answer

    def try_mail(self, body: MailTest, *, idempotency_key: str | None = None) -> MailTriedView:
        """Send a test mail now."""
        answer: MailTriedView = self.call(
            "POST", "/api/v1/settings/mail/test", idempotency_key=idempotency_key, body=body
        )
        return answer

    def list_tasks(self, **query: Unpack[ListTasksQuery]) -> TaskViewPage:
        """List tasks."""
        answer: TaskViewPage = self.call("GET", "/api/v1/tasks", query=query)
        return answer

    def create_task(self, body: NewTask, *, idempotency_key: str | None = None) -> TaskView:
        """Create a task."""
        answer: TaskView = self.call("POST", "/api/v1/tasks", idempotency_key=idempotency_key, body=body)
        return answer

    def delete_task(self, task_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a task under which nobody has written into the bin."""
        self.call("DELETE", f"/api/v1/tasks/{in_path(task_id)}", if_match=if_match)

    def read_task(self, task_id: str) -> TaskView:
        """Read a task."""
        answer: TaskView = self.call("GET", f"/api/v1/tasks/{in_path(task_id)}")
        return answer

    def update_task(self, task_id: str, body: TaskChange, *, if_match: IfMatch) -> TaskView:
        """Change a task."""
        answer: TaskView = self.call(
            "PATCH", f"/api/v1/tasks/{in_path(task_id)}", if_match=if_match, body=body
        )
        return answer

    def restore_task(self, task_id: str, *, idempotency_key: str | None = None) -> TaskView:
        """Take a task out of the bin."""
        answer: TaskView = self.call(
            "POST", f"/api/v1/tasks/{in_path(task_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def list_teams(self, **query: Unpack[ListTeamsQuery]) -> TeamViewPage:
        """List teams."""
        answer: TeamViewPage = self.call("GET", "/api/v1/teams", query=query)
        return answer

    def create_team(self, body: NewTeam, *, idempotency_key: str | None = None) -> TeamView:
        """Create a team."""
        answer: TeamView = self.call("POST", "/api/v1/teams", idempotency_key=idempotency_key, body=body)
        return answer

    def delete_team(self, team_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a team into the bin."""
        self.call("DELETE", f"/api/v1/teams/{in_path(team_id)}", if_match=if_match)

    def read_team(self, team_id: str) -> TeamView:
        """Read a team."""
        answer: TeamView = self.call("GET", f"/api/v1/teams/{in_path(team_id)}")
        return answer

    def update_team(self, team_id: str, body: TeamChange, *, if_match: IfMatch) -> TeamView:
        """Change a team."""
        answer: TeamView = self.call(
            "PATCH", f"/api/v1/teams/{in_path(team_id)}", if_match=if_match, body=body
        )
        return answer

    def restore_team(self, team_id: str, *, idempotency_key: str | None = None) -> TeamView:
        """Take a team out of the bin."""
        answer: TeamView = self.call(
            "POST", f"/api/v1/teams/{in_path(team_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def list_webhooks(self, **query: Unpack[ListWebhooksQuery]) -> WebhookViewPage:
        """List webhooks."""
        answer: WebhookViewPage = self.call("GET", "/api/v1/webhooks", query=query)
        return answer

    def create_webhook(self, body: NewWebhook, *, idempotency_key: str | None = None) -> WebhookMade:
        """Create a webhook."""
        answer: WebhookMade = self.call(
            "POST", "/api/v1/webhooks", idempotency_key=idempotency_key, body=body
        )
        return answer

    def read_outgoing_addresses(self) -> OutgoingAddresses:
        """Read where requests to webhooks come from."""
        answer: OutgoingAddresses = self.call("GET", "/api/v1/webhooks/outgoing-addresses")
        return answer

    def delete_webhook(self, webhook_id: str, *, if_match: IfMatch | None = None) -> None:
        """Put a webhook into the bin."""
        self.call("DELETE", f"/api/v1/webhooks/{in_path(webhook_id)}", if_match=if_match)

    def read_webhook(self, webhook_id: str) -> WebhookView:
        """Read a webhook."""
        answer: WebhookView = self.call("GET", f"/api/v1/webhooks/{in_path(webhook_id)}")
        return answer

    def update_webhook(self, webhook_id: str, body: WebhookChange, *, if_match: IfMatch) -> WebhookView:
        """Change a webhook."""
        answer: WebhookView = self.call(
            "PATCH", f"/api/v1/webhooks/{in_path(webhook_id)}", if_match=if_match, body=body
        )
        return answer

    def list_webhook_deliveries(
        self, webhook_id: str, **query: Unpack[ListWebhookDeliveriesQuery]
    ) -> DeliveryRowPage:
        """List what was sent to a webhook, the newest first."""
        answer: DeliveryRowPage = self.call(
            "GET", f"/api/v1/webhooks/{in_path(webhook_id)}/deliveries", query=query
        )
        return answer

    def read_webhook_delivery(self, webhook_id: str, delivery_id: str) -> DeliveryWhole:
        """Read a delivery with its attempts."""
        answer: DeliveryWhole = self.call(
            "GET", f"/api/v1/webhooks/{in_path(webhook_id)}/deliveries/{in_path(delivery_id)}"
        )
        return answer

    def replay_webhook_delivery(
        self, webhook_id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> DeliveryWhole:
        """Send a delivery once more; one that waits for its next try has it now."""
        answer: DeliveryWhole = self.call(
            "POST",
            f"/api/v1/webhooks/{in_path(webhook_id)}/deliveries/{in_path(delivery_id)}/replay",
            idempotency_key=idempotency_key,
        )
        return answer

    def replay_webhook(
        self, webhook_id: str, body: ReplayWanted, *, idempotency_key: str | None = None
    ) -> Replayed:
        """Send what failed, and what waits for its next try, of the events since a moment at most 30 days ago."""
        answer: Replayed = self.call(
            "POST",
            f"/api/v1/webhooks/{in_path(webhook_id)}/replay",
            idempotency_key=idempotency_key,
            body=body,
        )
        return answer

    def restore_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> WebhookView:
        """Take a webhook out of the bin."""
        answer: WebhookView = self.call(
            "POST", f"/api/v1/webhooks/{in_path(webhook_id)}/restore", idempotency_key=idempotency_key
        )
        return answer

    def rotate_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> Rotated:
        """Replace the secret of a webhook; for 24 hours both sign."""
        answer: Rotated = self.call(
            "POST", f"/api/v1/webhooks/{in_path(webhook_id)}/rotate", idempotency_key=idempotency_key
        )
        return answer

    def try_webhook(
        self, webhook_id: str, body: TestWanted, *, idempotency_key: str | None = None
    ) -> WebhookTestView:
        """Send a test to a webhook."""
        answer: WebhookTestView = self.call(
            "POST", f"/api/v1/webhooks/{in_path(webhook_id)}/test", idempotency_key=idempotency_key, body=body
        )
        return answer

    def read_workspace(self) -> WorkspaceView:
        """Read the workspace's own settings."""
        answer: WorkspaceView = self.call("GET", "/api/v1/workspace")
        return answer

    def update_workspace(self, body: WorkspaceChange, *, if_match: IfMatch) -> WorkspaceView:
        """Change the workspace's own settings."""
        answer: WorkspaceView = self.call("PATCH", "/api/v1/workspace", if_match=if_match, body=body)
        return answer

    def make_push_key(self, *, idempotency_key: str | None = None) -> PushKeyMade:
        """Make a new key that signs notices; every browser has to be turned on again."""
        answer: PushKeyMade = self.call("POST", "/api/v1/workspace/push-key", idempotency_key=idempotency_key)
        return answer

    def list_workspaces(self, **query: Unpack[ListWorkspacesQuery]) -> WorkspaceWithPlanPage:
        """List the workspaces with their plans."""
        answer: WorkspaceWithPlanPage = self.call("GET", "/api/v1/workspaces", query=query)
        return answer

    def read_workspace_plan(self, workspace_id: str) -> WorkspaceWithPlan:
        """Read which plan a workspace has."""
        answer: WorkspaceWithPlan = self.call("GET", f"/api/v1/workspaces/{in_path(workspace_id)}")
        return answer

    def give_plan(self, workspace_id: str, body: PlanGiven, *, if_match: IfMatch) -> WorkspaceWithPlan:
        """Give a workspace its plan."""
        answer: WorkspaceWithPlan = self.call(
            "PATCH", f"/api/v1/workspaces/{in_path(workspace_id)}", if_match=if_match, body=body
        )
        return answer

    def iterate_activity(self, **query: Unpack[ListActivityQuery]) -> Iterator[ActivityView]:
        """Every entry of `list_activity`, page after page."""
        entries: Iterator[ActivityView] = self.pages("/api/v1/activity", query)
        return entries

    def iterate_alerts(self, **query: Unpack[ListAlertsQuery]) -> Iterator[AlertView]:
        """Every entry of `list_alerts`, page after page."""
        entries: Iterator[AlertView] = self.pages("/api/v1/alerts", query)
        return entries

    def iterate_articles(self, **query: Unpack[ListArticlesQuery]) -> Iterator[ArticleRow]:
        """Every entry of `list_articles`, page after page."""
        entries: Iterator[ArticleRow] = self.pages("/api/v1/articles", query)
        return entries

    def iterate_assistants(self, **query: Unpack[ListAssistantsQuery]) -> Iterator[AssistantView]:
        """Every entry of `list_assistants`, page after page."""
        entries: Iterator[AssistantView] = self.pages("/api/v1/assistants", query)
        return entries

    def iterate_versions(
        self, assistant_id: str, **query: Unpack[ListVersionsQuery]
    ) -> Iterator[VersionView]:
        """Every entry of `list_versions`, page after page."""
        entries: Iterator[VersionView] = self.pages(
            f"/api/v1/assistants/{in_path(assistant_id)}/versions", query
        )
        return entries

    def iterate_channels(self, **query: Unpack[ListChannelsQuery]) -> Iterator[ChannelView]:
        """Every entry of `list_channels`, page after page."""
        entries: Iterator[ChannelView] = self.pages("/api/v1/channels", query)
        return entries

    def iterate_contacts(self, **query: Unpack[ListContactsQuery]) -> Iterator[ContactView]:
        """Every entry of `list_contacts`, page after page."""
        entries: Iterator[ContactView] = self.pages("/api/v1/contacts", query)
        return entries

    def iterate_conversations(self, **query: Unpack[ListConversationsQuery]) -> Iterator[ConversationView]:
        """Every entry of `list_conversations`, page after page."""
        entries: Iterator[ConversationView] = self.pages("/api/v1/conversations", query)
        return entries

    def iterate_messages(
        self, conversation_id: str, **query: Unpack[ListMessagesQuery]
    ) -> Iterator[MessageView]:
        """Every entry of `list_messages`, page after page."""
        entries: Iterator[MessageView] = self.pages(
            f"/api/v1/conversations/{in_path(conversation_id)}/messages", query
        )
        return entries

    def iterate_traces(self, conversation_id: str, **query: Unpack[ListTracesQuery]) -> Iterator[TraceView]:
        """Every entry of `list_traces`, page after page."""
        entries: Iterator[TraceView] = self.pages(
            f"/api/v1/conversations/{in_path(conversation_id)}/traces", query
        )
        return entries

    def iterate_integrations(self, **query: Unpack[ListIntegrationsQuery]) -> Iterator[IntegrationView]:
        """Every entry of `list_integrations`, page after page."""
        entries: Iterator[IntegrationView] = self.pages("/api/v1/integrations", query)
        return entries

    def iterate_deliveries(
        self, integration_id: str, **query: Unpack[ListDeliveriesQuery]
    ) -> Iterator[IntegrationDeliveryView]:
        """Every entry of `list_deliveries`, page after page."""
        entries: Iterator[IntegrationDeliveryView] = self.pages(
            f"/api/v1/integrations/{in_path(integration_id)}/deliveries", query
        )
        return entries

    def iterate_keys(self, **query: Unpack[ListKeysQuery]) -> Iterator[KeyView]:
        """Every entry of `list_keys`, page after page."""
        entries: Iterator[KeyView] = self.pages("/api/v1/keys", query)
        return entries

    def iterate_entries(self, **query: Unpack[ListEntriesQuery]) -> Iterator[ArticleRow]:
        """Every entry of `list_entries`, page after page."""
        entries: Iterator[ArticleRow] = self.pages("/api/v1/knowledge-base", query)
        return entries

    def iterate_labels(self, **query: Unpack[ListLabelsQuery]) -> Iterator[LabelView]:
        """Every entry of `list_labels`, page after page."""
        entries: Iterator[LabelView] = self.pages("/api/v1/labels", query)
        return entries

    def iterate_replies(self, **query: Unpack[ListRepliesQuery]) -> Iterator[ReplyView]:
        """Every entry of `list_replies`, page after page."""
        entries: Iterator[ReplyView] = self.pages("/api/v1/saved-replies", query)
        return entries

    def iterate_search(self, **query: Unpack[SearchQuery]) -> Iterator[HitView]:
        """Every entry of `search`, page after page."""
        entries: Iterator[HitView] = self.pages("/api/v1/search", query)
        return entries

    def iterate_tasks(self, **query: Unpack[ListTasksQuery]) -> Iterator[TaskView]:
        """Every entry of `list_tasks`, page after page."""
        entries: Iterator[TaskView] = self.pages("/api/v1/tasks", query)
        return entries

    def iterate_teams(self, **query: Unpack[ListTeamsQuery]) -> Iterator[TeamView]:
        """Every entry of `list_teams`, page after page."""
        entries: Iterator[TeamView] = self.pages("/api/v1/teams", query)
        return entries

    def iterate_webhooks(self, **query: Unpack[ListWebhooksQuery]) -> Iterator[WebhookView]:
        """Every entry of `list_webhooks`, page after page."""
        entries: Iterator[WebhookView] = self.pages("/api/v1/webhooks", query)
        return entries

    def iterate_webhook_deliveries(
        self, webhook_id: str, **query: Unpack[ListWebhookDeliveriesQuery]
    ) -> Iterator[DeliveryRow]:
        """Every entry of `list_webhook_deliveries`, page after page."""
        entries: Iterator[DeliveryRow] = self.pages(
            f"/api/v1/webhooks/{in_path(webhook_id)}/deliveries", query
        )
        return entries

    def iterate_workspaces(self, **query: Unpack[ListWorkspacesQuery]) -> Iterator[WorkspaceWithPlan]:
        """Every entry of `list_workspaces`, page after page."""
        entries: Iterator[WorkspaceWithPlan] = self.pages("/api/v1/workspaces", query)
        return entries
