// The part of the widget that is needed once somebody writes: the wire.

import { give, type Part } from "../on_demand/given";
import { chime } from "./chime";
import { signOut } from "./leave";
import { Talk } from "./talk";
import { Signing } from "./signing";

export interface Talking extends Part {
  Talk: typeof Talk;
  chime: typeof chime;
  Signing: typeof Signing;
  signOut: typeof signOut;
}

give<Talking>({ sheet: "", words: {}, Talk, chime, Signing, signOut });
