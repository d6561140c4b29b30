"""The built-in sentences: every key there is, in English. Translations are handed in by the caller."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "not_understood": "Sorry, I did not understand that.",
    "file_unread": "I cannot look into files. Tell me in words what it is about, or ask for a person.",
    "choose_one": "Please choose one of these: {choices}.",
    "error": "Sorry, something went wrong. Please try again later.",
    "loop_error": "Sorry, I got stuck. Please tell me again what you need.",
    "reset_done": "The conversation starts over.",
    "cancelled": "All right, we leave it at that.",
    "corrected": "Thank you, I have changed that.",
    "nothing_before": "There is nothing before this question.",
    "which_one": "Did you mean one of these?",
    "none_of_these": "None of these",
    "tell_me_more": "Please tell me in other words what you need.",
    "yes": "Yes",
    "no": "No",
    "confirm_action": "Please confirm: {action}. Shall I do it?",
    "no_answer": "Sorry, I have found nothing about that.",
    "source": "Source: {title}",
    "unavailable": "Sorry, I cannot answer that just now.",
    "whoami": "You are {contact} in conversation {conversation}.",
}
"""Key -> sentence; `{...}` stands for a value."""


def with_english(phrases: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """`phrases` by language, English completed from the built-in sentences."""
    return {**phrases, "en": {**ENGLISH, **phrases.get("en", {})}}
