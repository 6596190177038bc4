/** Asks once before something that others notice. */
import { Dialog } from "../../ui/Dialog";

export interface AskProps {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

export function Ask({ title, text, yes, no, onYes, onClose }: AskProps) {
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
            class="primary"
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
