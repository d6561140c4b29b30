// Whether this person takes conversations, and what tells them of new ones. Notices and sound are off until asked for.
import type { JSX } from "preact";
import type { MySettings, PresenceState } from "../api/types";
import { mayNotify } from "../notify";
import { be, stateOf, wish } from "../state/me";
import { t } from "../text/t";
import { useApp, useDesk } from "./context";
import { Menu, type Choice } from "./menu";
import { Icon } from "./bits";

const STATES: readonly PresenceState[] = ["online", "away", "offline"];
const DOTS: Record<PresenceState, string> = { online: "fd-ok", away: "fd-queue", offline: "" };

export function Presence(): JSX.Element {
  const app = useApp();
  const me = useDesk((desk) => desk.me);
  const load = useDesk((desk) => desk.counts?.mine ?? null);
  const state = stateOf(me);
  const capacity = me.presence?.capacity;
  const set = (part: MySettings): void => void wish(app, part);
  const toggle = (id: keyof MySettings, on: boolean): Choice => ({
    id,
    label: t(`setting_${id}`),
    checked: on,
    run: () => {
      if (id !== "notify" || on) set({ [id]: !on });
      else void mayNotify().then((may) => (may ? set({ notify: true }) : app.toast(t("notices_blocked"))));
    },
  });
  const dot = (one: PresenceState): JSX.Element => <span class={`fd-dot ${DOTS[one]}`} />;
  return (
    <div class="fd-presence">
      <button type="button" class="fd-v" data-opens aria-haspopup="listbox" onClick={() => app.sheet("presence")}>
        {me.presence ? dot(state) : <Icon name="user-circle" />}
        <span class="fd-cut" dir="auto">
          {me.presence ? t(`presence_${state}`) : me.name}
        </span>
        {load !== null ? <span class="fd-n">{capacity ? t("load_of", { load, capacity }) : load}</span> : null}
        <Icon name="chevron-down" size="xs" />
      </button>
      <Menu
        name="presence"
        label={t("presence")}
        up
        groups={[
          { title: t("presence"), choices: (me.presence ? STATES : []).map((one) => ({ id: one, label: t(`presence_${one}`), mark: dot(one), checked: one === state, run: () => {
            app.sheet(null);
            void be(app, one);
          } })) },
          {
            title: t("settings"),
            choices: [
              toggle("notify", me.settings?.notify ?? false),
              toggle("sound", me.settings?.sound ?? false),
              toggle("enter_sends", me.settings?.enter_sends ?? true),
            ],
          },
        ]}
      />
    </div>
  );
}
