// What the build puts in.
declare const WIDGET_VERSION: string;
declare const WIDGET_INTEGRITY: string;
declare const LANGUAGES_VERSION: string;
declare const LANGUAGES_INTEGRITY: string;
declare module "*.sheet.css" {
  const text: string;
  export default text;
}
