// The part of the widget with the menu and what is in it.

import { WORDS as ADDRESS } from "../address/en";
import { give, type Part } from "../on_demand/given";
import { Comment } from "./comment";
import { WORDS } from "./en";
import { Menu } from "./menu";
import { Rating } from "./rating";
import sheet from "./more.sheet.css";

export interface More extends Part {
  Comment: typeof Comment;
  Menu: typeof Menu;
  Rating: typeof Rating;
}

give<More>({ sheet, words: { ...WORDS, ...ADDRESS }, Comment, Menu, Rating });
