// The menu of a conversation. What cannot be done now is not in it.

import { Component, createRef } from "preact";
import type { Chat } from "../view/chat";
import { Icon, OK } from "../view/icon";

interface Props {
  chat: Chat;
  close: () => void;
}

interface Item {
  label: string;
  act: () => void;
  // Of what is on or off.
  checked?: boolean;
}

export class Menu extends Component<Props> {
  private readonly _box = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    this._items()[0]?.focus();
  }

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

  override render({ chat, close }: Props) {
    return (
      <div class="menu" role="menu" aria-label={chat.say("menu")} ref={this._box} onKeyDown={(event) => this._keyed(event)}>
        {this._offered().map(({ label, act, checked }) => (
          <button
            type="button"
            key={label}
            role={checked === undefined ? "menuitem" : "menuitemcheckbox"}
            aria-checked={checked}
            onClick={() => {
              act();
              close();
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
    if (chat.host.options.sound) {
      const { quiet } = chat.keep;
      offered.push({ label: chat.say("sound"), checked: !quiet, act: () => chat.keep.hush(!quiet) });
    }
    return offered;
  }
}
