// What the build puts in.
declare const WIDGET_SUM: string;
declare const LANGUAGES_SUM: string;
declare module "*.sheet.css" {
  const text: string;
  export default text;
}
