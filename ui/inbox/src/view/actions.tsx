// The menus of what can be done with a conversation; each is also opened by its key.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Label, Outcome, PresenceState, Person, Row } from "../api/types";
import { withMine } from "../state/me";
import * as moves from "../state/moves";
import { chosenIn, fieldOf, snoozeTimes } from "../text/snooze";
import { t } from "../text/t";
import { until } from "../text/when";
import { Icon } from "./bits";
import { useApp, useDesk } from "./context";
import { Menu, type Choice } from "./menu";

interface Props {
  row: Row;
}

const presenceOf = (person: Person): PresenceState => person.presence?.state ?? "offline";

const DOTS: Record<PresenceState, string> = { online: "fd-ok", away: "fd-queue", offline: "" };

export function AssignMenu({ row }: Props): JSX.Element {
  const app = useApp();
  const people = useDesk((desk) => desk.people);
  const mine = useDesk((desk) => desk.me);
  const teams = useDesk((desk) => desk.teams);
  const me = app.boot.me.id;
  const ranked = withMine(people, mine).filter((one) => one.answers !== false).sort((a, b) => Number(b.id === me) - Number(a.id === me) || rank(a) - rank(b) || a.name.localeCompare(b.name));
  const person = (one: Person): Choice => ({
    id: one.id,
    label: one.id === me ? t("me_named", { name: one.name }) : one.name,
    mark: one.presence ? <span class={`fd-dot ${DOTS[presenceOf(one)]}`} title={t(`presence_${presenceOf(one)}`)} /> : <Icon name="user" />,
    hint: typeof one.load === "number" ? t("load", { load: one.load }) : one.presence ? t(`presence_${presenceOf(one)}`) : "",
    checked: row.assignee?.id === one.id,
    run: () => void (one.id === me ? moves.take(app, row.id) : moves.assign(app, row.id, { assignee: { id: one.id, name: one.name } })),
  });
  return (
    <Menu
      name="assign"
      label={t("assign")}
      find
      end
      groups={[
        { title: t("people"), choices: ranked.map(person) },
        { title: t("teams"), choices: teams.map((team) => ({ id: team.id, label: team.name, icon: "users" as const, checked: row.team === team.name, run: () => void moves.assign(app, row.id, { team: team.name }) })) },
        { choices: row.assignee ? [{ id: "nobody", label: t("nobody"), icon: "x", run: () => void moves.assign(app, row.id, { assignee: null, team: null }) }] : [] },
      ]}
    />
  );
}

const rank = (person: Person): number => ["online", "away", "offline"].indexOf(presenceOf(person));

export function HandBackMenu({ row }: Props): JSX.Element {
  const app = useApp();
  const flows = useDesk((desk) => desk.details.get(row.id)?.flows) ?? [];
  const name = row.assistant?.name ?? t("the_bot");
  return (
    <Menu
      name="hand-back"
      label={t("hand_back_to_bot")}
      end
      find={flows.length > 8}
      groups={[
        { choices: [{ id: "-", label: t("hand_back_plain", { name }), icon: "robot", run: () => void moves.handBack(app, row.id) }] },
        { title: t("begin_at_flow"), choices: flows.map((flow) => ({ id: flow.id, label: flow.name || flow.id, icon: "route" as const, run: () => void moves.handBack(app, row.id, flow) })) },
      ]}
    />
  );
}

export function LabelMenu({ row }: Props): JSX.Element {
  const app = useApp();
  const known = useDesk((desk) => desk.labels);
  const has = (label: Label): boolean => row.labels.some((one) => one.name === label.name);
  const all = [...known, ...row.labels.filter((label) => !known.some((one) => one.name === label.name))];
  return (
    <Menu
      name="labels"
      label={t("labels")}
      find
      end
      empty={t("no_labels")}
      groups={[{ choices: all.map((label) => ({ id: label.name, label: label.name, icon: "tag" as const, checked: has(label), run: () => void moves.toggleLabel(app, row.id, label) })) }]}
    />
  );
}

export function PriorityMenu({ row }: Props): JSX.Element {
  const app = useApp();
  return (
    <Menu
      name="priority"
      label={t("priority")}
      end
      groups={[{ title: t("priority"), choices: (["urgent", "high", "normal", "low"] as const).map((one, at) => ({ id: one, label: t(`priority_${one}`), icon: "flag-3" as const, keys: String(at + 1), checked: row.priority === one, run: () => void moves.setPriority(app, row.id, one) })) }]}
    />
  );
}

export function CloseMenu({ row }: Props): JSX.Element {
  const app = useApp();
  const outcomes: Outcome[] = ["solved", "not_solved", "spam"];
  return (
    <Menu
      name="close"
      label={t("close_as")}
      end
      groups={[{ title: t("close_as"), choices: outcomes.map((one, at) => ({ id: one, label: t(`outcome_${one}`), icon: one === "solved" ? ("check" as const) : ("x" as const), keys: String(at + 1), run: () => void moves.close(app, row.id, one) })) }]}
    />
  );
}

export function SnoozeMenu({ row }: Props): JSX.Element {
  const app = useApp();
  const field = useRef<HTMLInputElement>(null);
  const now = new Date();
  const asleep = row.snoozed_until !== null && Date.parse(row.snoozed_until) > now.getTime();
  const own = (): void => {
    const at = chosenIn(field.current?.value ?? "");
    if (at && at.getTime() > Date.now()) void moves.snooze(app, row.id, at);
    else field.current?.focus();
  };
  return (
    <Menu
      name="snooze"
      label={t("snooze")}
      end
      groups={[
        { choices: asleep ? [{ id: "wake", label: t("wake"), icon: "clock-hour-4", run: () => void moves.unsnooze(app, row.id) }] : [] },
        { title: t("snooze_until"), choices: snoozeTimes(now).map(([id, at], index) => ({ id, label: t(`snooze_${id}`), icon: "alarm-snooze" as const, hint: until(at.getTime(), now.getTime()), keys: String(index + 1), run: () => void moves.snooze(app, row.id, at) })) },
      ]}
    >
      <div class="fd-menu-own" data-own-keys>
        <input ref={field} class="form-control" type="datetime-local" min={fieldOf(now)} aria-label={t("snooze_own")} onKeyDown={(event) => event.key === "Enter" && own()} />
        <button type="button" class="btn" onClick={own}>
          {t("snooze")}
        </button>
      </div>
    </Menu>
  );
}
