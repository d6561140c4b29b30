// The window: who answers at the top, the conversation, and the field below it.

import { Component, createRef } from "preact";
import type { Chat } from "./chat";
import { Composer } from "./composer";
import { Avatar, Icon } from "./icon";
import { List } from "./list";

interface Props {
  chat: Chat;
  full: boolean;
  // Whether the visitor opened it, and goes on in it.
  takesFocus: boolean;
  close: () => void;
}

export class Window extends Component<Props, { said: string }> {
  override state = { said: "" };
  private readonly panel = createRef<HTMLElement>();
  private readonly field = createRef<HTMLTextAreaElement>();
  private heard = -1;

  override componentDidMount(): void {
    if (!this.props.takesFocus) return;
    // On touch the keyboard would jump up over what there is to read.
    const first = matchMedia("(pointer: coarse)").matches ? this.panel : this.field;
    first.current?.focus({ preventScroll: true });
  }

  override componentDidUpdate(): void {
    const { lines, loaded } = this.props.chat.talk;
    const last = lines.at(-1)?.n ?? 0;
    // What was said before is not read out again.
    if (!loaded) return;
    if (this.heard < 0) this.heard = last;
    const fresh = lines.filter((line) => line.n > this.heard && line.by !== "you");
    if (last > this.heard) this.heard = last;
    if (fresh.length) this.setState({ said: fresh.map((line) => this.spoken(line.parts)).join(" ") });
  }

  // What a screen reader says of a finished line, once.
  private spoken(parts: { type: string; text?: string; buttons?: unknown[] }[]): string {
    const { chat } = this.props;
    const words = parts.map((part) => [part.text ?? "", part.buttons ? chat.say("buttons", { n: part.buttons.length }) : ""].join(" "));
    return `${this.name()}: ${words.join(" ")}`;
  }

  private name(): string {
    const { chat } = this.props;
    return chat.host.options.title || chat.say("assistant");
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.props.close();
    } else if (event.key === "Tab" && this.props.full) this.hold(event);
  }

  // Over the whole screen there is no page to go on to.
  private hold(event: KeyboardEvent): void {
    const panel = this.panel.current;
    const found = [...(panel?.querySelectorAll<HTMLElement>("button:not(:disabled),a[href],textarea,[tabindex='0']") ?? [])];
    const [first, last] = [found[0], found.at(-1)];
    const root = panel?.getRootNode() as ShadowRoot | undefined;
    if (event.shiftKey && root?.activeElement === first) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && root?.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  }

  override render({ chat, full, close }: Props, { said }: { said: string }) {
    const { talk } = chat;
    const { person, owner } = talk.state;
    const human = owner === "human" && person;
    return (
      <section
        class={`panel${full ? " full" : ""}`}
        role="dialog"
        aria-modal={full}
        aria-labelledby="fd-title"
        tabIndex={-1}
        ref={this.panel}
        lang={chat.language}
        onKeyDown={(event) => this.keyed(event)}
      >
        <header class="head">
          {chat.host.options.avatar && <Avatar name={human || ""} online={!!human} />}
          <div>
            <h2 id="fd-title">{human || this.name()}</h2>
            <p role="status">{this.state_()}</p>
          </div>
          <button type="button" class="ib" aria-label={chat.say("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {talk.trouble === "offline" && (
          <div class="bar" role="status">
            <Icon name="spin" />
            <span>{chat.say("offline")}</span>
            <button type="button" onClick={() => talk.again()}>{chat.say("try_now")}</button>
          </div>
        )}
        <List chat={chat} lines={talk.lines} waiting={talk.keep.waiting} />
        <footer class="foot">
          <Composer chat={chat} field={this.field} />
          {talk.trouble === "slow" && (
            <p class="note bad" role="status">
              {chat.say("slow")}
            </p>
          )}
        </footer>
        <div class="vh" aria-live="polite">
          {said}
        </div>
      </section>
    );
  }

  private state_(): string {
    const { chat } = this.props;
    const { owner, person } = chat.talk.state;
    if (owner === "queued") return chat.say("in_line");
    if (owner === "human") return person ? this.name() : chat.say("person");
    if (owner === "closed") return chat.say("ended");
    return chat.say("assistant");
  }
}
