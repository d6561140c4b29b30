// What the program says on the widget's wire; `src/frontdesk/web/widget/lines.py` is its other side.

import type { Ask } from "../../../loader/src/options";

export interface Source {
  title: string;
  url?: string;
}

export interface Button {
  title: string;
  payload?: string;
  url?: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  image?: string;
  buttons?: Button[];
}

export type Part =
  | { type: "text"; text: string; sources?: Source[] }
  | { type: "buttons"; text: string; buttons: Button[]; quick?: boolean; sources?: Source[] }
  | { type: "input"; text: string; kind: string }
  | { type: "image"; url?: string; alt?: string; width?: number; height?: number }
  | { type: "attachment"; url?: string; name?: string; size_bytes?: number }
  | { type: "audio" | "video"; url: string; title?: string }
  | { type: "cards"; cards: Card[] }
  | { type: "custom" };

export interface Line {
  n: number;
  by: "you" | "ai" | "person" | "event";
  at: number;
  parts: Part[];
  // What a person is called who said it.
  who?: string;
}

export interface State {
  owner?: "bot" | "queued" | "human" | "closed";
  person?: string;
  rate?: boolean;
  // In the queue, where that was said.
  place?: number;
  // Nobody is there to answer.
  away?: boolean;
  // Words may go with the rating that was given.
  comment?: boolean;
  // What was said can be sent by mail.
  mail?: boolean;
}

export interface Shown {
  // The conversation; another one than before has other numbers.
  of?: string;
  lines: Line[];
  state: State;
  // They are all there are above this number.
  after?: number;
  more?: boolean;
  open?: boolean;
}

// A file of a message: `key` is what it is called on this device, `id` what the program calls it, once it has it.
export interface Attached {
  key: string;
  name: string;
  size: number;
  id?: string | undefined;
}

// A message that waits to be sent. `why`: it cannot be, and the key of why not.
export interface Waiting {
  id: string;
  text: string;
  payload?: string;
  files?: Attached[];
  page: { url: string; title: string; kind: string; referrer?: string | undefined };
  // What the window spoke then; a message sent again has to be the same.
  language?: string;
  at: number;
  why?: string;
}

// Sends the files of a message and then, by `post`, the message with their ids.
export type Carry = <T>(message: Waiting, post: (ids: string[]) => Promise<T>) => Promise<T>;

// What tabs of one browser tell each other. `draft`: all there is so far of an answer; `writing`: a person writes.
export interface News {
  shown?: Shown;
  draft?: string;
  writing?: boolean;
}

// What a visitor says of themselves in a form.
export interface About {
  name?: string;
  email?: string;
  phone?: string;
  consent?: boolean;
}

// What the program wants to know before it takes what waits: `wrong` is missing, or is none.
export interface Asked {
  key: string;
  ask: Ask;
  wrong: keyof About;
}
