import type { BrowserName } from '../browsers.ts';
import { type Sample, sampleOf } from './statistics.ts';

export interface Measurement {
  what: string;
  browser?: BrowserName;
  unit: 'ms' | 'bytes' | 'requests' | 'elements' | 'per second' | 'shift' | 'times';
  ours: Sample;
  /** Measured in the same run, alternating. */
  control?: Sample;
  /** Limit of the ratio to the control, of the difference from it, or of the figure itself; none if only reported. */
  goal?: { of: 'ratio' | 'difference' | 'figure'; most: number };
  /** Known reason for a missed goal, without figures. */
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

/** A value without variation. */
export function counted(value: number): Sample {
  return sampleOf([value]);
}
