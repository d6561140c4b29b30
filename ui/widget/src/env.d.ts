// What the build puts in: of each part that is fetched when it is needed, the sum it is held to; and which sources all of them
// were made from; of each language that there is a script for, its sum.
declare const PARTS: Record<"files" | "forms" | "list" | "more" | "rich" | "talk", string>;
declare const MADE: string;
declare const LANGUAGES: Record<string, string>;
// Of the loader, whose types are used here.
declare const LANGUAGES_SUM: string;
declare module "*.sheet.css" {
  const text: string;
  export default text;
}
