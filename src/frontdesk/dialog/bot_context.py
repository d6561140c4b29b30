"""The functions of `botContext` by name, for whoever reads scripts without running them: `sandbox` has their meaning."""

_KEPT = tuple(
    f"{what}ContextDataFor{whom}"
    for what in ("set", "get", "delete", "deleteAll")
    for whom in ("User", "Conversation")
)
AVAILABLE = frozenset(
    [
        "getBotVariable",
        "setBotVariable",
        "getCurrentUserMessage",
        "getQuickReplyPayload",
        "getButtonPayload",
        "getNamedEntities",
        "sendMessage",
        "sendMessages",
        "sendImmediateReply",
        "sendMessageWithQuickReplies",
        "addQuickReplies",
        "addQuickReples",
        "sendPrivateMessage",
        "setTriggerNextMessage",
        "setMessageDelay",
        "setAllowMaxTextResponse",
        "evaluateOptions",
        "getChannel",
        "getUserChannel",
        "getDialogStarterIntent",
        "getDisambiguatedIntentName",
        "getDisambiguatedIntentId",
        "getEnvVariable",
        "getConversationId",
        "getChatBotId",
        "getLPAccountId",
        "getUserPlatformId",
        "isApiExecutionSuccessful",
        "getApiStatusCode",
        "getHoursType",
        "getMetadata",
        "getLPEngagementAttribute",
        "getLPUserPersonalInfo",
        "getLPCustomerInfo",
        "logCustomEvent",
        "logEscalationEvent",
        "printDebugMessage",
        "registerContextNamespace",
    ]
) | frozenset(_KEPT)
REFUSED = frozenset(
    [
        "askMaven",
        "getNlpResponse",
        "getSentiment",
        "getWebViewVariable",
        "getWebViewVariables",
        "getFileType",
        "getFileCaption",
        "setBotTransferIntentId",
        "setBotTransferIntentByDomain",
        "setBotTransferIntentbyDomain",
        "setBotTransferUserMessage",
        "setGlobalContextData",
        "getGlobalContextData",
        "deleteGlobalContextData",
    ]
)
"""Those of the Conversation Builder that end a script here."""
