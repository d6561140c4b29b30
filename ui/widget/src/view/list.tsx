// The conversation itself: lines in groups by who says them, then what waits to be sent. Who has scrolled up stays where they
// read; a pill says how much is new below.

import { Component, type ComponentChildren, createRef } from "preact";
import type { Line, Waiting } from "../wire/types";
import type { Chat } from "./chat";
import { Avatar, Icon } from "./icon";
import { PartView } from "./parts";

const NEAR_PX = 48;

interface Props {
  chat: Chat;
  // So that what changed is drawn: the conversation itself is one object.
  lines: Line[];
  waiting: Waiting[];
}

export class List extends Component<Props, { below: number }> {
  override state = { below: 0 };
  private readonly box = createRef<HTMLDivElement>();
  private atEnd = true;
  private height = 0;

  override componentDidMount(): void {
    this.toEnd();
  }

  override componentDidUpdate(before: Props): void {
    const box = this.box.current;
    if (!box) return;
    const grown = before.lines !== this.props.lines || before.waiting.length !== this.props.waiting.length;
    const first = before.lines[0]?.n;
    const older = first !== undefined && (this.props.lines[0]?.n ?? first) < first;
    if (older) box.scrollTop += box.scrollHeight - this.height;
    else if (this.atEnd) this.toEnd();
    else if (grown) {
      const last = before.lines.at(-1)?.n ?? 0;
      const fresh = this.props.lines.filter((each) => each.n > last && each.by !== "you").length;
      if (fresh) this.setState({ below: this.state.below + fresh });
    }
    this.height = box.scrollHeight;
  }

  private toEnd(): void {
    const box = this.box.current;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    this.height = box.scrollHeight;
    if (this.state.below) this.setState({ below: 0 });
  }

  private scrolled(): void {
    const box = this.box.current;
    if (!box) return;
    this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (this.atEnd && this.state.below) this.setState({ below: 0 });
  }

  override render({ chat, lines, waiting }: Props, { below }: { below: number }) {
    const { talk } = chat;
    return (
      <>
        <div class="list" role="log" aria-live="off" aria-label={chat.say("conversation")} tabIndex={0} ref={this.box} onScroll={() => this.scrolled()}>
          {talk.more && (
            <button type="button" class="older" onClick={() => void talk.earlier().catch(() => talk.again())}>
              {chat.say("earlier")}
            </button>
          )}
          {!lines.length && !waiting.length && <Welcome chat={chat} />}
          {grouped(chat, lines, waiting.length > 0)}
          {waiting.map((message) => (
            <Unsent key={message.id} chat={chat} message={message} />
          ))}
          {talk.pending && (talk.state.owner ?? "bot") === "bot" && (
            <div class="row" key="dots">
              <Avatar />
              <div class="dots" role="img" aria-label={chat.say("typing")}>
                <i />
                <i />
                <i />
              </div>
            </div>
          )}
        </div>
        {below > 0 && (
          <button type="button" class="pill" onClick={() => this.toEnd()}>
            <Icon name="down" />
            {chat.say("new_messages", { n: below })}
          </button>
        )}
      </>
    );
  }
}

function Welcome({ chat }: { chat: Chat }) {
  const { welcome, starters } = chat.host.options;
  return (
    <>
      <p class="hero" dir="auto">
        {welcome || chat.say("hello")}
      </p>
      <div class="who">
        <span>
          <Avatar />
        </span>
        <p>{chat.say("at_once")}</p>
      </div>
      {starters.length > 0 && (
        <div class="push">
          <div class="grp">
            {starters.map((text) => (
              <button key={text} type="button" onClick={() => chat.send(text)}>
                {text}
                <Icon name="go" flip />
              </button>
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function grouped(chat: Chat, lines: Line[], moreWaits: boolean): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  const welcome = chat.host.options.welcome || chat.say("hello");
  let day = "";
  lines.forEach((line, at) => {
    const today = chat.day(line.at);
    if (today !== day) {
      day = today;
      out.push(<div class="day" key={`day${line.n}`}>{`${today}, ${chat.time(line.at)}`}</div>);
    }
    if (at === 0 && !chat.talk.more && line.by === "you") out.push(<Row key="welcome" chat={chat} last>{<div class="b" dir="auto">{welcome}</div>}</Row>);
    const next = lines[at + 1];
    const ends = next?.by !== line.by;
    const live = !next && !moreWaits;
    const body = line.parts.map((part, each) => <PartView key={each} chat={chat} part={part} live={live} mine={line.by === "you"} />);
    if (line.by === "event") out.push(<div class="sys" key={line.n}>{body}</div>);
    else if (line.by === "you") {
      out.push(
        <div class="me" key={line.n}>
          <span class="vh">{chat.say("you")}</span>
          {body}
          {!next && !moreWaits && (
            <div class="meta">
              {chat.say("sent")} {chat.time(line.at)} <Icon name="ok" />
            </div>
          )}
        </div>,
      );
    } else {
      out.push(
        <Row key={line.n} chat={chat} last={ends} person={line.by === "person"}>
          {body}
        </Row>,
      );
      if (!next) out.push(<div class="row" key="time">{chat.host.options.avatar && <span class="gap" />}<div class="meta">{chat.time(line.at)}</div></div>);
    }
  });
  return out;
}

function Row({ chat, last, person = false, children }: { chat: Chat; last: boolean; person?: boolean; children: ComponentChildren }) {
  const name = person ? chat.talk.state.person || chat.say("person") : "";
  const avatar = chat.host.options.avatar;
  return (
    <div class="row">
      {avatar && (last ? <Avatar name={name} /> : <span class="gap" />)}
      <span class="vh">{`${name || chat.say("assistant")}:`}</span>
      <div class="col w">{children}</div>
    </div>
  );
}

function Unsent({ chat, message }: { chat: Chat; message: Waiting }) {
  const stuck = message.why !== undefined;
  return (
    <div class="me">
      <span class="vh">{chat.say("you")}</span>
      <div class="b wait" dir="auto">
        {message.text}
      </div>
      {stuck ? (
        <div class="meta bad" role="alert">
          <Icon name="warn" /> {chat.say("not_sent")} {message.why}{" "}
          <button type="button" onClick={() => chat.talk.retry(message.id)}>{chat.say("try_again")}</button>
          <button type="button" onClick={() => chat.talk.drop(message.id)}>{chat.say("delete")}</button>
        </div>
      ) : (
        chat.talk.trouble !== "" && (
          <div class="meta">
            <Icon name="wait" /> {chat.say("waiting")}
          </div>
        )
      )}
    </div>
  );
}
