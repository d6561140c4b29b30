// What had to be cut for want of room is told whole to the pointer that rests on it.
const CUT = ".fd-cut, .fd-opts > span, .fd-by > b, .fd-by > span, .fd-completion b, .fd-v > span";
const told = new WeakSet<Element>();

export function tellWhatIsCut(): void {
  document.addEventListener("mouseover", (event) => {
    const one = event.target instanceof Element ? event.target.closest<HTMLElement>(CUT) : null;
    if (!one || (one.closest("[title]") && !told.has(one))) return;
    if (one.scrollWidth > one.clientWidth) {
      told.add(one);
      one.title = [...one.childNodes].map((node) => (node instanceof Element && node.matches(".visually-hidden") ? "" : (node.textContent ?? ""))).join("").trim();
    } else if (told.delete(one)) {
      one.removeAttribute("title");
    }
  });
}
