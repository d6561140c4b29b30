"""A Conversation Builder JSON export -> a bot folder, with a report of what the author has to look at.

Nothing of the export is run. It is all or nothing: a whole folder that loads, or `ImportRefused`.
"""

from frontdesk.dialog.load import MAX_BYTES, MAX_FILES
from frontdesk.dialog.paths import Names
from frontdesk.dialog.yaml import MAX_FILE_BYTES
from frontdesk.studio.importing.actions import ActionWriter, Declared, declare
from frontdesk.studio.importing.bot_file import GLOBALS, write_bot
from frontdesk.studio.importing.export import Part, read_export
from frontdesk.studio.importing.findings import Finding, Imported, ImportRefused, Report
from frontdesk.studio.importing.flows import build_flows, name_flows
from frontdesk.studio.importing.names import Namer, plain_id
from frontdesk.studio.importing.order import order_groups
from frontdesk.studio.importing.scripts import keep_script
from frontdesk.studio.importing.texts import Texts
from frontdesk.studio.importing.vocabulary import gather
from frontdesk.studio.importing.work import Integration, Work
from frontdesk.studio.importing.yaml_text import Yaml, write_yaml

__all__ = ["Finding", "ImportRefused", "Imported", "import_export"]

_ABSENT = {
    "menus": "Its menus are not imported.",
    "requiredContext": "Its required context is not imported.",
    "dialogTemplates": "Its dialog templates are not imported.",
}


def import_export(data: bytes, name: str) -> Imported:
    """Turn an export into a bot folder.

    Args:
        data: The JSON file as exported.
        name: What the assistant's id is made of; the export's own name where it gives none.

    Returns:
        Files by path, and findings in the order in which they came up.

    Raises:
        ImportRefused: It is too large, not an export, or contradicts itself; the message says where.
    """
    export, every_text = read_export(data)
    report = Report()
    groups, after = order_groups(export, report)
    vocabulary = gather(export, every_text, report)
    declared = declare(export.parts("responder"), report)
    env: dict[str, Yaml] = dict.fromkeys(sorted(vocabulary.env), "")
    texts = Texts(_names(declared, vocabulary.slots, env), _renamed(declared), vocabulary, report)
    work = Work(report, vocabulary, texts, {}, _intent_names(export), after=after, lists=_lists(declared))
    work.error_message = texts.message(
        export.part("bot").part("botAttributes").text("DEFAULT_ERROR_MESSAGE"), "bot"
    )
    code = export.part("globalFunctions").text("methods")
    if code.strip():
        work.script_names.take("globals", "")
        work.scripts[GLOBALS] = code
    writer = ActionWriter(texts, report, env)
    actions = {
        each.integration.action: writer.write(each) for each in declared.values() if each.integration.action
    }
    work.integrations = {ident: _with_transform(each, work) for ident, each in declared.items()}
    name_flows(groups, work)
    flows = build_flows(groups, work)
    _tell(export, work, env)
    files = {
        "bot.yaml": write_yaml(write_bot(export, name, work, env, flows)),
        **{f"flows/{flow}.yaml": write_yaml(content) for flow, content in sorted(flows.ordinary.items())},
        **{f"actions/{action}.yaml": write_yaml(content) for action, content in sorted(actions.items())},
        **dict(sorted(work.scripts.items())),
    }
    _check_size(files)
    return Imported(files, report.findings())


def _names(declared: dict[str, Declared], slots: dict[str, str], env: dict[str, Yaml]) -> Names:
    actions = [each for each in declared.values() if each.integration.action]
    return Names(
        slots=frozenset(slots),
        env=frozenset(env),
        fields={each.integration.action: frozenset(each.fields) for each in actions},
        responses={each.variable: each.integration.action for each in actions},
    )


def _lists(declared: dict[str, Declared]) -> frozenset[str]:
    return frozenset(
        f"{each.integration.action}.{field}"
        for each in declared.values()
        for field, path in each.fields.items()
        if "[*]" in path
    )


def _renamed(declared: dict[str, Declared]) -> dict[str, str]:
    return {
        each.integration.name: each.integration.action
        for each in declared.values()
        if each.integration.action
    }


def _intent_names(export: Part) -> dict[str, str]:
    names = Namer()
    found: dict[str, str] = {}
    for part in export.parts("associatedIntents"):
        ident = part.text("id")
        if ident and ident not in found:
            found[ident] = names.take(plain_id(part.text("name")), "intent")
    return found


def _with_transform(each: Declared, work: Work) -> Integration:
    code = each.part.text("transformResultsScript")
    given = each.integration
    if not code.strip() or not given.action:
        return given
    path = keep_script(work, code, f"{given.action}_transform", given.action)
    return Integration(given.kind, given.name, given.action, path, given.hands_off)


def _tell(export: Part, work: Work, env: dict[str, Yaml]) -> None:
    """The findings on the bot as a whole, and on jumps by name out of scripts."""
    for variable in env:
        work.report.add(
            f"env {variable}",
            "The values of the environment are not in the export.",
            "Write its value in bot.yaml.",
        )
    for key, what in _ABSENT.items():
        if export.filled(key):
            work.report.add("bot", what, "Write what they did as flows and slots.")
    if work.error_message:
        work.report.add(
            "bot",
            "Its sentence for errors is said where a call fails; other failures have the built-in one.",
            "Look whether that is enough.",
        )
    steps = {spot.step for spot in work.spots.values()} | set(work.flows.values())
    for where, target in work.jumps:
        if target not in steps:
            nearest = plain_id(target)
            todo = f"Write {nearest}." if nearest in steps else "Write the name of a step or flow."
            work.report.add(where, f"It jumps to '{target[:80]}', which is no name here.", todo)
    delays = sum(
        1
        for message in export.parts("conversationMessage")
        if message.text("interactionDelay") not in {"", "0"}
    )
    if delays:
        work.report.add(
            "bot",
            f"The delays of {delays} messages are left out: messages keep their order without.",
            "Add delay: where a pause is wanted.",
        )


def _check_size(files: dict[str, str]) -> None:
    sizes = {path: len(text.encode()) for path, text in files.items()}
    if len(files) > MAX_FILES or sum(sizes.values()) > MAX_BYTES:
        raise ImportRefused("The bot would be larger than a bot can be; export it in two parts.")
    for path, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise ImportRefused(f"The file {path} would be larger than {MAX_FILE_BYTES:,} bytes.")
