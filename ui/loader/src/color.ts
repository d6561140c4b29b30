// Any way CSS has to write a solid colour -> six hexadecimal digits; null for anything else.

export function solid(given: string, probe: (given: string) => string): string | null {
  const plain = given.trim().toLowerCase().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  const found = /^([a-z]{3,25}|rgb\([\d\s,.%]{5,40}\))$/.test(plain) ? probe(plain) : plain;
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
