// One slim line while nothing comes any more, and how many messages came when it does again.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { many, t } from "../text/t";
import { Icon } from "./bits";
import { useApp, useDesk } from "./context";

const SHOWN_MS = 8_000;

export function LineState(): JSX.Element {
  const app = useApp();
  const line = useDesk((desk) => desk.line);
  const caught = useDesk((desk) => desk.caught);
  useEffect(() => {
    if (!caught) return undefined;
    const timer = setTimeout(() => app.desk.set({ caught: 0 }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [caught]);
  return (
    <div role="status">
      {line === "out" ? (
        <div class="fd-line-down">
          <Icon name="lock" size="s" />
          <span>{t("signed_out")}</span>
          <a class="fd-sp" href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}>
            {t("sign_in")}
          </a>
        </div>
      ) : line === "down" ? (
        <div class="fd-line-down">
          <Icon name="wifi-off" size="s" />
          <span>{t("line_down")}</span>
          <button type="button" class="fd-sp" onClick={() => (app.feed?.hurry(), app.wake())}>
            {t("try_now")}
          </button>
        </div>
      ) : caught ? (
        <div class="fd-line-down fd-back">
          <Icon name="check" size="s" />
          <span>{many("line_back", caught)}</span>
        </div>
      ) : null}
    </div>
  );
}
