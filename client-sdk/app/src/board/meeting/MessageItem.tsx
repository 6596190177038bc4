/** One message: who said it and when, its words with addresses to press, and the way to take it back. */
import type { Message } from "@kakehashi/client";
import { words } from "../../words";
import { icons } from "../icons";
import { IconButton } from "../../ui/IconButton";
import { piecesOf } from "./links";
import { dayAndTime, timeOfDay } from "../../people/time";

export interface MessageItemProps {
  readonly message: Message;
  readonly name: string;
  readonly own: boolean;
  readonly onTakeBack: (() => void) | null;
}

export function MessageItem({ message, name, own, onTakeBack }: MessageItemProps) {
  const today = new Date(message.at).toDateString() === new Date().toDateString();
  return (
    <article class={`message ${own ? "own" : ""}`}>
      <p class="message-head">
        <bdi class="message-name">{name}</bdi>
        <time dateTime={new Date(message.at).toISOString()}>{today ? timeOfDay(message.at) : dayAndTime(message.at)}</time>
        {onTakeBack !== null && <IconButton class="message-back" label={words.talk.takeBack} icon={icons.close} onClick={onTakeBack} />}
      </p>
      <p class="message-words" dir="auto">
        {piecesOf(message.words).map(({ text, href }) =>
          href === null ? (
            text
          ) : (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {text}
            </a>
          ),
        )}
      </p>
    </article>
  );
}
