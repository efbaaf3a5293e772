// A countdown that is shown every second and announced by screen readers at a few moments.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { spokenMoment } from '../view-model/registration.ts';

/** @returns the whole seconds until a time, and the last moment to announce */
export function useCountdown(time: number): { seconds: number; spoken: number | undefined } {
  const seconds = useSignal(secondsUntil(time));
  const spoken = useSignal<number | undefined>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const count = () => {
      const left = secondsUntil(time);
      spoken.value = spokenMoment(seconds.peek(), left) ?? spoken.peek();
      seconds.value = left;
      // Until the shown number changes.
      if (left > 0) timer = setTimeout(count, Math.max(50, time - Date.now() - (left - 1) * 1_000));
    };
    spoken.value = undefined;
    seconds.value = secondsUntil(time);
    count();
    return () => clearTimeout(timer);
  }, [time]);
  return { seconds: seconds.value, spoken: spoken.value };
}

function secondsUntil(time: number): number {
  return Math.max(0, Math.ceil((time - Date.now()) / 1_000));
}
