/** Asks once before something that others notice, or that cannot be taken back. */
import { Dialog } from "./Dialog";

export interface AskProps {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  /** What is said yes to cannot be taken back. */
  readonly danger?: boolean;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

export function Ask({ title, text, yes, no, danger = false, onYes, onClose }: AskProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" data-first="" onClick={onClose}>
            {no}
          </button>
          <button
            type="button"
            class={danger ? "danger" : "primary"}
            onClick={() => {
              onClose();
              onYes();
            }}
          >
            {yes}
          </button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
