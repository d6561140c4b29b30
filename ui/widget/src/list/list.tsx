// The conversation itself: lines in groups by who says them, then what waits to be sent. Who has scrolled up stays where they
// read; a pill says how much is new below.

import { Component, createRef } from "preact";
import type { Chat } from "../view/chat";
import { DOWN, Icon } from "../view/icon";
import type { Line, Part, Waiting } from "../wire/types";
import { named } from "../view/parts";
import { Coming } from "./coming";
import { grouped, speaker } from "./groups";
import type { Talk } from "../talk/talk";
import { Returned } from "./returned";
import { Unsent } from "./unsent";

const NEAR_PX = 48;

interface Props {
  chat: Chat;
  talk: Talk;
  // So that what changed is drawn: the conversation itself is one object.
  lines: Line[];
  waiting: Waiting[];
}

export class List extends Component<Props, { below: number }> {
  override state = { below: 0 };
  private readonly _box = createRef<HTMLDivElement>();
  private _atEnd = true;
  private _height = 0;
  private _top = 0;
  private _returned: Returned | null = null;

  override componentDidMount(): void {
    this._toEnd();
    const root = this._box.current?.getRootNode() as ShadowRoot;
    this._returned = new Returned(root, () => this._back());
    this._readOut();
  }

  override componentWillUnmount(): void {
    this._returned?.end();
  }

  private _back(): void {
    if (this._atEnd) this._toEnd();
    else if (this._box.current) this._box.current.scrollTop = this._top;
  }

  override componentDidUpdate(before: Props): void {
    this._readOut();
    const box = this._box.current;
    if (!box) return;
    const grown = before.lines !== this.props.lines || before.waiting.length !== this.props.waiting.length;
    const first = before.lines[0]?.n;
    const older = first !== undefined && (this.props.lines[0]?.n ?? first) < first;
    if (older) box.scrollTop += box.scrollHeight - this._height;
    else if (this._atEnd) this._toEnd();
    else if (grown) {
      const last = before.lines.at(-1)?.n ?? 0;
      const fresh = this.props.lines.filter((each) => each.n > last && each.by !== "you").length;
      if (fresh) this.setState({ below: this.state.below + fresh });
    }
    this._height = box.scrollHeight;
  }

  // What was said before is not read out again.
  private _readOut(): void {
    const { chat, talk, lines } = this.props;
    if (!talk.loaded) return;
    const fresh = lines.filter((line) => line.n > talk.said.heard && line.by !== "you");
    talk.said.heard = Math.max(talk.said.heard, lines.at(-1)?.n ?? 0);
    if (fresh.length) chat.announce(fresh.map((line) => `${speaker(chat, line) || chat.name}: ${this._spoken(line.parts)}`).join(" "));
  }

  private _spoken(parts: Part[]): string {
    const buttons = (part: Part) => ("buttons" in part ? this.props.chat.say("buttons", { n: part.buttons.length }) : "");
    const words = (part: Part) =>
      "text" in part ? part.text : "cards" in part ? part.cards.map((card) => card.title).join(", ") : named(part);
    return parts.map((part) => [words(part), buttons(part)].join(" ")).join(" ");
  }

  // The visitor's keys come here.
  private get _isIn(): boolean {
    return !!(this._box.current?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  }

  private _toEnd(): void {
    const box = this._box.current;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    this._height = box.scrollHeight;
    if (this.state.below) this.setState({ below: 0 });
  }

  // The button goes, and what had the focus with it.
  private _readOn(): void {
    this._toEnd();
    this._box.current?.focus({ preventScroll: true });
  }

  private _scrolled(): void {
    const box = this._box.current;
    if (!box) return;
    this._top = box.scrollTop;
    this._atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (this._atEnd && this.state.below) this.setState({ below: 0 });
  }

  override render({ chat, lines, waiting }: Props, { below }: { below: number }) {
    const { talk } = this.props;
    const { owner, away: nobody } = talk.state;
    const away = owner === "queued" && nobody && chat.host.options.awayForm && chat.forms.get();
    const { asked } = talk;
    const Before = asked && waiting.length > 0 && chat.forms.get()?.Before;
    const More = talk.state.comment && chat.more.get();
    return (
      <>
        <div class="list" role="log" aria-live="off" aria-label={chat.say("conversation")} tabIndex={0} ref={this._box} onScroll={() => this._scrolled()}>
          {talk.said.more && (
            <button type="button" class="older" onClick={() => void talk.earlier().catch(() => talk.again())}>
              {chat.say("earlier")}
            </button>
          )}
          {grouped(chat, talk, lines, waiting.length > 0)}
          {waiting.map((message) => (
            <Unsent key={message.id} chat={chat} message={message} />
          ))}
          <Coming chat={chat} talk={talk} />
          {Before && <Before key={asked.key} chat={chat} takesFocus={this._isIn} />}
          {away && <away.Away chat={chat} />}
          {More && <More.Comment chat={chat} talk={talk} />}
        </div>
        {below > 0 && (
          <button type="button" class="pill" onClick={() => this._readOn()}>
            <Icon path={DOWN} />
            {chat.say("new_messages", { n: below })}
          </button>
        )}
      </>
    );
  }
}
