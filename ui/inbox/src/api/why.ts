// What led to a line of the bot, as docs/build-a-bot/traces.md has it.
export interface Why {
  version: number | null;
  heard: string;
  considered: { name: string; score: number | null }[];
  started: { flow: string; by: string; what: string } | null;
  steps: { flow: string; step: string; type: string }[];
  actions: { name: string; outcome: string; status: number; reason: string; ms: number | null }[];
  knowledge: { outcome: string; how: string; articles: string[] }[];
  models: { outcome: string; reason: string }[];
}
