// The part of the widget that is needed once somebody writes: the wire, and what was said.

import { give, type Part } from "../on_demand/given";
import { chime } from "./chime";
import { WORDS } from "./en";
import { signOut } from "./leave";
import { List } from "./list";
import { Talk } from "./talk";
import { Signing } from "./signing";
import sheet from "./talk.sheet.css";

export interface Talking extends Part {
  Talk: typeof Talk;
  List: typeof List;
  chime: typeof chime;
  Signing: typeof Signing;
  signOut: typeof signOut;
}

give<Talking>({ sheet, words: WORDS, Talk, List, chime, Signing, signOut });
