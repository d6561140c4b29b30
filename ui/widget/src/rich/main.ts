// The part of the widget that draws more than texts and buttons.

import { give, type Part } from "../on_demand/given";
import { WORDS } from "./en";
import sheet from "./rich.sheet.css";
import { RichView } from "./view";

export interface Rich extends Part {
  RichView: typeof RichView;
}

give<Rich>({ sheet, words: WORDS, RichView });
