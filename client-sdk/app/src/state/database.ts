/** A database on the device. It is opened when it is first asked for, and again after the browser closed it, as tablets do in the background. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** What it returns rejects where a page may keep nothing. */
export function database<Schema extends DBSchema>(
  name: string,
  format: number,
  upgrade: (database: IDBPDatabase<Schema>) => void,
): () => Promise<IDBPDatabase<Schema>> {
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = (): void => {
    opening = null;
  };
  const open = (): Promise<IDBPDatabase<Schema>> => {
    const opened = openDB<Schema>(name, format, {
      upgrade,
      // A newer version in another tab goes first.
      blocking(_current, _blocked, event) {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    });
    opened.catch(forget);
    return opened;
  };
  return () => (opening ??= open());
}
