// What led to a line of the bot, as rows of a name and what there is to say of it.
import type { Why } from "../api/why";
import { t } from "./t";

export interface WhyRow {
  name: string;
  said: string[];
}

const percent = (score: number): string => `${Math.round(score * 100)} %`;
const joined = (...parts: (string | number | null | undefined)[]): string => parts.filter((part) => part !== null && part !== undefined && part !== "" && part !== 0).join(", ");

export function whyRows(why: Why): WhyRow[] {
  const rows: WhyRow[] = [
    { name: t("why_heard"), said: why.heard ? [why.heard] : [] },
    { name: t("why_intents"), said: why.considered.map((one) => joined(one.name, one.score === null ? null : percent(one.score))) },
    { name: t("why_flow"), said: why.started ? [joined(why.started.flow, why.started.what === why.started.flow ? null : why.started.what)] : [] },
    { name: t("why_steps"), said: why.steps.map((one) => joined(one.step ? `${one.flow}/${one.step}` : one.flow, one.type)) },
    { name: t("why_actions"), said: why.actions.map((one) => joined(one.name, one.outcome, one.status, one.ms === null ? null : `${one.ms} ms`, one.reason)) },
    { name: t("why_articles"), said: articles(why) },
    { name: t("why_model"), said: models(why) },
  ];
  return rows.filter((row) => row.said.length);
}

function articles(why: Why): string[] {
  return why.knowledge.flatMap((one) => (one.articles.length ? one.articles : [t("why_nothing_found")]));
}

function models(why: Why): string[] {
  const wrote = why.knowledge.some((one) => one.how === "model") ? [t("why_model_wrote")] : [];
  const asked = why.models.map((one) => (one.outcome === "unavailable" ? t("why_model_silent", { reason: one.reason }) : t("why_model_answered")));
  const said = [...wrote, ...asked];
  return said.length ? said : [t("why_model_unasked")];
}
