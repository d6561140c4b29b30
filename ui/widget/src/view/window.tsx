// The window: who answers at the top, the conversation, and the field below it.

import { Component, createRef } from "preact";
import type { Chat } from "./chat";
import { Composer } from "./composer";
import { Avatar, CLOSE, Icon, SPIN } from "./icon";
import { Pending } from "./pending";
import { Welcome } from "./welcome";

interface Props {
  chat: Chat;
  full: boolean;
  // Whether the visitor opened it, and goes on in it.
  takesFocus: boolean;
  close: () => void;
}

const coarse = () => matchMedia("(pointer: coarse)").matches;

export class Window extends Component<Props, { menu: boolean }> {
  override state = { menu: false };
  private readonly _opener = createRef<HTMLButtonElement>();
  private readonly _panel = createRef<HTMLElement>();
  private readonly _field = createRef<HTMLTextAreaElement>();

  override componentDidMount(): void {
    if (this.props.takesFocus) this._focus();
  }

  // What had the focus, until it goes.
  override getSnapshotBeforeUpdate(): Element | null {
    return this._focused;
  }

  // Whoever tapped what is gone now goes on writing; keys went to the page otherwise.
  override componentDidUpdate(_: Props, __: unknown, had: Element | null): void {
    if (had && (!had.isConnected || had.matches(":disabled"))) this._focus();
  }

  private get _focused(): Element | null {
    return (this._panel.current?.getRootNode() as ShadowRoot).activeElement;
  }

  // On touch the keyboard would jump up over what there is to read.
  private _focus(): void {
    ((!coarse() && this._field.current) || this._panel.current)?.focus({ preventScroll: true });
  }

  private _keyed(event: KeyboardEvent): void {
    // Safari says of the Escape that ends a composed word that nothing is composed.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.state.menu) this._menu(false);
      else this.props.close();
    } else if (event.key === "Tab" && this.props.full) this._hold(event);
  }

  // Files that are dropped here are no page to go to.
  private _dragged(event: DragEvent): void {
    const { chat } = this.props;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    // Nothing goes past what is asked for before the first message.
    if (!chat.host.options.files || chat.asks) return;
    chat.files.get()?.mark(event);
    if (event.type === "drop") chat.attach(event.dataTransfer.files);
  }

  private _menu(menu: boolean): void {
    this.setState({ menu });
    if (!menu) this._opener.current?.focus();
  }

  // Over the whole screen there is no page to go on to.
  private _hold(event: KeyboardEvent): void {
    const panel = this._panel.current;
    const found = [...(panel?.querySelectorAll<HTMLElement>(":is(button,input,textarea):enabled:not([tabindex='-1']),a[href],[tabindex='0']") ?? [])];
    const back = event.shiftKey;
    const at = this._focused;
    if (at !== found.at(back ? 0 : -1) && !(back && at === panel)) return;
    event.preventDefault();
    found.at(back ? -1 : 0)?.focus();
  }

  override render({ chat, full, close, takesFocus }: Props, { menu }: { menu: boolean }) {
    const { talk, list } = chat;
    const { waiting } = chat.keep;
    const drag = (event: DragEvent) => this._dragged(event);
    const More = menu && chat.more.get();
    const asks = chat.asks && { Before: chat.forms.get()?.Before };
    const { person, owner } = talk?.state ?? {};
    const human = owner === "human" && person;
    return (
      <section
        class={`panel${full ? " full" : ""}`}
        role="dialog"
        aria-modal={full}
        aria-labelledby="fd-title"
        tabIndex={-1}
        ref={this._panel}
        lang={chat.language}
        dir={chat.dir}
        onKeyDown={(event) => this._keyed(event)}
        onDragOver={drag}
        onDragLeave={drag}
        onDrop={drag}
      >
        <header class="head">
          {chat.host.options.avatar && (list ? <list.Face chat={chat} name={human || ""} online={!!human} /> : <Avatar chat={chat} />)}
          <div>
            <h2 id="fd-title">
              <bdi>{human || chat.name}</bdi>
            </h2>
            <p role="status">{list ? list.status(chat) : chat.say("assistant")}</p>
          </div>
          {list?.opener(chat, menu, this._opener, () => this._menu(!menu))}
          <button class="ib" aria-label={chat.say("close")} onClick={close}>
            <Icon path={CLOSE} />
          </button>
        </header>
        {More && <More.Menu chat={chat} close={() => this._menu(false)} />}
        {chat.trouble === "offline" && (
          <div class="bar" role="status">
            <Icon path={SPIN} kind="spin" />
            <span>{chat.say("offline")}</span>
            <button onClick={() => chat.again()}>{chat.say("try_now")}</button>
          </div>
        )}
        {talk && list && (talk.lines.length || waiting.length) ? (
          <list.List chat={chat} talk={talk} lines={talk.lines} waiting={waiting} />
        ) : (
          <div class="list" role="group" aria-labelledby="fd-title" tabIndex={0}>
            {waiting.map((each) => (
              <Pending key={each.id} chat={chat} message={each} />
            ))}
            {asks ? asks.Before && <asks.Before chat={chat} takesFocus={takesFocus && !coarse()} /> : (talk?.loaded || !chat.keep.begun) && <Welcome chat={chat} />}
          </div>
        )}
        <footer class="foot">
          {list?.ended(chat)}
          {chat.barred ? (
            <p class="note ends" role="status">
              {chat.say(chat.barred)}
            </p>
          ) : (
            !chat.asks && <Composer chat={chat} field={this._field} />
          )}
          {list?.slow(chat)}
        </footer>
        <div class="vh" aria-live="polite">
          <p key={chat.spoken}>{chat.announced}</p>
        </div>
      </section>
    );
  }
}
