// A page whose policy lets nobody ask our program: no waiting helps there. Its owner is told what to allow.

export class Policy {
  forbids = false;
  private readonly _gone = new AbortController();

  constructor(base: string, assistant: string, told: () => void) {
    const { origin } = new URL(base);
    const heard = ({ blockedURI, disposition, effectiveDirective }: SecurityPolicyViolationEvent) => {
      if (this.forbids || disposition !== "enforce" || effectiveDirective !== "connect-src" || !blockedURI.startsWith(origin)) return;
      this.forbids = true;
      console.error(`AIAssistant ${assistant}: add ${origin} to connect-src of this page's Content-Security-Policy`);
      told();
    };
    addEventListener("securitypolicyviolation", heard, { signal: this._gone.signal });
  }

  end(): void {
    this._gone.abort();
  }
}
