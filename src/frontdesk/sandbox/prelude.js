// What an author's script sees: `botContext`, a clock that stands still and random numbers that repeat.
// A function of what choices.js gives, called once in a fresh context. It gives one function: called with a task (JSON) that runs the sources in it
// and returns the outcome (JSON); called with "" it returns the effects so far, for a script that was stopped.
// Built-ins are captured before any author's code runs, so that rewriting them breaks only the author's own code.
(function (makeChoices) {
  "use strict";

  const MOST_EFFECTS = 100, MOST_CHARS = 65536, MOST_VALUE_CHARS = 524288, MOST_ITEMS = 100;
  const LONGEST_DETAIL = 32768, LONGEST_DELAY_MS = 10000, LONGEST_ERROR = 500, LONGEST_STACK = 8192;
  // Lines above belong to this file or to code that the script made itself; each source has its own range below.
  const FIRST_LINE = 1000;
  const UNREADABLE = "@";

  const { parse, stringify } = JSON;
  const { defineProperty, freeze, hasOwn, setPrototypeOf, assign } = Object;
  const { isArray } = Array;
  const { construct } = Reflect;
  const { floor, imul, min } = Math;
  const RealDate = Date, Text = String, Num = Number, Failure = Error, evaluate = eval;
  const uncurry = Function.prototype.bind.bind(Function.prototype.call);
  const slice = uncurry(Text.prototype.slice), indexOf = uncurry(Text.prototype.indexOf);
  const repeat = uncurry(Text.prototype.repeat);
  const trim = uncurry(Text.prototype.trim), lower = uncurry(Text.prototype.toLowerCase);
  const codeAt = uncurry(Text.prototype.charCodeAt), exec = uncurry(RegExp.prototype.exec);
  const shown = uncurry(RealDate.prototype.toString), weekday = uncurry(RealDate.prototype.getUTCDay);
  // Long strings put together are ropes, which the caller cannot read: joining makes one piece of them.
  const joined = uncurry(Array.prototype.join), whole = (string) => joined([string], "");
  const isoDate = uncurry(RealDate.prototype.toISOString);

  // ------------------------------------------------------------------------------------------ effects

  const STOP = freeze({ __proto__: null, name: "Stopped", message: "the reply ended the script", toString: () => "Stopped" });
  let effects = "", count = 0, stopped = false, refused = null;

  function emit(json) {
    if (stopped) return;
    if (count >= MOST_EFFECTS) refuse("a script may have at most " + MOST_EFFECTS + " effects");
    if (effects.length + json.length > MOST_CHARS) refuse("a script's effects may hold at most " + MOST_CHARS + " characters");
    effects += count === 0 ? json : "," + json;
    count += 1;
  }

  function refuse(message) {
    refused = refused || new RangeError(message);
    throw refused;
  }

  function text(value) {
    if (typeof value === "string") return value;
    return value === null || value === undefined ? "" : Text(value);
  }

  const quoted = (value) => stringify(text(value));

  // For logs: objects as JSON where they have one.
  function told(value) {
    if (typeof value !== "object" || value === null) return Text(value);
    try {
      return stringify(value) || Text(value);
    } catch {
      return Text(value);
    }
  }

  function named(value, what) {
    const name = trim(text(value));
    if (name === "") throw new Failure(what + ": the name is empty");
    if (name.length > 200) throw new Failure(what + ": the name is longer than 200 characters");
    return name;
  }

  function each(value, what, see) {
    if (value === null || value === undefined) return;
    if (!isArray(value)) return see(value);
    const length = value.length;
    if (length > MOST_ITEMS) throw new RangeError(what + ": more than " + MOST_ITEMS + " items");
    for (let i = 0; i < length; i += 1) see(value[i]);
  }

  function texts(value, what) {
    let json = "";
    each(value, what, (item) => {
      const said = text(item);
      if (trim(said) !== "") json += (json === "" ? "" : ",") + stringify(said);
    });
    return json;
  }

  function replies(value, what) {
    let json = "";
    each(value, what, (item) => {
      const chip = text(item), cut = indexOf(chip, "~");
      const title = trim(cut < 0 ? chip : slice(chip, 0, cut));
      const payload = cut < 0 ? "" : trim(slice(chip, cut + 1));
      if (title === "") return;
      json += (json === "" ? "" : ",") + '{"title":' + stringify(title) + ',"payload":' + stringify(payload) + "}";
    });
    return json;
  }

  function send(what, value, chips, stops) {
    const said = texts(value, what), under = replies(chips, what);
    if (said === "" && !stops) return emit('{"type":"debug","text":' + stringify(what + ": there is no text to send") + "}");
    emit('{"type":"send","texts":[' + said + '],"replies":[' + under + '],"stops":' + stops + "}");
  }

  function addReplies(value) {
    const under = replies(value, "addQuickReplies");
    if (under !== "") emit('{"type":"add_replies","replies":[' + under + "]}");
  }

  function logged(name, message, detail) {
    const more = slice(typeof detail === "object" && detail !== null ? told(detail) : text(detail), 0, LONGEST_DETAIL);
    emit('{"type":"logged","name":' + stringify(name) + ',"message":' + quoted(message) + ',"detail":' + stringify(more) + "}");
  }

  // ------------------------------------------------------------------------------------------ variables

  let context = null, variables = null, contact = null, zones = null, now = 0;

  // Plain values become strings, as the original has it; objects and lists stay data.
  function data(value) {
    if (value === null || value === undefined) return "null";
    if (typeof value === "function") throw new TypeError("a function cannot be kept in a variable");
    return (typeof value === "object" ? stringify(value) : stringify(Text(value))) || "null";
  }

  function put(key, value, scope, what) {
    const name = named(key, what), json = data(value);
    emit('{"type":"put","name":' + stringify(name) + ',"value":' + json + ',"scope":"' + scope + '"}');
    if (stopped) return;
    if (scope === "contact") contact[name] = parse(json);
    variables[name] = parse(json);
  }

  function forget(name) {
    emit('{"type":"put","name":' + stringify(name) + ',"value":null,"scope":"contact"}');
    if (!stopped) contact[name] = variables[name] = null;
  }

  function inside(value, path) {
    let rest = path;
    while (rest !== "" && value !== null && value !== undefined) {
      const part = exec(/^(?:\.([^.[\]]+)|\[(\d+)\])/, rest);
      if (part === null) return null;
      const key = part[1] === undefined ? part[2] : part[1];
      if (typeof value === "object" && hasOwn(value, key) && !(isArray(value) && key === "length")) value = value[key];
      else if (key === "count") value = isArray(value) ? value.length : 1;
      else return null;
      rest = slice(rest, part[0].length);
    }
    return value === undefined ? null : value;
  }

  // The longest known name wins: `Balance.balance` may be a variable of its own, or a field of `Balance`.
  function found(name) {
    if (hasOwn(variables, name)) return inside(variables[name], "");
    for (let end = name.length - 1; end > 0; end -= 1) {
      const code = codeAt(name, end);
      if (code !== 46 && code !== 91) continue;
      const known = slice(name, 0, end);
      if (hasOwn(variables, known)) return inside(variables[known], slice(name, end));
    }
    return hasOwn(contact, name) ? contact[name] : null;
  }

  function variable(key) {
    const name = trim(text(key)), value = found(name);
    return value === null && indexOf(name, "slot.") === 0 ? found(slice(name, 5)) : value;
  }

  const attribute = (name) => (hasOwn(contact, text(name)) ? contact[text(name)] : null);
  const attributes = () => assign({}, contact);

  function stored(namespace, property, what) {
    return named(namespace, what) + "." + named(property, what);
  }

  const { chosen, hoursType } = makeChoices({
    each, text, exec, slice, trim, lower, codeAt, weekday, isoDate,
    moment: (zone) => (hasOwn(zones, zone) ? construct(RealDate, [now + zones[zone] * 1000]) : null),
  });

  // ------------------------------------------------------------------------------------------ botContext

  const botContext = {
    __proto__: null,
    getBotVariable: variable,
    setBotVariable(name, value, session, forever) {
      put(name, value, forever ? "contact" : session ? "session" : "turn", "setBotVariable");
    },
    getCurrentUserMessage: () => context.message,
    sendMessage: (message) => send("sendMessage", message, null, false),
    sendMessages: (messages) => send("sendMessages", messages, null, false),
    sendImmediateReply(messages) {
      send("sendImmediateReply", messages, null, true);
      stopped = true;
      throw STOP;
    },
    sendMessageWithQuickReplies: (message, chips) => send("sendMessageWithQuickReplies", message, chips, false),
    addQuickReplies: addReplies,
    addQuickReples: addReplies,
    sendPrivateMessage: (message) => emit('{"type":"private","text":' + quoted(message) + "}"),
    setTriggerNextMessage: (step) => emit('{"type":"jump","step":' + stringify(named(step, "setTriggerNextMessage")) + "}"),
    setMessageDelay(ms) {
      const wait = floor(Num(ms));
      if (!(wait >= 0)) throw new RangeError("setMessageDelay: milliseconds from 0 to " + LONGEST_DELAY_MS);
      emit('{"type":"delay","ms":' + min(wait, LONGEST_DELAY_MS) + "}");
    },
    setAllowMaxTextResponse() {},
    evaluateOptions: chosen,
    getChannel: () => context.channel,
    getUserChannel: () => context.channel,
    getQuickReplyPayload: () => context.payload || null,
    getButtonPayload: () => context.payload || null,
    getNamedEntities(key) {
      const name = text(key), plain = indexOf(name, "@") === 0 ? slice(name, 1) : name;
      const list = hasOwn(context.entities, name) ? context.entities[name] : context.entities[plain];
      if (!isArray(list)) return [];
      const mentions = [];
      for (let i = 0; i < list.length; i += 1) {
        const { phrase, value } = list[i];
        defineProperty(mentions, i, {
          value: { getPhrase: () => phrase, getDataValue: () => value },
          writable: true, enumerable: true, configurable: true,
        });
      }
      return mentions;
    },
    getDialogStarterIntent: () => context.intent,
    getDisambiguatedIntentName: () => context.chosen_intent || null,
    getDisambiguatedIntentId: () => context.chosen_intent || null,
    getEnvVariable: (name) => (hasOwn(context.env, text(name)) ? context.env[text(name)] : null),
    getConversationId: () => context.conversation_id,
    getChatBotId: () => context.assistant_id,
    getLPAccountId: () => context.workspace_id,
    getUserPlatformId: () => context.contact_id,
    isApiExecutionSuccessful: () => context.api_ok,
    getApiStatusCode: () => context.api_status,
    getHoursType: hoursType,
    getMetadata: attribute,
    getLPEngagementAttribute: attribute,
    getLPUserPersonalInfo: attributes,
    getLPCustomerInfo: () => assign({ customerId: context.contact_id }, contact),
    logCustomEvent: (message, name, detail) => logged(named(name, "logCustomEvent"), message, detail),
    logEscalationEvent: (message, kind) => logged("escalation", message, kind),
    printDebugMessage: (message) => emit('{"type":"debug","text":' + stringify(told(message)) + "}"),
    registerContextNamespace: () => true,
  };

  // The long-term store: what is kept for a customer or a conversation is an attribute of the contact here.
  for (const scope of ["User", "Conversation"]) {
    botContext["setContextDataFor" + scope] = (namespace, property, value) => {
      const what = "setContextDataFor" + scope;
      put(stored(namespace, property, what), value, "contact", what);
      return true;
    };
    botContext["getContextDataFor" + scope] = (namespace, property) => {
      const what = "getContextDataFor" + scope;
      if (property !== undefined) return attribute(stored(namespace, property, what));
      const under = named(namespace, what) + ".", all = {};
      for (const name in contact) if (indexOf(name, under) === 0) all[slice(name, under.length)] = contact[name];
      return all;
    };
    botContext["deleteContextDataFor" + scope] = (namespace, property) => {
      forget(stored(namespace, property, "deleteContextDataFor" + scope));
      return true;
    };
    botContext["deleteAllContextDataFor" + scope] = (namespace) => {
      const under = named(namespace, "deleteAllContextDataFor" + scope) + ".";
      for (const name in contact) if (indexOf(name, under) === 0) forget(name);
      return true;
    };
  }

  for (const name of [
    "askMaven", "getNlpResponse", "getSentiment", "getWebViewVariable", "getWebViewVariables", "getFileType",
    "getFileCaption", "setBotTransferIntentId", "setBotTransferIntentByDomain", "setBotTransferIntentbyDomain",
    "setBotTransferUserMessage", "setGlobalContextData", "getGlobalContextData", "deleteGlobalContextData",
  ]) {
    botContext[name] = () => {
      throw new Failure("botContext." + name + " is not available");
    };
  }

  // ------------------------------------------------------------------------------------------ clock and chance

  function stopClock() {
    const Clock = function Date() {
      const given = arguments.length === 0 || new.target === undefined ? [now] : arguments;
      return new.target === undefined ? shown(construct(RealDate, given)) : construct(RealDate, given, new.target);
    };
    Clock.prototype = RealDate.prototype;
    Clock.now = () => now;
    Clock.parse = RealDate.parse;
    Clock.UTC = RealDate.UTC;
    defineProperty(RealDate.prototype, "constructor", { value: Clock, writable: true, configurable: true });
    defineProperty(globalThis, "Date", { value: Clock, writable: true, configurable: true });
  }

  // mulberry32: small, even enough for picking a text, and the same for the same seed.
  function seedChance(seed) {
    let state = seed | 0;
    Math.random = function random() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  // ------------------------------------------------------------------------------------------ running

  function begin(task) {
    context = task.context;
    setPrototypeOf(context.entities, null);
    variables = setPrototypeOf(context.variables, null);
    contact = setPrototypeOf(context.contact, null);
    zones = task.zones;
    now = context.now === "" ? RealDate.now() : RealDate.parse(context.now);
    if (context.now !== "") stopClock();
    seedChance(context.seed);
  }

  // Reads code and runs none of it: behind it stands what no program goes on with, and the reader stops there.
  function read(source, opening, closing) {
    const before = repeat("\n", source.skip) + opening + source.code + "\n" + closing;
    try {
      evaluate(before + "\n" + UNREADABLE);
    } catch (fault) {
      if (line(fault) <= lines(before) || indexOf(text(fault.message), UNREADABLE) < 0) throw fault;
    }
  }

  function lines(code) {
    let count = 1;
    for (let at = indexOf(code, "\n"); at >= 0; at = indexOf(code, "\n", at + 1)) count += 1;
    return count;
  }

  function main(source, response) {
    const body = evaluate(repeat("\n", source.skip) + "(function (response) {" + source.code + "\n})");
    return response === undefined ? null : body(response.given);
  }

  function run(task) {
    if (task.check !== null) {
      // Two wrappings: code that closes one of them to get out of it does not close the other.
      read(task.main, task.check === "shared" ? "{" : "(function (response) {", task.check === "shared" ? "}" : "})");
      read(task.main, "[function (response) {", "}]");
      return "null";
    }
    begin(task);
    for (let i = 0; i < task.shared.length; i += 1) evaluate(repeat("\n", task.shared[i].skip) + task.shared[i].code);
    const result = main(task.main, { given: task.response });
    if (!task.transforms) return "null";
    if (typeof result === "object" && result !== null && typeof result.then === "function") {
      throw new TypeError("a script must return its result at once, not a promise");
    }
    const json = stringify(result) || "null";
    if (json.length > MOST_VALUE_CHARS) throw new RangeError("the result is longer than " + MOST_VALUE_CHARS + " characters");
    return json;
  }

  function said(thrown) {
    if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) return Text(thrown);
    const name = text(thrown.name), message = text(thrown.message);
    if (name === "" && message === "") return told(thrown);
    return name === "" || message === "" ? name + message : name + ": " + message;
  }

  function line(thrown) {
    if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) return 0;
    const frames = /:(\d+):\d+\)?$/gm, stack = slice(text(thrown.stack), 0, LONGEST_STACK);
    for (let frame = exec(frames, stack); frame !== null; frame = exec(frames, stack)) {
      if (Num(frame[1]) > FIRST_LINE) return Num(frame[1]);
    }
    return 0;
  }

  function fault(thrown) {
    let message = "an error that cannot be shown", at = 0;
    try {
      message = slice(said(thrown), 0, LONGEST_ERROR);
      at = line(thrown);
    } catch {
      // Its own message or stack threw; what is there already has to do.
    }
    return '"outcome":"error","error":' + stringify(message) + ',"at":' + at;
  }

  for (const name of ["performance", "Atomics", "SharedArrayBuffer"]) delete globalThis[name];
  defineProperty(globalThis, "botContext", { value: freeze(botContext) });

  return function (given) {
    if (given === "") return whole(effects);
    let outcome = '"outcome":"ok"', value = "null";
    try {
      value = run(parse(given));
    } catch (thrown) {
      if (!stopped) outcome = fault(thrown);
    }
    // Whoever goes on after a refusal has not heard it.
    if (refused !== null) outcome = fault(refused);
    return whole("{" + outcome + ',"effects":[' + effects + '],"value":' + value + "}");
  };
})
