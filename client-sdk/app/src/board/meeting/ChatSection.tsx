/** What is said without a voice: with all, and at the own desk with those who lead; these have a thread with each. */
import type { RecordId } from "@kakehashi/client";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import { Composer } from "./Composer";
import { leads, takesPart } from "./leads";
import { MessageItem } from "./MessageItem";
import type { SectionProps } from "./sections";
import type { Thread, ThreadId } from "./talk";

/** CSS pixels from the end within which new words are followed; whoever reads farther up is not disturbed. */
const NEAR_END = 80;

export function ChatSection({ session }: SectionProps) {
  const { board, talk } = session;
  const meeting = useStore(session.meeting);
  const threads = useStore(talk.threads);
  const said = useStore(talk.said);
  const [chosen, setChosen] = useState<ThreadId>(null);
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  const desk = threads.some((thread) => thread.desk === chosen) ? chosen : null;
  useEffect(() => {
    talk.read(desk);
    follows.current = true;
    return () => talk.read(undefined);
  }, [talk, desk]);
  const messages = useMemo(() => talk.messages(desk), [talk, desk, said]);
  useLayoutEffect(() => {
    if (list.current !== null && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [desk, said, messages.length]);

  const takeBack = (message: RecordId): void => {
    // The button goes with its message.
    if (session.govern(() => board.retract(message, desk ?? undefined))) list.current?.focus({ preventScroll: true });
  };

  if (!takesPart(meeting)) return <p class="hint">{words.talk.chatForParticipants}</p>;
  const lead = leads(meeting);
  // Whoever looks on may ask, and does not speak to all.
  const silent = desk === null && meeting.me?.role === "viewer";
  const nameOf = (participant: string | null): string => meeting.participants.find(({ id }) => id === participant)?.name ?? words.somebody;
  return (
    <div class="chat">
      <ThreadChoice threads={threads} value={desk} lead={lead} onChange={setChosen} />
      <div
        class="chat-messages"
        ref={list}
        role="log"
        aria-label={words.talk.messages}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => (follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END)}
      >
        {messages.length === 0 && <p class="hint">{desk === null ? words.talk.nothingSaid : lead ? words.talk.nothingSaidAtDesk : words.talk.nothingAsked}</p>}
        {messages.map((message) => {
          const own = message.participant !== null && message.participant === meeting.me?.participant;
          return (
            <MessageItem
              key={message.id}
              message={message}
              name={own ? words.talk.you : nameOf(message.participant)}
              own={own}
              onTakeBack={own || lead ? () => takeBack(message.id) : null}
            />
          );
        })}
      </div>
      {silent ? <p class="hint">{words.talk.viewersAsk}</p> : <Composer key={desk} label={composerLabel(desk, lead, threads)} onSay={(text) => session.govern(() => board.say(text, desk ?? undefined))} />}
    </div>
  );
}

function composerLabel(desk: ThreadId, lead: boolean, threads: readonly Thread[]): string {
  if (desk === null) return words.talk.sayToAll;
  return lead ? words.talk.sayTo(threads.find((thread) => thread.desk === desk)?.name ?? words.somebody) : words.talk.sayToLeaders;
}

interface ThreadChoiceProps {
  readonly threads: readonly Thread[];
  readonly value: ThreadId;
  readonly lead: boolean;
  readonly onChange: (desk: ThreadId) => void;
}

/** Stands for the thread with all among the values of the list. */
const ALL = "";

function ThreadChoice({ threads, value, lead, onChange }: ThreadChoiceProps) {
  const nameOf = ({ desk, name }: Thread): string => (desk === null ? words.talk.everyone : lead ? name : words.talk.leaders);
  const list = useRef<HTMLSelectElement>(null);
  const news = threads.filter(({ desk, unread }) => unread > 0 && desk !== value);
  return (
    <div class="chat-threads">
      <label class="chat-thread">
        <span class="field-name">{words.talk.with}</span>
        <select class="field" ref={list} value={value ?? ALL} onChange={({ currentTarget }) => onChange(currentTarget.value === ALL ? null : currentTarget.value)}>
          {threads.map((thread) => (
            <option key={thread.desk} value={thread.desk ?? ALL}>
              {thread.unread > 0 ? words.talk.threadWithUnread(nameOf(thread), thread.unread) : nameOf(thread)}
            </option>
          ))}
        </select>
      </label>
      {news.length > 0 && (
        <div class="chat-news" role="group" aria-label={words.talk.unreadThreads}>
          {news.map((thread) => (
            <button
              key={thread.desk}
              type="button"
              onClick={() => {
                onChange(thread.desk);
                // Once it is read, the button goes.
                list.current?.focus({ preventScroll: true });
              }}
            >
              <bdi class="chat-news-name">{nameOf(thread)}</bdi>
              <span class="meeting-news" aria-hidden="true">
                {thread.unread}
              </span>
              <span class="unseen">{words.talk.unread(thread.unread)}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
