// What forms have in common: values, what is wrong with them on leaving a field and on sending, and the focus on the first
// that is.

import { Component, type ComponentChildren, createRef } from "preact";
import type { Key } from "../text/words";
import type { Chat } from "../view/chat";
import { Field, type Name, wrongWith } from "./field";

export interface Filled {
  values: Partial<Record<Name, string>>;
  wrong: Partial<Record<Name, Key | "">>;
}

export abstract class Form<P extends { chat: Chat }> extends Component<P, Filled> {
  override state: Filled = { values: {}, wrong: {} };
  protected readonly box = createRef<HTMLFormElement>();

  // The fields, and whether each has to be filled in.
  protected abstract asks(): [Name, boolean][];

  protected abstract send(values: Partial<Record<Name, string>>): void;

  // Whether something besides the fields is missing.
  protected lacks(): boolean {
    return false;
  }

  protected submit(event: Event): void {
    event.preventDefault();
    const { values } = this.state;
    const wrong = Object.fromEntries(this.asks().map(([name, must]) => [name, wrongWith(name, values[name] ?? "", must)]));
    const lacks = this.lacks();
    this.setState({ wrong }, () => this.box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    if (lacks || Object.values(wrong).some(Boolean)) return;
    this.send(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()])));
  }

  protected fields(): ComponentChildren {
    const { values, wrong } = this.state;
    return this.asks().map(([name, required]) => (
      <Field
        key={name}
        chat={this.props.chat}
        name={name}
        value={values[name] ?? ""}
        wrong={wrong[name] ?? ""}
        required={required}
        write={(value) => this.setState({ values: { ...this.state.values, [name]: value }, wrong: { ...this.state.wrong, [name]: "" } })}
        leave={() => this._left(name, required)}
      />
    ));
  }

  // One that was left empty is asked for on sending; what is in it is looked at now.
  private _left(name: Name, required: boolean): void {
    const value = this.state.values[name] ?? "";
    if (value.trim()) this.setState({ wrong: { ...this.state.wrong, [name]: wrongWith(name, value, required) } });
  }
}
