// A menu below its button: choices in groups, found by typing where there are many, taken with arrows, Enter or a digit.
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text/t";
import { Icon } from "./bits";
import { useApp, useWindow } from "./context";
import type { IconName } from "./icons";

export interface Choice {
  id: string;
  label: string;
  icon?: IconName;
  mark?: ComponentChildren;
  hint?: string;
  checked?: boolean;
  bad?: boolean;
  keys?: string;
  run(): void;
}

export interface Group {
  title?: string;
  choices: Choice[];
}

interface Props {
  name: string; // of the sheet; one is open at a time
  label: string;
  groups: Group[];
  find?: boolean;
  end?: boolean; // opens towards the start side
  up?: boolean;
  children?: ComponentChildren; // below the choices
  empty?: string;
}

export function Menu(props: Props): JSX.Element | null {
  const open = useWindow((window) => window.sheet === props.name);
  return open ? <Opened {...props} /> : null;
}

function Opened({ label, groups, find, end, up, children, empty }: Props): JSX.Element {
  const app = useApp();
  const [word, setWord] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useHeldFocus(box, () => app.sheet(null));
  const asked = word.trim().toLocaleLowerCase();
  const shown = groups
    .map((group) => ({ ...group, choices: group.choices.filter((choice) => choice.label.toLocaleLowerCase().includes(asked)) }))
    .filter((group) => group.choices.length);
  const flat = shown.flatMap((group) => group.choices);
  const current = Math.min(at, Math.max(0, flat.length - 1));
  useLayoutEffect(() => box.current?.querySelector('[data-at="true"]')?.scrollIntoView({ block: "nearest" }), [current, asked]);
  const keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.target instanceof HTMLElement && event.target.closest("[data-own-keys]")) return;
    const digit = Number(event.key);
    if (event.key === "ArrowDown") setAt((current + 1) % Math.max(1, flat.length));
    else if (event.key === "ArrowUp") setAt((current - 1 + flat.length) % Math.max(1, flat.length));
    else if (event.key === "Home" && !find) setAt(0);
    else if (event.key === "End" && !find) setAt(flat.length - 1);
    else if (event.key === "Enter" || (event.key === " " && !find)) flat[current]?.run();
    else if (!find && digit >= 1 && digit <= flat.length) flat[digit - 1]!.run();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  let index = -1;
  return (
    <div ref={box} class={`fd-menu ${end ? "fd-end" : ""} ${up ? "fd-up" : ""}`} role="dialog" aria-label={label} onKeyDown={keys}>
      {find ? (
        <input
          class="form-control"
          value={word}
          placeholder={t("find")}
          aria-label={t("find")}
          role="combobox"
          aria-expanded="true"
          aria-controls="fd-menu-list"
          aria-activedescendant={flat[current] ? `fd-menu-${current}` : undefined}
          onInput={(event) => (setWord(event.currentTarget.value), setAt(0))}
          data-first
        />
      ) : null}
      <div class="fd-menu-list" id="fd-menu-list" role="listbox" aria-label={label} tabIndex={find ? -1 : 0} data-first={find ? undefined : ""} aria-activedescendant={flat[current] ? `fd-menu-${current}` : undefined}>
        {shown.map((group) => (
          <div role="group" aria-label={group.title ?? label} key={group.title ?? ""}>
            {group.title ? <div class="fd-menu-h">{group.title}</div> : null}
            {group.choices.map((choice) => {
              index += 1;
              const mine = index;
              return (
                <div
                  key={choice.id}
                  id={`fd-menu-${mine}`}
                  role="option"
                  aria-selected={choice.checked ?? false}
                  data-at={mine === current}
                  class={`fd-menu-i ${choice.bad ? "fd-badc" : ""}`}
                  onClick={choice.run}
                  onPointerMove={() => setAt(mine)}
                >
                  {choice.mark ?? (choice.icon ? <Icon name={choice.icon} /> : null)}
                  <span class="fd-cut" dir="auto">
                    {choice.label}
                  </span>
                  {choice.hint ? <span class="fd-t3 fd-xs fd-nw">{choice.hint}</span> : null}
                  {choice.checked ? <Icon name="check" size="s" extra="fd-sp" /> : choice.keys ? <kbd class="fd-sp fd-no-s">{choice.keys}</kbd> : null}
                </div>
              );
            })}
          </div>
        ))}
        {flat.length ? null : <div class="fd-menu-none">{asked ? t("nothing_found") : (empty ?? t("nothing_here"))}</div>}
      </div>
      {children}
    </div>
  );
}

// Focus goes in, Tab stays inside, Escape and a press outside close, and focus goes back where it came from.
export function useHeldFocus(box: { current: HTMLElement | null }, leave: () => void): void {
  // Before the next key is pressed: E and 1 may come at once.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const inside = box.current!;
    (inside.querySelector<HTMLElement>("[data-first]") ?? inside.querySelector<HTMLElement>(TABBABLE))?.focus();
    const press = (event: PointerEvent): void => {
      const target = event.target as Element;
      if (!inside.contains(target) && !target.closest("[data-opens]")) leave();
    };
    const keys = (event: KeyboardEvent): void => {
      if (event.key === "Escape") {
        event.stopPropagation();
        event.preventDefault();
        leave();
      } else if (event.key === "Tab") {
        turn(inside, event);
      }
    };
    document.addEventListener("pointerdown", press, true);
    inside.addEventListener("keydown", keys);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      inside.removeEventListener("keydown", keys);
      if (inside.contains(document.activeElement) || document.activeElement === document.body) before?.focus();
    };
  }, []);
}

const TABBABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]';

function turn(inside: HTMLElement, event: KeyboardEvent): void {
  const stops = [...inside.querySelectorAll<HTMLElement>(TABBABLE)].filter((one) => one.offsetParent !== null);
  const first = stops[0];
  const last = stops.at(-1);
  if (event.shiftKey && document.activeElement === first) last?.focus();
  else if (!event.shiftKey && document.activeElement === last) first?.focus();
  else return;
  event.preventDefault();
}
