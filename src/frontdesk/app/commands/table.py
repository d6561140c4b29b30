"""Every command: its words, the function that does it as module:name in this folder, and its help.

A module is loaded when one of its commands is called; lists of commands are made of what stands here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Command:
    place: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    help: str
    commands: "Mapping[str, Command | Group]"


COMMANDS = Group(
    "Self-hosted AI customer-service assistant.",
    {
        "up": Command("start:up", "Start everything: database, web and jobs, until Ctrl-C."),
        "web": Command("start:web", "Answer requests only; for several processes on one DATABASE_URL."),
        "worker": Command("start:worker", "Work off jobs only; for several processes on one DATABASE_URL."),
        "migrate": Command("data:migrate", "Bring the database to this release's tables."),
        "upgrade": Command(
            "data:upgrade", "Move the embedded database to this release's PostgreSQL, when `up` asks for it."
        ),
        "doctor": Command(
            "doctor:doctor",
            "Check everything that a message needs to get its answer; exit code 1 when something is wrong.",
        ),
        "talk": Command("talk:talk", "Chat with an assistant here in the terminal; `reset` starts over."),
        "backup": Command("data:backup", "Write the whole database to one file, while the program runs."),
        "restore": Command(
            "restore:restore",
            "Put a backup in the place of the present database, while the program runs; asks first.",
        ),
        "demo": Command("demo:demo", "Addresses, ids and tokens of the demo that runs here."),
        "setup-link": Command(
            "key:setup_link",
            "A fresh link for setting up one's own workspace; the ones before it stop working.",
        ),
        "version": Command("version:version", "This program's version."),
        "bot": Group(
            "Assistants from files.",
            {
                "import": Command(
                    "bot_import:import_bot",
                    "Make a bot's folder of a Conversation Builder export, and a report of what is not as it was.\n\nExit code 0: the folder is there, with the report in it. 2: it is not, and one line says why.",
                ),
                "test": Command(
                    "bot_tests:hold_tests",
                    "Hold the conversations of a bot's tests/ without a database or network; exit code 1 when one fails.",
                ),
                "versions": Command(
                    "bot_versions:list_versions",
                    "The versions of a bot, the newest first: when and by whom they were published, and which one answers.",
                ),
                "diff": Command(
                    "bot_versions:diff",
                    "What differs between two versions, or a version and a folder; exit code 1 when something does, like diff.",
                ),
                "export": Command(
                    "bot_versions:export",
                    "Write a version's files into a folder, byte for byte as they were published.",
                ),
                "rollback": Command(
                    "bot_versions:rollback",
                    "Publish a former version again, as a new one; conversations under way stay on theirs.",
                ),
                "check": Command(
                    "bot_check:check_folder",
                    "Say what is wrong with a bot's files, without publishing them; exit code 1 when there are errors.",
                ),
                "publish": Command(
                    "bot_publish:publish",
                    "Make the files of a folder the version that answers; exit code 1 when they have errors.",
                ),
            },
        ),
        "ai": Group(
            "Services of language models that write answers.",
            {
                "add": Command(
                    "ai:add",
                    "Add a service, the last in the order. Its key is asked for, or read from the standard input.",
                ),
                "kinds": Command("ai:kinds", "The kinds of services that there are."),
                "list": Command(
                    "ai:list_services",
                    "The services in the order in which they are asked, with their models and limits; never their keys.",
                ),
                "test": Command(
                    "ai:try_out",
                    "Try out the address, the key and each model; exit code 1 when something fails.",
                ),
                "change": Command(
                    "ai:change", "Change a service; what is not given stays. The next question has it."
                ),
                "remove": Command("ai:remove", "Take a service and its key away."),
                "order": Command(
                    "ai:order",
                    "Say which services are asked first; the others follow as they were. When one fails, the next is asked.",
                ),
                "limits": Command(
                    "ai:limits",
                    "Show or change what all services together may use; over it, answers are taken from articles word for word.",
                ),
                "usage": Command(
                    "ai:usage",
                    "What was asked and what it cost, by service and model; prices are those set for the service.",
                ),
                "draw": Command("ai:draw", "Have a picture drawn."),
            },
        ),
        "audit": Group(
            "The audit log.",
            {
                "verify": Command(
                    "audit_log:verify",
                    "Check that no entry of the log was changed, removed or slipped in; exit code 1 when one was.",
                ),
            },
        ),
        "nlu": Group(
            "What bots understand beyond patterns.",
            {
                "status": Command(
                    "nlu:status",
                    "How far the published version's intents are learnt, and what about the examples is worth mending.",
                ),
                "test": Command(
                    "nlu_measuring:hold_against",
                    "Measure the published bot on texts with known intents: accuracy, the table of intents, what is confused.",
                ),
            },
        ),
        "kb": Group(
            "The knowledge base.",
            {
                "add": Command(
                    "kb:add",
                    "Take files in: Markdown, HTML, text, PDF, Word, CSV of questions and answers; exit code 1 when one was not.",
                ),
                "list": Command("kb:list_all", "Every article with its id, status and source."),
                "show": Command("kb:show", "An article as it is read, with its versions."),
                "write": Command(
                    "kb_writing:write",
                    "Give an article its text, out of a file of Markdown or standard input.",
                ),
                "publish": Command("kb_writing:publish", "Have customers answered with a draft."),
                "withdraw": Command(
                    "kb_writing:withdraw", "Make an article a draft again; nobody is answered with it."
                ),
                "remove": Command(
                    "kb:remove", "Take an article away; nobody is answered with it from then on."
                ),
                "search": Command(
                    "kb_asking:search",
                    "What would be found, with scores and the sentences that would be given.",
                ),
                "gaps": Command(
                    "kb_asking:list_gaps",
                    "What customers asked and found no answer to, the most frequent first.",
                ),
                "status": Command(
                    "kb_asking:status",
                    "How many articles there are and are findable, and how often customers were answered.",
                ),
                "reindex": Command(
                    "kb:reindex",
                    "Make every article findable anew, in the background; what is found now is found until then.",
                ),
            },
        ),
        "secret": Group(
            "Secrets that the actions of an assistant refer to.",
            {
                "set": Command(
                    "secret:set_secret",
                    "Give a secret its value, which is asked for, or read from the standard input when that is no terminal.",
                ),
                "list": Command(
                    "secret:list_names",
                    "The secrets that are set, and when each was last changed; never their values.",
                ),
                "remove": Command(
                    "secret:remove_secret", "Take a secret away; calls that need it fail from then on."
                ),
            },
        ),
        "contact": Group(
            "People who write to assistants.",
            {
                "erase": Command(
                    "contact:erase",
                    "Forget a customer: every conversation, message, trace, question and remembered value, for good; asks first.",
                ),
            },
        ),
        "user": Group(
            "People who sign in.",
            {
                "add": Command(
                    "user:add",
                    "Make an account. Its password is asked for, or read from the standard input when that is no terminal.",
                ),
                "reset": Command(
                    "user:reset",
                    "Print a link with which somebody chooses another password; it works once, for a day.",
                ),
                "list": Command("user:list_users", "Who has an account, and with which role."),
            },
        ),
        "key": Group(
            "Keys of the API.",
            {
                "create": Command(
                    "key:create", "Make a key for one's own workspace and print it, this once."
                ),
            },
        ),
    },
)
