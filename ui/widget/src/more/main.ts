// The part of the widget with the menu and what is in it.

import { give, type Part } from "../on_demand/given";
import { WORDS } from "./en";
import { Menu } from "./menu";
import sheet from "./more.sheet.css";

export interface More extends Part {
  Menu: typeof Menu;
}

give<More>({ sheet, words: WORDS, Menu });
