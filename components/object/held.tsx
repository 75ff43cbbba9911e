'use client';

import { useSearchParams } from 'next/navigation';
import { Component, createRef, type ReactNode } from 'react';
import { heldSections } from './held-sections.ts';

type Props = { children: ReactNode };
type State = { shown: ReactNode; given: ReactNode; holds: boolean };
type Places = { height: number; bottom: number; tops: ReadonlyMap<Element, number> };

/**
 * Part of a page that is read while news comes in: what changes in place is shown at once; what would move a line in view, or what stands below,
 * waits as it was until it is asked for. What a person has just sent from this page never waits.
 */
export function Held({ children }: Props) {
  // Another address is another view, which a person asked for: it holds nothing back from the one before.
  return <Holder key={useSearchParams().toString()}>{children}</Holder>;
}

class Holder extends Component<Props, State> {
  private readonly root = createRef<HTMLDivElement>();
  private leave: (() => void) | undefined;
  private readonly show = () => this.setState(({ given }) => ({ shown: given, holds: false }));

  override state: State = { shown: this.props.children, given: this.props.children, holds: false };

  static getDerivedStateFromProps({ children }: Props, state: State): Partial<State> | null {
    return children === state.given ? null : { given: children, shown: children, holds: false };
  }

  override componentDidMount() {
    this.leave = heldSections.join(this.show);
  }

  override componentWillUnmount() {
    heldSections.settle(this);
    this.leave?.();
  }

  override getSnapshotBeforeUpdate(_props: Props, before: State): Places | null {
    return before.given === this.state.given || !this.root.current ? null : placesIn(this.root.current);
  }

  override componentDidUpdate(_props: Props, before: State, places: Places | null) {
    if (places && this.root.current && !heldSections.hasActed() && moves(places, placesIn(this.root.current))) {
      // oxlint-disable-next-line no-did-update-set-state -- before the browser paints, so that nobody sees the other state
      this.setState({ shown: before.shown, holds: true });
      return;
    }
    if (this.state.holds) heldSections.hold(this);
    else heldSections.settle(this);
  }

  override render() {
    return (
      <div ref={this.root} data-held={this.state.holds || undefined}>
        {this.state.shown}
      </div>
    );
  }
}

const LINES = '[data-row], h2, h3, dt, p, summary, li';

function placesIn(root: HTMLElement): Places {
  const { top, bottom, height } = root.getBoundingClientRect();
  const inView = [...root.querySelectorAll(LINES)]
    .map((line) => [line, line.getBoundingClientRect()] as const)
    .filter(([, box]) => box.bottom > 0 && box.top < innerHeight);
  return { height, bottom, tops: new Map(inView.map(([line, box]) => [line, box.top - top])) };
}

/** A line that was in view stands elsewhere, or what follows does. Half a pixel is rounding. */
function moves(before: Places, after: Places): boolean {
  if (before.bottom < innerHeight && Math.abs(before.height - after.height) > 0.5) return true;
  return [...before.tops].some(([line, top]) => {
    const now = after.tops.get(line);
    return now === undefined ? line.isConnected : Math.abs(now - top) > 0.5;
  });
}
