// What the workspace wants to know before the first message, of whom nothing is known.

import { safe } from "../text/links";
import type { Chat } from "../view/chat";
import { know } from "../wire/kept";
import { Icon, WARN } from "../view/icon";
import type { Name } from "./field";
import { Form } from "./form";

interface Props {
  chat: Chat;
  takesFocus: boolean;
}

const ORDER = ["name", "email", "phone"] as const;

export class Before extends Form<Props> {
  private readonly _asked = this.props.chat.talk?.asked;
  private readonly _ask = this._asked?.ask ?? this.props.chat.host.options.ask;
  private _agreed = false;
  private _refused = false;

  constructor(props: Props) {
    super(props);
    if (!this._asked) return;
    // It was filled in before: what is right stays.
    const { wrong } = this._asked;
    const { consent = false, ...values } = props.chat.keep.about ?? {};
    if (wrong === "consent") this._refused = true;
    else this.state = { values, wrong: { [wrong]: values[wrong] && wrong !== "name" ? `${wrong}_like` : "needed" } };
    this._agreed = consent && !this._refused;
  }

  override componentDidMount(): void {
    const first = this._asked ? "[aria-invalid=true]" : "input";
    if (this.props.takesFocus) this.box.current?.querySelector<HTMLElement>(first)?.focus({ preventScroll: !this._asked });
  }

  protected asks(): [Name, boolean][] {
    const ask = this._ask;
    return ORDER.filter((name) => ask?.[name]).map((name) => [name, ask?.[name] === "required"]);
  }

  protected override lacks(): boolean {
    return (this._refused = !!this._ask?.consent && !this._agreed);
  }

  protected send(values: Partial<Record<Name, string>>): void {
    const { chat } = this.props;
    know(chat.keep, { ...values, ...(this._agreed ? { consent: true } : {}) });
    chat.talk?.answered();
    chat.changed();
  }

  override render({ chat }: Props) {
    const ask = this._ask;
    const page = safe(ask?.page);
    return (
      <form class="box pl" ref={this.box} noValidate aria-labelledby="fd-before" onSubmit={(event) => this.submit(event)}>
        <div>
          <h3 id="fd-before">{chat.say("before")}</h3>
          {ask?.why && <p dir="auto">{ask.why}</p>}
        </div>
        {this.fields()}
        {ask?.consent && (
          <div class={`fld${this._refused ? " err" : ""}`}>
            <div class="opt">
              <input
                type="checkbox"
                id="fd-consent"
                checked={this._agreed}
                aria-required="true"
                aria-invalid={this._refused}
                aria-describedby={this._refused ? "fd-consent-wrong" : undefined}
                onChange={(event) => {
                  this._agreed = event.currentTarget.checked;
                  this._refused = false;
                  this.forceUpdate();
                }}
              />
              <span dir="auto">
                <label for="fd-consent">{ask.consent}</label>{" "}
                {page && (
                  <a href={page} target="_blank" rel="noopener noreferrer">
                    {chat.say("more_about")}
                  </a>
                )}
              </span>
            </div>
            {this._refused && (
              <small id="fd-consent-wrong" role="alert">
                <Icon path={WARN} />
                {chat.say("agree_needed")}
              </small>
            )}
          </div>
        )}
        <button class="btn">{chat.say("start")}</button>
      </form>
    );
  }
}
