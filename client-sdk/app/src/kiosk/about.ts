/** What a panel says of itself, so that those who look after many know which is out of date. */

/** The browser and what it runs on, in a few words; `agent`: as browsers name themselves. */
export function browserOf(agent: string): string {
  const browsers = [
    ["Edge", /Edg(?:A|iOS)?\/(\d+)/],
    ["Samsung Internet", /SamsungBrowser\/(\d+)/],
    ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
    ["Chromium", /(?:Chrome|CriOS)\/(\d+)/],
    ["Safari", /Version\/(\d+).*Safari/],
  ] as const;
  const systems = [
    ["Android", /Android/],
    ["ChromeOS", /CrOS/],
    ["iPad", /iPad/],
    ["iPhone", /iPhone/],
    ["Windows", /Windows/],
    ["macOS", /Mac OS X/],
    ["Linux", /Linux/],
  ] as const;
  const [browser] = browsers.flatMap(([name, pattern]) => {
    const version = pattern.exec(agent)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  });
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0];
  return [browser ?? "another browser", ...(system === undefined ? [] : [system])].join(", ");
}

/** The version of the app that this page runs: the name that its build gave to its first script. */
export function appVersion(): string {
  const script = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? "";
  return /index-([\w-]+)\.js/.exec(script)?.[1] ?? "in development";
}
