// How large a file is, as people say it.

export function size(language: string, bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

const MOST_KINDS = 6;
const USUAL = ["PDF", "JPG", "PNG", "DOCX", "XLSX", "MP3", "MP4"];

// Which files there may be, from how their names may end: of many, those that people know.
export function kinds(accept = ""): string {
  const all = accept.replaceAll(".", "").toUpperCase().split(/[, ]+/).filter(Boolean);
  return all.length > MOST_KINDS ? `${USUAL.filter((each) => all.includes(each)).join(", ")} …` : all.join(", ");
}

// What stands in place of a picture of the file: how its name ends.
export function ending(name: string): string {
  return /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? "…";
}
