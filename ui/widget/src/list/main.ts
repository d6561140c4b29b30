// The part of the widget that draws what was said, and how the conversation stands.

import { give, type Part } from "../on_demand/given";
import { WORDS } from "./en";
import { Face } from "./face";
import { List } from "./list";
import sheet from "./list.sheet.css";
import { ended, opener, slow, status } from "./standing";

export interface Listing extends Part {
  Face: typeof Face;
  List: typeof List;
  ended: typeof ended;
  opener: typeof opener;
  slow: typeof slow;
  status: typeof status;
}

give<Listing>({ sheet, words: WORDS, Face, List, ended, opener, slow, status });
