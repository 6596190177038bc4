/** One WebSocket to the server: whole messages in and out, and word of its end, once. */

/** What the owner of a socket is told. */
export interface SocketListener {
  opened(): void;
  message(bytes: Uint8Array): void;
  closed(): void;
}

export class Socket {
  readonly #socket: WebSocket;
  #listener: SocketListener | undefined;

  constructor(url: string, listener: SocketListener) {
    this.#listener = listener;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#listener?.opened();
    this.#socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#listener?.message(new Uint8Array(event.data));
    this.#socket.onclose = () => this.#end();
    this.#socket.onerror = () => this.#end();
  }

  /** Sends a message, unless the socket is closing; what is lost so is sent again after reconnecting. */
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  /** Closes it without telling the listener. */
  close(): void {
    this.#listener = undefined;
    this.#socket.close();
  }

  #end(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#socket.close();
    listener?.closed();
  }
}
