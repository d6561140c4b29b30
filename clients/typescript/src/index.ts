/**
 * A typed client of Frontdesk's API, with no dependencies.
 *
 *     const desk = new Client("https://desk.example", "fd_api_...");
 *     for await (const conversation of desk.iterateConversations({ view: "queue" })) console.log(conversation.id);
 */

import { Operations } from "./operations.js";

export type * from "./models.js";
export { NoConnection, ProblemError } from "./transport.js";
export type { Event, Guarded, MaybeGuarded, Once, Settings } from "./transport.js";

/** What a key may do. */
export class Client extends Operations {}
