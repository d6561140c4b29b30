// The field in which a visitor writes: Enter sends, Shift and Enter break the line, and nothing is sent while a word is being
// composed. What was begun survives a reload.

import { Component, type RefObject } from "preact";
import type { Chat } from "./chat";
import { CLIP, Icon, UP } from "./icon";

const MOST_TEXT = 8000;

interface Props {
  chat: Chat;
  field: RefObject<HTMLTextAreaElement | null>;
}

export class Composer extends Component<Props, { text: string }> {
  private readonly _name: string;

  constructor(props: Props) {
    super(props);
    this._name = `${props.chat.keep.name}.text`;
    this.state = { text: begun(this._name) };
  }

  override componentDidMount(): void {
    this._grow();
  }

  private _write(text: string): void {
    this.setState({ text });
    try {
      if (text) sessionStorage.setItem(this._name, text);
      else sessionStorage.removeItem(this._name);
    } catch {
      // It lasts as long as the page.
    }
    requestAnimationFrame(() => this._grow());
  }

  private _grow(): void {
    const field = this.props.field.current;
    if (!field) return;
    field.style.blockSize = "";
    field.style.blockSize = `${field.scrollHeight}px`;
  }

  private _send(): void {
    const { chat } = this.props;
    const text = this.state.text.trim();
    if (!text && !chat.tray?.ready) return;
    chat.send(text, undefined, chat.tray?.taken());
    this._write("");
    this.props.field.current?.focus({ preventScroll: true });
  }

  override render({ chat, field }: Props, { text }: { text: string }) {
    const { tray, host } = chat;
    const View = tray && chat.files.get()?.TrayView;
    const { files } = host.options;
    return (
      <form
        class="comp"
        onSubmit={(event) => {
          event.preventDefault();
          this._send();
        }}
      >
        {View && <View chat={chat} tray={tray} />}
        <div class="in">
          {files && (
            <label class="ib att">
              <Icon path={CLIP} />
              <input
                type="file"
                class="vh"
                multiple
                accept={files.accept}
                aria-label={chat.say("attach")}
                onChange={({ currentTarget }) => {
                  chat.attach(currentTarget.files);
                  currentTarget.value = "";
                }}
              />
            </label>
          )}
          <textarea
            ref={field}
            rows={1}
            value={text}
            dir={text ? "auto" : chat.dir}
            maxLength={MOST_TEXT}
            aria-label={chat.say("write")}
            placeholder={chat.say("write")}
            onInput={(event) => {
              this._write(event.currentTarget.value);
              if (chat.talk) chat.talk.types();
              else void chat.begin();
            }}
            onPaste={(event) => {
              const given = event.clipboardData;
              // What is copied from a document brings a picture of itself along.
              if (!given?.types.includes("text/plain") && chat.attach(given?.files)) event.preventDefault();
            }}
            onKeyDown={(event) => {
              // Safari says of the Enter that ends a composed word that nothing is composed.
              if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
              event.preventDefault();
              this._send();
            }}
          />
          <button class="send" aria-label={chat.say("send")} disabled={!text.trim() && !tray?.ready}>
            <Icon path={UP} />
          </button>
        </div>
      </form>
    );
  }
}

function begun(name: string): string {
  try {
    return (sessionStorage.getItem(name) ?? "").slice(0, MOST_TEXT);
  } catch {
    return "";
  }
}
