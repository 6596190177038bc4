/** Which screen an address means, and how to go to another without loading the page again. */
import { store } from "./state/store";

/** Screens of those who sign in; loaded when they are asked for. */
const PEOPLE_SCREENS = ["setup", "invite", "reset", "account", "admin", "panels", "timetable"] as const;

export type PeopleScreen = (typeof PEOPLE_SCREENS)[number];

export type Route = { readonly screen: "door" | "kiosk" | PeopleScreen } | { readonly screen: "board"; readonly board: string };

export function routeOf(path: string): Route {
  const board = /^\/b\/([0-9A-Za-z]+)\/?$/.exec(path)?.[1];
  if (board !== undefined) return { screen: "board", board };
  const people = PEOPLE_SCREENS.find((screen) => path === `/${screen}` || path === `/${screen}/`);
  if (people !== undefined) return { screen: people };
  return { screen: /^\/kiosk\/?$/.test(path) ? "kiosk" : "door" };
}

/** The address of a board; it keeps the language that was asked for. */
export function boardPath(board: string): string {
  return `/b/${board}${keptQuery()}`;
}

export function doorPath(): string {
  return `/${keptQuery()}`;
}

/** The panel's own screen; it keeps what the panel was set up with (`rest`, see kiosk/rest.ts). */
export function kioskPath(): string {
  return `/kiosk${keptQuery(["lang", "rest"])}`;
}

/** A screen of those who sign in; it keeps the language that was asked for. */
export function peoplePath(screen: PeopleScreen): string {
  return `/${screen}${keptQuery()}`;
}

export function isPeopleScreen(screen: string): screen is PeopleScreen {
  return PEOPLE_SCREENS.some((other) => other === screen);
}

export const route = store<Route>(routeOf(location.pathname));

export function go(path: string): void {
  history.pushState(null, "", path);
  route.set(routeOf(location.pathname));
}

window.addEventListener("popstate", () => route.set(routeOf(location.pathname)));

function keptQuery(names: readonly string[] = ["lang"]): string {
  const asked = new URLSearchParams(location.search);
  const kept = names.flatMap((name) => {
    const value = asked.get(name);
    return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}
