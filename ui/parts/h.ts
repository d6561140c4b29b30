// What tags in the sources become.
export { Fragment, h } from "preact";
