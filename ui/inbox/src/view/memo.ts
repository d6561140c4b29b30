// A component that is drawn anew only when a property of it changed.
import { Component, h, type ComponentType, type VNode } from "preact";

export function memo<P extends object>(Inner: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now = this.props as Record<string, unknown>;
      return Object.entries(next).some(([name, value]) => name !== "children" && now[name] !== value);
    }
    override render(): VNode {
      return h(Inner as ComponentType<object>, this.props);
    }
  } as unknown as ComponentType<P>;
}
