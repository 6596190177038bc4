/** The actions beside what is selected. */
import type { ShapeRecord } from "@kakehashi/client";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../state/store";
import { duplicateSelected, type Order, remove, reorder, setLocked } from "../../tools/select/actions";
import type { Desk } from "../../tools/tool";
import { IconButton } from "../../ui/IconButton";
import { Menu } from "../../ui/Menu";
import type { Box } from "../../ui/place";
import { Popover } from "../../ui/Popover";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { isKnown, makersOf } from "../together/authors";
import { allBy, MadeBy, selectAllBy, useAuthors } from "../together/MadeBy";
import { copySelected, cutSelected } from "./clipboard";
import { hasLook, LookPanel } from "./LookPanel";
import { lookOf } from "./look";
import { freeFoot, placeBar } from "./place";

/** Of a rem: between the bar and the middle of a handle or of the lock mark. */
const GAP = 1.125;
/** Of a rem: between the bar and its neighbours at the foot. */
const FOOT_GAP = 0.75;

const ORDERS: readonly Order[] = ["front", "forward", "backward", "back"];

export function SelectionBar({ session }: { session: Session }) {
  const selection = useStore(session.selection);
  const tool = useStore(session.tool);
  useRecordChanges(session);
  const { desk } = session.selecting;
  const records = desk === null ? [] : selection.flatMap((id) => desk.scene.get(id)?.record ?? []);
  if (desk === null || records.length === 0 || (tool !== "select" && tool !== "hand")) return null;
  return <Bar session={session} desk={desk} records={records} />;
}

function Bar({ session, desk, records }: { session: Session; desk: Desk; records: readonly ShapeRecord[] }) {
  const bar = useRef<HTMLDivElement>(null);
  useBesideSelection(bar, session, desk);
  useAuthors(session);
  const makers = makersOf(session.board, records);
  const [maker, another] = makers;
  const choices = !isKnown(maker) || another !== undefined ? [] : [{ name: allBy(maker), icon: icons.selectAll, act: () => selectAllBy(session, maker) }];
  const free = records.filter(({ locked }) => !locked);
  const [lone] = records;
  const written = records.length === 1 && (lone?.kind === "text" || lone?.kind === "note") && !lone.locked ? lone : null;
  const action = (name: string, icon: ComponentChildren, act: () => void, kind?: string, hotkey?: string) => (
    <IconButton label={name} icon={icon} onClick={act} class={kind} hotkey={hotkey} />
  );
  return (
    <div class="bar selection-bar" ref={bar} role="toolbar" aria-label={words.selecting.selection}>
      <div class="selection-actions">
        {free.length === 0 ? (
          <IconButton label={words.selecting.unlock} icon={icons.unlock} class="named" onClick={() => setLocked(desk, false)}>
            <span>{words.selecting.unlock}</span>
          </IconButton>
        ) : (
          <>
            {hasLook(free) && <Look session={session} desk={desk} records={free} />}
            {written !== null && action(words.selecting.editSelected, icons.edit, () => desk.editText(written.id), undefined, "Enter")}
          </>
        )}
        {action(words.selecting.duplicate, icons.duplicate, () => duplicateSelected(desk), undefined, "Ctrl D")}
        {action(words.selecting.copySelected, icons.copyThings, () => copySelected(desk), undefined, "Ctrl C")}
        {free.length > 0 && (
          <>
            {action(words.selecting.cutSelected, icons.cut, () => cutSelected(desk), undefined, "Ctrl X")}
            <Menu
              label={words.selecting.order}
              icon={icons.order}
              side="above"
              clear={() => chosenPlace(session)}
              items={[ORDERS.map((to) => ({ name: words.selecting.orders[to], icon: icons[to], hotkey: ORDER_KEYS[to], act: () => reorder(desk, to) })), choices]}
            />
            {action(words.selecting.lock, icons.lock, () => setLocked(desk, true), undefined, "Shift L")}
            {action(words.deleteSelected, icons.remove, () => remove(desk), "danger", "Delete")}
          </>
        )}
      </div>
      <MadeBy makers={makers} />
    </div>
  );
}

const ORDER_KEYS: Readonly<Record<Order, string>> = { front: "Shift ]", forward: "]", backward: "[", back: "Shift [" };

function Look({ session, desk, records }: { session: Session; desk: Desk; records: readonly ShapeRecord[] }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        label={words.selecting.look}
        icon={icons.palette}
        anchor={anchor}
        popup="dialog"
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Popover anchor={anchor} side="above" label={words.selecting.look} class="look-panel" onClose={() => setOpen(false)} clear={() => chosenPlace(session)}>
          <LookPanel desk={desk} look={lookOf(records)} />
        </Popover>
      )}
    </>
  );
}

/** Where what is selected stands, which the panels of the bar are to leave in sight. */
function chosenPlace({ selecting }: Session): Box | null {
  const around = selecting.place.get();
  return around && { left: around.x, top: around.y, width: around.width, height: around.height };
}

/** Shows again what the board says of the selected records when any of them changes. */
function useRecordChanges({ board, selection }: Session): void {
  const [, count] = useState(0);
  useEffect(
    () =>
      board.on((event) => {
        if (event.type !== "records") return;
        const chosen = selection.get();
        if (chosen.length > 0 && (event.all || event.changed.some((id) => chosen.includes(id)))) count((before) => before + 1);
      }),
    [board, selection],
  );
}

/** Keeps the bar beside the selection, frame by frame, without drawing it anew. It is away while the selection is dragged. */
function useBesideSelection(bar: { readonly current: HTMLDivElement | null }, { selecting }: Session, desk: Desk): void {
  useLayoutEffect(() => {
    const put = (): void => {
      const element = bar.current;
      const around = selecting.place.get();
      if (element === null) return;
      element.style.visibility = around === null ? "hidden" : "";
      if (around === null) return;
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const at = placeBar(around, { width: element.offsetWidth, height: element.offsetHeight }, desk.freePlace(), GAP * rem, () => freeFoot(FOOT_GAP * rem));
      // Not by a transform: what the bar opens is placed in the window.
      element.style.left = `${Math.round(at.x)}px`;
      element.style.top = `${Math.round(at.y)}px`;
    };
    put();
    const observer = new ResizeObserver(put);
    if (bar.current !== null) observer.observe(bar.current);
    const stop = selecting.place.on(put);
    return () => {
      stop();
      observer.disconnect();
    };
  }, [bar, selecting, desk]);
}
