// Which languages there are, so that no page need know: of those that are wanted, the first that comes near one of them.

import type { Choose, Language } from "../../../loader/src/language";

const choose: Choose = async (tags, script) => {
  for (const tag of tags) {
    // Without its last parts, one by one: what is left is nearest.
    for (let code = tag.toLowerCase(); code; code = code.slice(0, Math.max(0, code.lastIndexOf("-")))) {
      if (code === "en") return { tag, dir: "ltr", words: {} };
      const held = LANGUAGES[code];
      if (held) return { dir: "ltr", ...(await script<Pick<Language, "words">>(`widget_words_${code}`, held)), tag };
    }
  }
  return undefined;
};

const script = document.currentScript as (HTMLScriptElement & { begin?: Choose }) | null;
if (script) script.begin = choose;
