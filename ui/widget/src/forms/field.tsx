// One field of a form: its label stays, what is wrong stands below it.

import type { Key } from "../text/words";
import type { Chat } from "../view/chat";
import { Icon, WARN } from "../view/icon";

export type Name = "name" | "email" | "phone" | "message";

const TYPES = { name: "text", email: "email", phone: "tel", message: "" } as const;
const FILLS = { name: "name", email: "email", phone: "tel", message: "off" } as const;
const MOST = { name: 100, email: 254, phone: 40, message: 4000 } as const;
export const LABELS: Record<Name, Key> = { name: "your_name", email: "your_email", phone: "your_phone", message: "message" };

interface Props {
  chat: Chat;
  name: Name;
  value: string;
  wrong: Key | "";
  required: boolean;
  write: (value: string) => void;
  leave: () => void;
}

export function Field({ chat, name, value, wrong, required, write, leave }: Props) {
  const id = `fd-${name}`;
  const kind: object = { type: TYPES[name] };
  const given = {
    id,
    name,
    value,
    maxLength: MOST[name],
    autoComplete: FILLS[name],
    "aria-required": required,
    "aria-invalid": wrong !== "",
    "aria-describedby": wrong ? `${id}-wrong` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => write(event.currentTarget.value),
    onBlur: leave,
  };
  return (
    <div class={`fld${wrong ? " err" : ""}`}>
      <label for={id}>
        {chat.say(LABELS[name])} {!required && <em>{chat.say("optional")}</em>}
      </label>
      {name === "message" ? <textarea rows={3} {...given} /> : <input {...given} {...kind} />}
      {wrong && (
        <small id={`${id}-wrong`} role="alert">
          <Icon path={WARN} />
          {chat.say(wrong)}
        </small>
      )}
    </div>
  );
}

const EMAIL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[^\s@._]+(\.[^\s@._]+)*\.[^\s@._\d][^\s@._]*$/;
const PHONE = /^\+?[0-9 ().-]{5,39}$/;

// Why a value cannot be taken; empty when it can.
export function wrongWith(name: Name, value: string, required: boolean): Key | "" {
  const given = value.trim();
  if (!given) return required ? "needed" : "";
  if (name === "email" && !EMAIL.test(given)) return "email_like";
  return name === "phone" && !PHONE.test(given) ? "phone_like" : "";
}
