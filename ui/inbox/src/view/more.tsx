// The rest of what can be done: unread, priority, merge, transcript, share link; on a phone also what has no room in the head.
import type { JSX } from "preact";
import type { Row } from "../api/types";
import * as moves from "../state/moves";
import { t } from "../text/t";
import { useApp } from "./context";
import { MergeDialog, ShareDialog, TranscriptDialog } from "./more_dialogs";
import { WhyDialog } from "./why";
import { Menu, type Choice } from "./menu";

export function MoreMenu({ row }: { row: Row }): JSX.Element {
  const app = useApp();
  const write = app.boot.can_write;
  const open = row.owner !== "closed";
  const sheet = (name: string) => (): void => app.sheet(name);
  const head: Choice[] = [
    { id: "assign", label: t("assign"), icon: "user-check", keys: "A", run: sheet("assign") },
    { id: "snooze", label: t("snooze"), icon: "alarm-snooze", keys: "Z", run: sheet("snooze") },
    { id: "labels", label: t("labels"), icon: "tag", keys: "L", run: sheet("labels") },
    { id: "hand-back", label: t("hand_back_to_bot"), icon: "robot", keys: "B", run: sheet("hand-back") },
  ];
  if (row.owner === "bot") head.pop();
  const change: Choice[] = [
    { id: "unread", label: t("mark_unread"), icon: "mail", keys: "U", run: () => void moves.markUnread(app, row.id) },
    { id: "priority", label: t("priority"), icon: "flag-3", keys: "P", run: sheet("priority") },
    { id: "merge", label: t("merge"), icon: "arrows-exchange", keys: "M", run: sheet("merge") },
  ];
  const share: Choice[] = [
    { id: "transcript", label: t("transcript"), icon: "download", run: sheet("transcript") },
    ...(write ? [{ id: "share", label: t("share"), icon: "copy" as const, run: sheet("share") }] : []),
  ];
  return (
    <>
      <Menu name="more" label={t("more")} end groups={[{ choices: write && open ? head : [] }, { choices: write ? change : [] }, { choices: share }]} />
      <MergeDialog row={row} />
      <TranscriptDialog row={row} />
      <ShareDialog row={row} />
      <WhyDialog row={row} />
    </>
  );
}
