// A part of the widget that is fetched when something first needs it, and held to what the widget was built with.

import { Component, createRef, Fragment, h } from "preact";
import type { Host } from "../../../loader/src/guest";
import { wear } from "../text/sheets";
import { learn } from "../text/words";
import type { Part } from "./given";

const KIT = { h, Fragment, Component, createRef, made: MADE };
export type Kit = typeof KIT;

const AGAIN_MS = 10_000;

export class Fetched<T extends Part> {
  private _part: T | null = null;
  private _loading: Promise<T> | null = null;
  private _failed = -AGAIN_MS;

  constructor(
    private readonly _host: Host,
    private readonly _name: keyof typeof PARTS,
    private readonly _changed: () => void,
  ) {}

  // Null while it is on its way; then everything is drawn again.
  get(): T | null {
    if (!this._part && performance.now() > this._failed + AGAIN_MS) this.load().catch(() => undefined);
    return this._part;
  }

  load(): Promise<T> {
    this._loading ??= this._load().catch((reason: unknown) => {
      this._loading = null;
      this._failed = performance.now();
      this._host.log(String(reason));
      throw reason;
    });
    return this._loading;
  }

  private async _load(): Promise<T> {
    const part = await this._host.script<T>(`widget_${this._name}`, PARTS[this._name], KIT);
    wear(this._host.root, part.sheet);
    learn(part.words);
    this._part = part;
    this._changed();
    return part;
  }
}
