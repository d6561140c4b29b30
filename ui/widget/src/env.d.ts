// What the build puts in: of each part that is fetched when it is needed, its version and the sum it is held to; and which
// sources all of them were made from; of each language that there is a script for, its version and sum.
declare const PARTS: Record<"files" | "forms" | "more" | "rich" | "talk", readonly [string, string]>;
declare const MADE: string;
declare const LANGUAGES: Record<string, readonly [string, string]>;
// Of the loader, whose types are used here.
declare const LANGUAGES_VERSION: string;
declare const LANGUAGES_INTEGRITY: string;
declare module "*.sheet.css" {
  const text: string;
  export default text;
}
