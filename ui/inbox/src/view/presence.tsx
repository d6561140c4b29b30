// Whether this person takes conversations, and what tells them of new ones. Notices and sound are off until asked for.
import type { JSX } from "preact";
import { bePresent, changeSettings } from "../api/desk";
import type { MySettings, PresenceState } from "../api/types";
import { mayNotify } from "../notify";
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
  const state = me.presence?.chosen ?? me.presence?.state ?? "offline";
  const capacity = me.presence?.capacity;
  const kept = (saved: Promise<Partial<typeof me>>): void => {
    saved.then(
      (part) => app.desk.set((desk) => ({ me: { ...desk.me, ...part } })),
      (error) => {
        app.desk.set({ me });
        app.trouble(error);
      },
    );
  };
  const be = (wanted: PresenceState): void => {
    app.sheet(null);
    app.desk.set({ me: { ...me, presence: { ...me.presence, state: wanted, chosen: wanted } } });
    kept(bePresent(wanted).then((presence) => ({ presence: presence ?? null })));
  };
  const set = (part: MySettings): void => {
    const settings = { ...me.settings, ...part };
    app.desk.set({ me: { ...me, settings } });
    kept(changeSettings(part));
  };
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
          { title: t("presence"), choices: (me.presence ? STATES : []).map((one) => ({ id: one, label: t(`presence_${one}`), mark: dot(one), checked: one === state, run: () => be(one) })) },
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
