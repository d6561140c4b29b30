// Files above the field, and those of messages that wait.

import type { Chat } from "../view/chat";
import { CLOSE, Icon, WARN } from "../view/icon";
import { ending, kinds, size } from "../text/size";
import type { Waiting } from "../wire/types";
import type { Item, Tray } from "./tray";

export function TrayView({ chat, tray }: { chat: Chat; tray: Tray }) {
  if (!tray.items.length && !tray.over) return null;
  const most = chat.host.options.files?.most ?? 0;
  return (
    <div class="tray" role="group" aria-label={chat.say("files")}>
      {tray.items.map((item) => (
        <Tile key={item.key} chat={chat} tray={tray} item={item} />
      ))}
      {tray.over && (
        <p class="note bad" role="alert">
          {chat.say("too_many", { n: most })}
        </p>
      )}
    </div>
  );
}

function Tile({ chat, tray, item }: { chat: Chat; tray: Tray; item: Item }) {
  const { name, why } = item;
  const going = !item.id && !why;
  return (
    <div class={`file${why ? " err" : ""}`} role={why ? "alert" : undefined}>
      <span class="t" aria-hidden="true">
        {why ? <Icon path={WARN} /> : ending(name)}
      </span>
      <div>
        <b dir="auto">{name}</b>
        <small>
          {why ? chat.say(why, limits(chat, item.size)) : told(chat, item.up, item.size, going)}{" "}
          {why === "put_off" && <button type="button" onClick={() => tray.again(item)}>{chat.say("try_again")}</button>}
        </small>
        {going && <Progress name={name} part={item.up / item.size} />}
      </div>
      <button type="button" class="ib s" aria-label={chat.say(going ? "cancel" : "remove", { name })} onClick={() => tray.remove(item)}>
        <Icon path={CLOSE} />
      </button>
    </div>
  );
}

// The files of a message that is not sent yet.
export function Going({ chat, tray, message }: { chat: Chat; tray: Tray | null; message: Waiting }) {
  return (
    <>
      {message.files?.map((file) => {
        const up = tray?.gone(file) ?? 0;
        const going = up < file.size && message.why === undefined;
        return (
          <div class="file wait" key={file.key}>
            <span class="t" aria-hidden="true">
              {ending(file.name)}
            </span>
            <div>
              <b dir="auto">{file.name}</b>
              <small>{told(chat, up, file.size, going)}</small>
              {going && <Progress name={file.name} part={up / file.size} />}
            </div>
          </div>
        );
      })}
    </>
  );
}

// While a file is held over the window.
export function mark({ type, currentTarget, relatedTarget }: DragEvent): void {
  const panel = currentTarget as Element;
  panel.classList.toggle("over", type === "dragover" || (type === "dragleave" && panel.contains(relatedTarget as Node | null)));
}

function limits(chat: Chat, bytes: number) {
  const { bytes: most = 0, accept } = chat.host.options.files ?? {};
  return { size: size(chat.language, bytes), limit: size(chat.language, most), list: kinds(accept) };
}

function told(chat: Chat, up: number, all: number, going: boolean): string {
  const whole = size(chat.language, all);
  return going && up > 0 ? chat.say("part", { up: size(chat.language, up), size: whole }) : whole;
}

function Progress({ name, part }: { name: string; part: number }) {
  const now = Math.round(part * 100);
  return (
    <svg class="prog" viewBox="0 0 100 4" preserveAspectRatio="none" role="progressbar" aria-label={name} aria-valuenow={now} aria-valuemin={0} aria-valuemax={100}>
      <path d={`M0 2h${now}`} />
    </svg>
  );
}
