// A page whose policy lets nobody ask our program: no waiting helps there. Its owner is told what to allow.

import type { Wire } from "./http";

export class Policy {
  private readonly _blocked = new Set<string>();
  private readonly _gone = new AbortController();
  private readonly _origin: string;
  private _said = false;

  constructor(private readonly _wire: Wire, told: () => void) {
    this._origin = new URL(_wire.at("")).origin;
    const heard = ({ blockedURI, disposition, effectiveDirective }: SecurityPolicyViolationEvent) => {
      if (disposition !== "enforce" || effectiveDirective !== "connect-src") return;
      const before = this.forbids;
      this._blocked.add(bare(blockedURI));
      if (!before && this.forbids) told();
    };
    addEventListener("securitypolicyviolation", heard, { signal: this._gone.signal });
  }

  // What came to nothing last is what was blocked. Some browsers name the host alone.
  get forbids(): boolean {
    const { cut } = this._wire;
    return !!cut && (this._blocked.has(this._origin) || this._blocked.has(bare(cut)));
  }

  say(): void {
    if (!this._said) console.error(`AIAssistant ${this._wire.assistant}: add ${this._origin} to connect-src of this page's Content-Security-Policy`);
    this._said = true;
  }

  // Whatever was blocked, we are heard.
  well(): void {
    this._blocked.clear();
  }

  end(): void {
    this._gone.abort();
  }
}

function bare(address: string): string {
  return address.replace(/\?.*|\/$/, "");
}
