// Attacks by the page on the banner. Case numbers refer to the list of security cases.
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, enableOnBanner, hasBanner, offerOf } from '../../scripts/journey/banner.ts';
import { enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

async function offeredPage(driver: BrowserDriver, sandbox: Sandbox): Promise<Surface> {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));
  return page;
}

const covers: [string, () => void][] = [
  [
    'case 1: on an almost invisible page',
    () => {
      document.documentElement.style.opacity = '0.01';
      document.body.style.opacity = '0.01';
    },
  ],
  [
    'case 5: on a page that moves itself and the banner',
    () => {
      document.documentElement.style.cssText = 'transform: translate(-25vw, -25vh); opacity: 0.01; height: 100vh';
    },
  ],
  [
    'case 3: under a cover that lets clicks through',
    () => {
      const cover = document.createElement('p');
      cover.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647; background: #fff; pointer-events: none';
      document.body.append(cover);
    },
  ],
  [
    'case 4: under a cover in the top layer',
    () => {
      const cover = document.createElement('p');
      cover.popover = 'manual';
      cover.style.cssText = 'inset: 0; width: auto; height: auto; pointer-events: none';
      document.body.append(cover);
      cover.showPopover();
    },
  ],
];

for (const [name, cover] of covers) {
  test(`${name}, a click on the banner only opens the confirmation`, async ({ driver, sandbox }) => {
    const page = await offeredPage(driver, sandbox);
    await page.evaluate(cover);
    await bannerOn(page).click(enableOnBanner);
    const popup = await driver.reopenedPopup();
    await popup.waitFor({ role: 'heading', name: text('enable.title') });
    expect(enableRequests(sandbox)).toEqual([]);
  });
}

test('cases 2 and 5: styles and attributes of the page do not move or hide the banner', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  const banner = bannerOn(page);
  const appearance = () =>
    banner.evaluate(((_nothing: null, root: ShadowRoot) => {
      const card = root.querySelector('section') as HTMLElement;
      const { opacity, filter, transform, clipPath, visibility, mixBlendMode } = getComputedStyle(card);
      const isVisible = card.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      return {
        isVisible,
        opacity,
        filter,
        transform,
        clipPath,
        visibility,
        mixBlendMode,
        box: card.getBoundingClientRect().toJSON(),
      };
    }) as never);
  const before = await appearance();
  await page.evaluate(() => {
    const attack = `opacity: 0 !important; filter: blur(9px) !important; transform: translate(-300px, -300px) !important;
      clip-path: inset(50%) !important; mix-blend-mode: difference !important; visibility: hidden !important;
      display: none !important; position: absolute !important; inset: 0 !important`;
    const style = document.createElement('style');
    style.textContent = `html > div { ${attack} }`;
    document.head.append(style);
    const host = document.querySelector('html > div') as HTMLElement;
    host.style.cssText = attack;
    host.hidden = true;
  });
  expect(await appearance()).toEqual(before);
  expect(before).toMatchObject({ isVisible: true, opacity: '1', transform: 'none' });
});

test('cases 6, 7, 11 and 19: a clone of the banner is empty, and synthetic clicks, keys and messages have no effect', async ({
  driver,
  sandbox,
}) => {
  const page = await offeredPage(driver, sandbox);
  const position = (await bannerOn(page).evaluate(((_nothing: null, root: ShadowRoot) => {
    const { x, y, width, height } = (root.querySelector('button') as HTMLElement).getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }) as never)) as { x: number; y: number };
  const host = await page.evaluate(({ x, y }) => {
    const host = document.querySelector('html > div') as HTMLElement;
    const clone = host.cloneNode(true) as HTMLElement;
    document.body.append(clone);
    const at = { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y, detail: 1, view: window };
    for (const target of [host, clone, document, window]) {
      for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click'])
        target.dispatchEvent(new MouseEvent(type, at));
      for (const type of ['keydown', 'keypress', 'keyup'])
        target.dispatchEvent(new KeyboardEvent(type, { ...at, key: 'Enter' }));
    }
    host.click();
    host.focus();
    postMessage({ type: 'banner', data: { say: 'open' }, timestamp: 0 }, '*');
    window.dispatchEvent(new CustomEvent('banner', { detail: 'open' }));
    const { attributes, innerHTML, shadowRoot, id, className } = host;
    return {
      attributes: attributes.length,
      innerHTML,
      shadowRoot,
      id,
      className,
      copy: clone.getBoundingClientRect().height,
    };
  }, position);
  expect(host).toEqual({ attributes: 0, innerHTML: '', shadowRoot: null, id: '', className: '', copy: 0 });
  // An accepted synthetic click would suppress the real one for some seconds.
  await bannerOn(page).click(enableOnBanner);
  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: text('enable.title') });
  expect(enableRequests(sandbox)).toEqual([]);
});

test('case 6: a banner moved into a transparent element returns to its place', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  await page.evaluate(() => {
    const wrap = document.createElement('div');
    wrap.id = 'wrap';
    wrap.style.cssText = 'position: fixed; inset: 0; transform: translate(-50vw, -50vh); opacity: 0.01';
    document.body.append(wrap);
    wrap.append(document.querySelector('html > div') as HTMLElement);
  });
  const isWrapped = () => page.evaluate(() => document.querySelector('#wrap > div') !== null);
  await until('the banner to go back', async () => !(await isWrapped()) && hasBanner(page));
  await bannerOn(page).waitForText(offerOf('02'));
  // The banner ends if the page moves it again and again.
  await page.evaluate(() => {
    const wrap = document.querySelector('#wrap') as HTMLElement;
    const keep = () => wrap.append(document.querySelector('html > div') ?? '');
    new MutationObserver(keep).observe(document.documentElement, { childList: true });
    keep();
  });
  await until('the banner to end', async () => !(await isWrapped()) && !(await hasBanner(page)));
  expect(await driver.hasPopup()).toBe(false);
  expect(enableRequests(sandbox)).toEqual([]);
});

test('@long case 10: a web page cannot frame an extension page', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  const control = await driver.openExtensionPage('options.html');
  await page.evaluate(
    (src) =>
      new Promise<void>((loaded) => {
        const frame = document.createElement('iframe');
        frame.src = src;
        // Chromium fires load for its error page; Firefox may fire no event.
        frame.addEventListener('load', () => loaded());
        setTimeout(loaded, 1_000);
        document.body.append(frame);
      }),
    (await control.url()).replace('options', 'popup'),
  );
  const paths = await control.evaluate(async () => {
    const { chrome } = globalThis as never as { chrome: typeof import('wxt/browser').browser };
    const contexts = await chrome.runtime.getContexts({ contextTypes: ['TAB', 'POPUP'] as never });
    return contexts.map(({ documentUrl }) => new URL(documentUrl ?? 'about:blank').pathname);
  });
  expect(paths.filter((path) => path.endsWith('.html'))).toEqual(['/options.html']);
});

test('@long a page whose listeners precede the banner can stop a click but cannot make one', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, mobileNotEnabled);
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'ready');
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await popup.waitForText(text('sms.ready'));
  await driver.closePopup();
  const control = await driver.openExtensionPage('popup.html');
  const page = await accountPageOf(driver);
  await page.evaluate(() => {
    const seen = window as never as { seen: string[] };
    seen.seen = [];
    for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click']) {
      const stop = (event: Event) => {
        if (event.target !== document.querySelector('html > div')) return;
        seen.seen.push(`${type} at ${(event.composedPath()[0] as Element).localName}`);
        event.stopImmediatePropagation();
        // Replays the event.
        event.target?.dispatchEvent(new MouseEvent(type, event as MouseEvent));
      };
      window.addEventListener(type, (event) => event.isTrusted && stop(event), true);
    }
  });
  sandbox.control.setSmsSignInState(mobileNotEnabled, 'notEnabled');
  await control.click({ role: 'button', name: text('fresh.refresh') });
  await bannerOn(page).waitForText(offerOf('02'));
  await bannerOn(page).click(enableOnBanner);
  const seen = () => page.evaluate(() => (window as never as { seen: string[] }).seen);
  await until('the click to be stopped', async () => (await seen()).includes('click at div'));
  // The page does not learn which button was clicked.
  expect(new Set((await seen()).map((each) => each.split(' ').at(-1)))).toEqual(new Set(['div']));
  expect(await driver.hasPopup()).toBe(false);
  expect(enableRequests(sandbox)).toEqual([]);
});

test('a page cannot observe or stop a real click', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  // These listeners come after those of the content script.
  await page.evaluate(() => {
    (window as never as { observed: string[] }).observed = [];
    for (const type of [
      'pointerdown',
      'mousedown',
      'mouseup',
      'click',
      'keydown',
      'keyup',
      'focusin',
      'focusout',
      'mousemove',
    ]) {
      window.addEventListener(
        type,
        (event) => {
          if (event.target !== document.querySelector('html > div')) return;
          (window as never as { observed: string[] }).observed.push(type);
          event.stopImmediatePropagation();
          event.preventDefault();
        },
        true,
      );
    }
  });
  await bannerOn(page).click(enableOnBanner);
  await (await driver.reopenedPopup()).waitFor({ role: 'heading', name: text('enable.title') });
  expect(await page.evaluate(() => (window as never as { observed: string[] }).observed)).toEqual([]);
});

test('case 8: the banner ends after the page has removed it four times', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  await page.evaluate(() => {
    const counted = window as never as { removals: number };
    counted.removals = 0;
    const remove = () => {
      for (const host of document.querySelectorAll('html > div')) {
        counted.removals += 1;
        host.remove();
      }
    };
    new MutationObserver(remove).observe(document.documentElement, { childList: true });
    remove();
  });
  const removals = () => page.evaluate(() => (window as never as { removals: number }).removals);
  await until('the banner to return three times', async () => (await removals()) === 4);
  // The content script has ended.
  const control = await driver.openExtensionPage('options.html');
  const answers = () =>
    control.evaluate(async () => {
      const { chrome } = globalThis as never as { chrome: typeof import('wxt/browser').browser };
      const tabs = await chrome.tabs.query({ url: 'https://mysignins.microsoft.com/*' });
      return Promise.all(
        tabs.map(({ id }) =>
          chrome.tabs.sendMessage(id as number, 'any message').then(
            () => 'answer',
            () => 'no answer',
          ),
        ),
      );
    });
  await until('the banner to end', async () => (await answers()).join() === 'no answer');
  expect(await removals()).toBe(4);
  expect(await hasBanner(page)).toBe(false);
});

test('case 9: a framed account page has no banner', async ({ driver, sandbox }) => {
  const page = await offeredPage(driver, sandbox);
  const inFrame = () =>
    page.evaluate(() => {
      const frame = document.querySelector('iframe')?.contentDocument;
      return {
        loaded: frame?.body?.textContent.includes('These are the methods you use'),
        hosts: frame?.querySelectorAll('html > div').length,
      };
    });
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = '/security-info';
    document.body.append(frame);
  });
  await until('the frame to load', async () => (await inFrame()).loaded);
  expect(await inFrame()).toEqual({ loaded: true, hosts: 0 });
});
