// Nobody is there: where to answer, and what.

import type { Chat } from "../view/chat";
import { know } from "../wire/kept";
import type { Name } from "./field";
import { Form } from "./form";

export class Away extends Form<{ chat: Chat }> {
  protected asks(): [Name, boolean][] {
    return [["email", true], ["message", true]];
  }

  // The address stands in what is said too: another one may be known of them.
  protected send({ email = "", message = "" }: Partial<Record<Name, string>>): void {
    const { chat } = this.props;
    // Sent again before it was drawn that it is.
    if (chat.keep.about?.email) return;
    know(chat.keep, { ...chat.keep.about, email });
    chat.changed();
    chat.send(`${message}\n\n${email}`);
  }

  override render({ chat }: { chat: Chat }) {
    const { email } = chat.keep.about ?? {};
    if (email) return <p class="said" role="status">{chat.say("left", { email })}</p>;
    return (
      <form class="box" ref={this.box} noValidate aria-label={chat.say("leave_message")} onSubmit={(event) => this.submit(event)}>
        {this.fields()}
        <button class="btn">{chat.say("leave_message")}</button>
      </form>
    );
  }
}
