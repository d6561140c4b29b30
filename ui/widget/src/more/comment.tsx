// Words that go with a rating, or none.

import { Component } from "preact";
import type { Talk } from "../talk/talk";
import type { Chat } from "../view/chat";
import { act } from "./acts";

const MOST = 1000;

interface Props {
  chat: Chat;
  talk: Talk;
}

export class Comment extends Component<Props, { text: string }> {
  override state = { text: "" };
  private _saying = false;

  private _say(text: string): void {
    if (this._saying) return;
    this._saying = true;
    const { chat, talk } = this.props;
    void act(talk, "comment", text).then((said) => {
      this._saying = false;
      if (said && text) chat.announce(chat.say("thanks"));
    });
  }

  override render({ chat }: Props, { text }: { text: string }) {
    const said = text.trim();
    return (
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (said) this._say(said);
        }}
      >
        <label>
          {chat.say("why")}
          <textarea
            rows={2}
            dir="auto"
            maxLength={MOST}
            value={text}
            onInput={(event) => this.setState({ text: event.currentTarget.value })}
            onKeyDown={(event) => {
              // As in the field below: Safari says of the Enter that ends a composed word that nothing is composed.
              if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
        </label>
        <div>
          <button type="button" onClick={() => this._say("")}>{chat.say("skip")}</button>
          <button class="btn" disabled={!said}>{chat.say("send")}</button>
        </div>
      </form>
    );
  }
}
