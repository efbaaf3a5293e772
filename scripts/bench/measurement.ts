// One line of the table: what was measured, against what, and what it is to be.
import type { BrowserName } from '../browsers.ts';
import { type Sample, sampleOf } from './statistics.ts';

export interface Measurement {
  what: string;
  browser?: BrowserName;
  unit: 'ms' | 'bytes' | 'requests' | 'elements' | 'per second' | 'shift' | 'times';
  ours: Sample;
  /** Measured in the same run, by turns. */
  control?: Sample;
  /** Of the ratio to the control, of the difference from it, or of the figure itself; none where it is only reported. */
  goal?: { of: 'ratio' | 'difference' | 'figure'; most: number };
  /** What is known of why, told where the goal is not reached. Without figures: those are in the table, and change. */
  why?: string;
}

export function figureOf({ ours, control, goal }: Measurement): number {
  if (goal?.of === 'difference') return ours.median - (control?.median ?? 0);
  if (goal?.of === 'figure' || !control) return ours.median;
  return ours.median / control.median;
}

export function holds(measurement: Measurement): boolean | undefined {
  return measurement.goal && figureOf(measurement) <= measurement.goal.most;
}

/** Something that is counted once, and the same each time. */
export function counted(value: number): Sample {
  return sampleOf([value]);
}
