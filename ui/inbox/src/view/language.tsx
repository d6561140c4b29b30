// Which language a customer writes in, where it is not that of the page.
import type { JSX } from "preact";
import type { Row } from "../api/types";
import { language, t } from "../text/t";
import { shortNameOf } from "./bits";
import { useDesk } from "./context";

export function Language({ row }: { row: Row }): JSX.Element | null {
  const tongue = useDesk((desk) => desk.details.get(row.id)?.language);
  if (!tongue || tongue === language) return null;
  let name: string | undefined;
  try {
    name = new Intl.DisplayNames([language], { type: "language" }).of(tongue);
  } catch {
    return null;
  }
  return name ? <>{t("writes_language", { name: shortNameOf(row), language: name })}</> : null;
}
