// Somebody's text: line breaks, addresses as links, names marked; what is very long is folded until somebody asks for the rest.
import type { JSX } from "preact";
import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { folded } from "../text/fold";
import { mentioned, pieces, type Piece } from "../text/links";
import { t } from "../text/t";

// Whoever unfolds wants to read on where they are: the thread does not go to its end by itself.
export const UNFOLD = "fd:unfold";

export function PlainText({ text, names }: { text: string; names: readonly string[] }): JSX.Element {
  const all = mentioned(pieces(text), names);
  const head = folded(all);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const turned = useRef(false);
  useLayoutEffect(() => {
    if (turned.current && !open) button.current?.scrollIntoView({ block: "nearest" });
    turned.current = false;
  }, [open]);
  return (
    <>
      <span class="fd-plain" dir="auto">
        <Drawn pieces={head && !open ? head : all} />
        {head && !open ? "…" : null}
      </span>
      {head ? (
        <button
          type="button"
          class="fd-link fd-unfold"
          aria-expanded={open}
          ref={button}
          onClick={(event) => {
            event.currentTarget.dispatchEvent(new CustomEvent(UNFOLD, { bubbles: true }));
            turned.current = true;
            setOpen(!open);
          }}
        >
          {t(open ? "show_less" : "show_more")}
        </button>
      ) : null}
    </>
  );
}

function Drawn({ pieces: drawn }: { pieces: readonly Piece[] }): JSX.Element {
  return (
    <>
      {drawn.map((piece, at) =>
        piece.href ? (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : piece.mention ? (
          <span class="fd-at" key={at}>
            {piece.text}
          </span>
        ) : (
          <Fragment key={at}>{piece.text}</Fragment>
        ),
      )}
    </>
  );
}
