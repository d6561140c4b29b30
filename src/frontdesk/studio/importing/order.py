"""The order of a flow's messages: an export links them as a list, here they stand below each other.

Links that run in a circle, lead to two places or are given twice are no list: the import is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.findings import ImportRefused, Report

STARTERS = frozenset({"DIALOG_STARTER", "USER_SAYS"})
MAX_MESSAGES = 4_000


@dataclass(slots=True)
class Group:
    """One flow of the export with its messages in order; `starter` is not among them."""

    part: Part
    id: str
    kind: str
    name: str
    starter: Part | None = None
    messages: list[Part] = field(default_factory=list)


def order_groups(export: Part, report: Report) -> tuple[list[Group], dict[str, str]]:
    """The flows with their messages in order, and for each message the one linked below it."""
    groups: dict[str, Group] = {}
    for part in export.parts("groups"):
        ident = part.text("id")
        if not ident or ident in groups:
            raise ImportRefused(f"{part.place}: two flows have the id '{ident[:60]}', or one has none.")
        groups[ident] = Group(part, ident, part.text("dialogType", "DIALOG").upper(), part.text("name"))
    messages = export.parts("conversationMessage")
    if len(messages) > MAX_MESSAGES:
        raise ImportRefused(f"The export has more than {MAX_MESSAGES:,} messages.")
    known: dict[str, Part] = {}
    inside: dict[str, list[Part]] = {ident: [] for ident in groups}
    for message in messages:
        ident, owner = message.text("id"), message.text("group")
        if not ident or ident in known:
            raise ImportRefused(f"{message.place}: two messages have the id '{ident[:60]}', or one has none.")
        if owner not in groups:
            raise ImportRefused(f"{message.place}: its flow '{owner[:60]}' is not in the export.")
        known[ident] = message
        inside[owner].append(message)
    after = _links(known, report)
    for ident, group in groups.items():
        _fill(group, inside[ident], after)
    # Ids are new in every export: names give an order that stays.
    return sorted(groups.values(), key=lambda group: (group.name, group.id)), after


def _links(known: dict[str, Part], report: Report) -> dict[str, str]:
    after: dict[str, str] = {}
    for ident, message in known.items():
        linked = message.text("nextMessageId")
        if linked and linked not in known:
            report.add(
                message.text("name") or ident,
                f"What follows it ('{linked[:60]}') is not in the export; the flow ends there.",
                "Write next: and where to go on.",
            )
        elif linked:
            after[ident] = linked
    reached = set(after.values())
    for ident, message in known.items():
        # The link upwards counts where its other end is missing.
        above = known.get(message.text("prevMessageId"))
        if above is None or ident in reached or above.text("nextMessageId"):
            continue
        if above.text("id") not in after and above.text("group") == message.text("group"):
            after[above.text("id")] = ident
            reached.add(ident)
    return after


def _fill(group: Group, messages: Sequence[Part], after: dict[str, str]) -> None:
    here = {message.text("id"): message for message in messages}
    starters = [message for message in messages if message.text("interactionType").upper() in STARTERS]
    if len(starters) > 1:
        raise ImportRefused(
            f"The flow '{group.name[:60]}' has {len(starters)} dialog starters; it can have one."
        )
    reached = {after[ident] for ident in here if ident in after}
    loose = [each for each in messages if each.text("id") not in reached and each not in starters]
    roots = [*starters, *sorted(loose, key=lambda each: (each.text("name"), each.text("id")))]
    placed: dict[str, None] = {}
    for root in roots:
        walk: set[str] = set()
        ident = root.text("id")
        while ident in here and ident not in placed:
            placed[ident] = None
            walk.add(ident)
            ident = after.get(ident, "")
        if ident in walk:
            raise _circle(group)
    if len(placed) < len(here):
        raise _circle(group)
    group.starter = starters[0] if starters else None
    group.messages = [here[ident] for ident in placed if here[ident] is not group.starter]


def _circle(group: Group) -> ImportRefused:
    return ImportRefused(f"The messages of the flow '{group.name[:60]}' are linked in a circle.")
