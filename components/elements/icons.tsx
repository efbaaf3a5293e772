// Decorative icons in the colour of the text.

const paths = {
  mobile:
    'M8 3.5h8A1.5 1.5 0 0 1 17.5 5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5ZM10.75 17.75h2.5',
  office:
    'M6.6 4.5h2.2l1.3 3.6-1.7 1.3a11 11 0 0 0 6.2 6.2l1.3-1.7 3.6 1.3v2.2a2 2 0 0 1-2.1 2A15.4 15.4 0 0 1 4.6 6.6a2 2 0 0 1 2-2.1Z',
  caret: 'm7 10 5 5 5-5',
  settings:
    'M4 7.5h8M17 7.5h3M4 16.5h3M12 16.5h8M17 7.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM12 16.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z',
  refresh: 'M19 12a7 7 0 1 1-2.05-4.95L19 9M19 4.5V9h-4.5',
  tick: 'm5.5 12.5 4.25 4.25L18.5 8',
  warning: 'M12 4.25 20.5 19h-17L12 4.25ZM12 10v4.25M12 16.6v.15',
  info: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11.25v4.5M12 8.25v.15',
  plus: 'M12 5.5v13M5.5 12h13',
  shield: 'M12 3.75 18.5 6v5.5c0 4-2.6 7-6.5 8.75-3.9-1.75-6.5-4.75-6.5-8.75V6L12 3.75ZM9 11.75l2.25 2.25L15 9.75',
  back: 'M14.5 6.5 9 12l5.5 5.5',
  forward: 'M9.5 6.5 15 12l-5.5 5.5',
  close: 'm7 7 10 10M17 7 7 17',
  remove: 'M5 7.5h14M9.5 7.5v-2h5v2M7 7.5l.75 11.5h8.5L17 7.5M10.5 11v4.5M13.5 11v4.5',
  open: 'M13.5 5.5h5v5M18 6l-7 7M10 6.5H7A1.5 1.5 0 0 0 5.5 8v9A1.5 1.5 0 0 0 7 18.5h9a1.5 1.5 0 0 0 1.5-1.5v-3',
} as const;

export type IconName = keyof typeof paths;

/** Mirrored on a right-to-left page. */
const directed: readonly IconName[] = ['back', 'forward', 'open'];

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={directed.includes(name) ? 'icon directed' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 48 48" aria-hidden="true">
      <rect class="mark-ground" width="48" height="48" rx="11" />
      <rect class="mark-handset" x="12" y="6" width="24" height="36" rx="4.5" />
      <path class="mark-tick" d="m18 23 4.25 4.25L30 18.75" />
    </svg>
  );
}
