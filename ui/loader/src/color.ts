// Any way CSS has to write a solid colour -> six hexadecimal digits; null for anything else.

export function solid(given: string, probe: (given: string) => string): string | null {
  const plain = given.trim().toLowerCase();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(plain);
  if (short) return `#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`;
  if (/^#[0-9a-f]{6}$/.test(plain)) return plain;
  if (!/^([a-z]{3,25}|rgb\([\d\s,.%]{5,40}\))$/.test(plain)) return null;
  const found = probe(plain);
  return /^#[0-9a-f]{6}$/.test(found) ? found : null;
}

// A canvas writes what it was given as hexadecimal digits, and keeps what it had when that is no colour.
export function byCanvas(given: string): string {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return "";
  const read = (before: string) => {
    pen.fillStyle = before;
    pen.fillStyle = given;
    return String(pen.fillStyle);
  };
  const found = read("#000000");
  return found === read("#ffffff") ? found : "";
}
