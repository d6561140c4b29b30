// Starts the inbox in the place that the page has for it.
import { render } from "preact";
import { SIGNED_OUT } from "./api/http";
import { SharedFeed } from "./feed/shared";
import { intoCommands, intoSheet, listen } from "./keys";
import { followNotices } from "./notify";
import { App, type Boot } from "./state/app";
import { Incoming } from "./state/incoming";
import { loadCounts, loadRarely, loadView } from "./state/loading";
import { followAddress } from "./state/moves";
import { say, type Catalogue } from "./text/t";
import { timesIn } from "./text/when";
import { Running } from "./view/context";
import { tellWhatIsCut } from "./view/cut";
import { Inbox } from "./view/inbox";
import "./inbox.css";

interface Handed extends Boot {
  texts: Catalogue;
}

function start(place: HTMLElement): void {
  const handed = JSON.parse(place.dataset.inbox ?? "{}") as Handed;
  say(handed.texts, handed.me.language);
  timesIn(handed.time_zone);
  const app = new App(handed);
  const incoming = new Incoming(app);
  app.feed = new SharedFeed(`${handed.workspace}.${handed.me.id}`, { event: incoming.event, line: incoming.line });
  followAddress(app);
  addEventListener("popstate", () => (app.sheet(null), followAddress(app)));
  addEventListener("storage", (event) => (event.key !== null && app.outbox.keys.includes(event.key) ? app.outbox.heed() : undefined));
  addEventListener(SIGNED_OUT, () => app.desk.set({ line: "out" }));
  listen(app);
  tellWhatIsCut();
  followNotices(app);
  intoSheet();
  intoCommands(app);
  app.feed.start();
  void loadView(app);
  void loadCounts(app);
  loadRarely(app);
  app.outbox.open();
  app.drafts.tidy(Date.now());
  render(
    <Running.Provider value={app}>
      <Inbox />
    </Running.Provider>,
    place,
  );
}

const place = document.getElementById("inbox");
if (place) start(place);
