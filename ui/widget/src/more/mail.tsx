// Where a copy of the conversation goes by mail.

import { Component, createRef } from "preact";
import type { Talk } from "../talk/talk";
import type { Key } from "../text/words";
import type { Chat } from "../view/chat";
import { mailTo } from "./acts";

interface Props {
  chat: Chat;
  talk: Talk;
  close: () => void;
}

interface State {
  to: string;
  sent: boolean;
  // Why it was not.
  refused: Key | "";
}

const MOST = 320;

export class Mail extends Component<Props, State> {
  override state: State = { to: "", sent: false, refused: "" };
  private _sending = false;
  private readonly _first = createRef<HTMLInputElement & HTMLButtonElement>();

  override componentDidMount(): void {
    this._first.current?.focus();
  }

  override componentDidUpdate(_: Props, before: State): void {
    if (before.sent !== this.state.sent) this._first.current?.focus();
  }

  private async _send(): Promise<void> {
    if (this._sending) return;
    this._sending = true;
    const refused = await mailTo(this.props.talk, this.state.to.trim());
    this._sending = false;
    this.setState({ sent: !refused, refused });
  }

  override render({ chat, close }: Props, { to, sent, refused }: State) {
    return (
      <div class="menu ask" role="dialog" aria-label={chat.say("mail")}>
        {sent ? this._done(chat, to, close) : this._asked(chat, to, refused)}
      </div>
    );
  }

  private _done(chat: Chat, to: string, close: () => void) {
    return (
      <>
        <p role="status">{chat.say("mail_sent", { to })}</p>
        <div>
          <button type="button" class="btn" ref={this._first} onClick={close}>{chat.say("done")}</button>
        </div>
      </>
    );
  }

  private _asked(chat: Chat, to: string, refused: Key | "") {
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void this._send();
        }}
      >
        <label>
          {chat.say("address")}
          <input
            type="email"
            required
            autocomplete="email"
            dir="ltr"
            maxLength={MOST}
            value={to}
            ref={this._first}
            onInput={(event) => this.setState({ to: event.currentTarget.value, refused: "" })}
          />
        </label>
        {refused && <p class="note bad" role="alert">{chat.say(refused)}</p>}
        <div>
          <button class="btn">{chat.say("send")}</button>
        </div>
      </form>
    );
  }
}
