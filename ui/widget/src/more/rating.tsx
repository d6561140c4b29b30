// How it was: five faces with words, in place of five numbers. A tap is the answer.

import type { Chat } from "../view/chat";
import type { Part } from "../wire/types";

type Asked = Extract<Part, { type: "buttons" }>;

const MOUTHS = ["M13 23q5-6 10 0", "M13 22.5q5-3 10 0", "M13 22h10", "M13 21q5 4 10 0", "M12.5 20.5q5.5 7 11 0"];
const WORDS = ["face_1", "face_2", "face_3", "face_4", "face_5"] as const;

export function Rating({ chat, asked }: { chat: Chat; asked: Asked }) {
  return (
    <div class="rate" role="group" aria-label={asked.text}>
      <p dir="auto">{asked.text}</p>
      <div>
        {asked.buttons.map((button, at) => {
          const word = chat.say(WORDS[at] ?? "face_5");
          const label = chat.say("of", { word, n: at + 1, most: asked.buttons.length });
          return (
            <button type="button" key={at} aria-label={label} onClick={() => chat.tap(button.title, button.payload)}>
              <svg viewBox="0 0 36 36" aria-hidden="true">
                <path d="M18 33a15 15 0 1 0 0-30 15 15 0 0 0 0 30zM13 14v.01M23 14v.01" />
                <path d={MOUTHS[at]} />
              </svg>
              <span>{word}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
