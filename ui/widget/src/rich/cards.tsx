// Cards in a row that is moved sideways: by a finger, by the arrows beside it, or by keys while it has the focus.

import { Component, createRef } from "preact";
import { Choice } from "../view/choices";
import type { Chat } from "../view/chat";
import { GO, Icon } from "../view/icon";
import type { Card } from "../wire/types";
import { Figure } from "./shot";

const MOST_BUTTONS = 3;
const NEAR_PX = 2;

interface Props {
  chat: Chat;
  cards: Card[];
  live: boolean;
}

export class Cards extends Component<Props, { before: boolean; after: boolean }> {
  override state = { before: false, after: false };
  private readonly _row = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    this._moved();
  }

  // Whether there is more on either side. Written from right to left, what is scrolled is below zero.
  private _moved(): void {
    const row = this._row.current;
    if (!row) return;
    const at = Math.abs(row.scrollLeft);
    const [before, after] = [at > NEAR_PX, at + row.clientWidth < row.scrollWidth - NEAR_PX];
    if (before !== this.state.before || after !== this.state.after) this.setState({ before, after });
  }

  // The card with that number, or the one so many further on.
  private _go(to: number, further = false): void {
    const row = this._row.current;
    const [first, second] = [...(row?.children ?? [])] as HTMLElement[];
    if (!row || !first || !second) return;
    const step = second.offsetLeft - first.offsetLeft;
    row.scrollTo({ left: ((further ? Math.round(row.scrollLeft / step) : 0) + to) * step });
  }

  // Browsers leave a card that has the focus where it is seen in part, once the row has snapped.
  private _focused({ target }: Event): void {
    const card = (target as Element).closest(".card");
    const at = [...(this._row.current?.children ?? [])].indexOf(card as Element);
    if (at >= 0 && (target as Element).matches(":focus-visible")) requestAnimationFrame(() => this._go(at));
  }

  private _keyed(event: KeyboardEvent): void {
    const right = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!right || event.target !== event.currentTarget) return;
    event.preventDefault();
    this._go(this.props.chat.dir === "rtl" ? -right : right, true);
  }

  override render({ chat, cards, live }: Props, { before, after }: { before: boolean; after: boolean }) {
    return (
      <div class="row-of">
        <div
          class="cards"
          role="list"
          aria-label={chat.say("cards")}
          tabIndex={0}
          ref={this._row}
          onScroll={() => this._moved()}
          onKeyDown={(event) => this._keyed(event)}
          onFocusIn={(event) => this._focused(event)}
        >
          {cards.map((card, at) => (
            <CardView key={at} chat={chat} card={card} live={live} />
          ))}
        </div>
        <div class="cards-go" aria-hidden="true">
          {this._arrow(-1, before)}
          {this._arrow(1, after)}
        </div>
      </div>
    );
  }

  // For who points: it takes no focus, and nobody has to pass it.
  private _arrow(by: number, shown: boolean) {
    return (
      <button type="button" tabIndex={-1} hidden={!shown} onMouseDown={(event) => event.preventDefault()} onClick={() => this._go(by, true)}>
        <Icon path={GO} kind="flip" />
      </button>
    );
  }
}

function CardView({ chat, card, live }: { chat: Chat; card: Card; live: boolean }) {
  return (
    <div class="card" role="listitem">
      <Figure chat={chat} url={card.image} />
      <div>
        <h3 dir="auto">{card.title}</h3>
        {card.subtitle && <p dir="auto">{card.subtitle}</p>}
      </div>
      {card.buttons?.slice(0, MOST_BUTTONS).map((button, at) => (
        <Choice key={at} chat={chat} button={button} live={live} arrow={false} />
      ))}
    </div>
  );
}
