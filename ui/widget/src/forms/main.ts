// The part of the widget with everything that is filled in besides the field for messages.

import { WORDS as ADDRESS } from "../address/en";
import { give, type Part } from "../on_demand/given";
import { AskMoment, Pick } from "./asked";
import { Away } from "./away";
import { Before } from "./before";
import { WORDS } from "./en";
import sheet from "./forms.sheet.css";

export interface Forms extends Part {
  AskMoment: typeof AskMoment;
  Away: typeof Away;
  Before: typeof Before;
  Pick: typeof Pick;
}

give<Forms>({ sheet, words: { ...WORDS, ...ADDRESS }, AskMoment, Away, Before, Pick });
