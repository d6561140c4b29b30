// What the build puts in: of each part that is fetched when it is needed, its version and the sum it is held to; and which
// sources all of them were made from.
declare const PARTS: Record<"files" | "more" | "rich" | "talk", readonly [string, string]>;
declare const MADE: string;
declare module "*.sheet.css" {
  const text: string;
  export default text;
}
