// The part of the widget with which a visitor sends files.

import { give, type Part } from "../on_demand/given";
import { WORDS } from "./en";
import sheet from "./files.sheet.css";
import { Tray } from "./tray";
import { Going, mark, TrayView } from "./view";

export interface Filing extends Part {
  Tray: typeof Tray;
  TrayView: typeof TrayView;
  Going: typeof Going;
  mark: typeof mark;
}

give<Filing>({ sheet, words: WORDS, Tray, TrayView, Going, mark });
