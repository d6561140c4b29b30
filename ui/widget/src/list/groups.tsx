// Lines in groups by who says them, with the days between them.

import type { ComponentChildren } from "preact";
import type { Chat } from "../view/chat";
import { Icon, OK } from "../view/icon";
import { PartView } from "../view/parts";
import type { Line, Part } from "../wire/types";
import { Face } from "./face";
import { day, picked, time } from "./moment";
import type { Talk } from "../talk/talk";

const FACES = 5;

export function grouped(chat: Chat, talk: Talk, lines: Line[], moreWaits: boolean): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  const welcome = chat.host.options.welcome || chat.say("hello");
  // What the assistant has said since anybody else did counts still, also where more was said after it.
  const from = lines.reduce((last, line, at) => (line.by === "ai" ? last : at + 1), 0);
  let shown = "";
  lines.forEach((line, at) => {
    const today = day(chat, line.at);
    if (today !== shown) {
      shown = today;
      out.push(<div class="day" key={`day${line.n}`}>{chat.say("moment", { day: today, time: time(chat, line.at) })}</div>);
    }
    if (at === 0 && !talk.said.more && line.by === "you") out.push(<Row key="welcome" chat={chat} last>{<div class="b" dir="auto">{welcome}</div>}</Row>);
    const next = lines[at + 1];
    const ends = next?.by !== line.by || next.who !== line.who;
    const live = (at >= from || !next) && !moreWaits;
    const read = (part: Part) =>
      line.by === "you" && part.type === "text" ? { ...part, text: picked(chat.language, lines.slice(0, at), part.text) } : part;
    const body = line.parts.map((part, each) => <PartView key={each} chat={chat} part={read(part)} live={live} />);
    const points = live && !next && talk.state.rate ? ratingIn(line) : null;
    const more = points && chat.more.get();
    if (points && more) out.push(<more.Rating key={line.n} chat={chat} asked={points} />);
    else if (line.by === "event") out.push(<div class="sys" key={line.n}>{body}</div>);
    else if (line.by === "you") {
      out.push(
        <div class="me" key={line.n}>
          <span class="vh">{chat.say("you")}</span>
          {body}
          {!next && !moreWaits && (
            <div class="meta">
              {chat.say("sent")} {time(chat, line.at)} <Icon path={OK} />
            </div>
          )}
        </div>,
      );
    } else {
      out.push(
        <Row key={line.n} chat={chat} last={ends} name={speaker(chat, line)}>
          {body}
        </Row>,
      );
      if (!next) out.push(<div class="row" key="time">{chat.host.options.avatar && <span class="gap" />}<div class="meta">{time(chat, line.at)}</div></div>);
    }
  });
  return out;
}

// Who of our people said it; empty for the assistant.
export function speaker(chat: Chat, { by, who }: Line): string {
  return by === "person" ? who || chat.say("person") : "";
}

// `name`: a person's.
export function Row({ chat, last, name = "", children }: { chat: Chat; last: boolean; name?: string; children: ComponentChildren }) {
  const avatar = chat.host.options.avatar;
  return (
    <div class="row">
      {avatar && (last ? <Face chat={chat} name={name} /> : <span class="gap" />)}
      <span class="vh">{`${name || chat.say("assistant")}:`}</span>
      <div class="col w">{children}</div>
    </div>
  );
}

// The question of how it was, where five points can be given.
function ratingIn(line: Line) {
  const asked = line.parts.find((part) => part.type === "buttons");
  return asked?.buttons.length === FACES ? asked : null;
}
