// The menu of a conversation. What cannot be done now is not in it.

import { Component, createRef } from "preact";
import type { Chat } from "../view/chat";
import { Icon, OK } from "../view/icon";
import { hush } from "../wire/kept";
import { act, download } from "./acts";
import { Mail } from "./mail";

const ELSEWHERE = ["pointerdown", "focusin"];

interface Props {
  chat: Chat;
  close: () => void;
}

interface Item {
  label: string;
  act: () => void;
  // Of what is on or off.
  checked?: boolean;
  // It goes on here.
  stays?: boolean;
}

export class Menu extends Component<Props, { mails: boolean }> {
  override state = { mails: false };
  private readonly _box = createRef<HTMLDivElement>();
  private _root: Node | null = null;

  override componentDidMount(): void {
    this._root = this._box.current?.getRootNode() ?? null;
    for (const each of ELSEWHERE) this._root?.addEventListener(each, this._elsewhere);
    this._items()[0]?.focus();
  }

  override componentWillUnmount(): void {
    for (const each of ELSEWHERE) this._root?.removeEventListener(each, this._elsewhere);
  }

  // Whoever goes elsewhere in the window has done with it, and stays there: it takes the focus back as it is closed.
  private readonly _elsewhere = ({ target, type }: Event) => {
    const to = target as HTMLElement;
    if (to.closest(".menu,[aria-haspopup]")) return;
    this.props.close();
    // A pointer goes on by itself.
    if (type === "focusin") to.focus();
  };

  private _items(): HTMLElement[] {
    return [...(this._box.current?.querySelectorAll<HTMLElement>("button") ?? [])];
  }

  private _keyed(event: KeyboardEvent): void {
    const items = this._items();
    const root = this._box.current?.getRootNode() as ShadowRoot | undefined;
    const at = items.indexOf(root?.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") this.props.close();
    if (to === undefined) return;
    event.preventDefault();
    items.at(to % items.length)?.focus();
  }

  override render({ chat, close }: Props, { mails }: { mails: boolean }) {
    if (mails && chat.talk) return <Mail chat={chat} talk={chat.talk} close={close} />;
    return (
      <div class="menu" role="menu" aria-label={chat.say("menu")} ref={this._box} onKeyDown={(event) => this._keyed(event)}>
        {this._offered().map(({ label, act, checked, stays }) => (
          <button
            type="button"
            key={label}
            role={checked === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={checked}
            onClick={() => {
              act();
              if (!stays) close();
            }}
          >
            {label}
            {checked && <Icon path={OK} />}
          </button>
        ))}
      </div>
    );
  }

  private _offered(): Item[] {
    const { chat } = this.props;
    const offered: Item[] = [];
    const { talk } = chat;
    if (talk) {
      const { owner = "bot" } = talk.state;
      if (owner === "bot") offered.push({ label: chat.say("talk_to_person"), act: () => void act(talk, "person") });
      if (owner === "queued") offered.push({ label: chat.say("stay"), act: () => void act(talk, "assistant") });
    }
    if (chat.host.options.sound) {
      const { quiet } = chat.keep;
      offered.push({ label: chat.say("sound"), checked: !quiet, act: () => hush(chat.keep, !quiet) });
    }
    if (talk) {
      offered.push({ label: chat.say("keep"), act: () => download(talk) });
      if (talk.state.mail) offered.push({ label: chat.say("mail"), act: () => this.setState({ mails: true }), stays: true });
      if (talk.state.owner !== "closed") offered.push({ label: chat.say("end"), act: () => void act(talk, "end") });
    }
    return offered;
  }
}
