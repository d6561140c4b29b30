// In parts that are fetched when they are needed this stands for Preact: there is one on a page, the widget's own.

import { kit } from "./given";

export const { h, Fragment, Component, createRef } = kit;
