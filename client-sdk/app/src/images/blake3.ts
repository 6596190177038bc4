/**
 * BLAKE3 of a file (the paper's section 2, without keys): the name under which the server keeps it. A picture
 * has its name before it is sent, so that it can stand on the board while there is no server.
 */

const IV = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19] as const;
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8] as const;
const ROUNDS = 7;
const CHUNK_BYTES = 1024;
const BLOCK_BYTES = 64;
const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

/** What a node of the tree compresses last: as the root it is compressed with another flag. */
interface Node {
  readonly chaining: Uint32Array;
  readonly block: Uint32Array;
  readonly counter: number;
  readonly length: number;
  readonly flags: number;
}

const state = new Uint32Array(16);
const words = new Uint32Array(16);
const next = new Uint32Array(16);

/** 64 hexadecimal digits. */
export function blake3(bytes: Uint8Array): string {
  // Subtrees of the left, the largest first; each is twice the one after it.
  const stack: Uint32Array[] = [];
  const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  for (let chunk = 0; chunk < chunks - 1; chunk++) {
    let chaining = finish(chunkNode(bytes, chunk), 0);
    for (let total = chunk + 1; total % 2 === 0; total /= 2) {
      chaining = finish(parentNode(stack.pop() ?? chaining, chaining), 0);
    }
    stack.push(chaining);
  }
  let node = chunkNode(bytes, chunks - 1);
  for (let left = stack.pop(); left !== undefined; left = stack.pop()) node = parentNode(left, finish(node, 0));
  const root = finish(node, ROOT);
  const digest = new DataView(new ArrayBuffer(32));
  root.forEach((word, i) => digest.setUint32(i * 4, word, true));
  return Array.from(new Uint8Array(digest.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function chunkNode(bytes: Uint8Array, counter: number): Node {
  const start = counter * CHUNK_BYTES;
  const end = Math.min(bytes.length, start + CHUNK_BYTES);
  let chaining = Uint32Array.from(IV);
  let flags = CHUNK_START;
  let at = start;
  for (; end - at > BLOCK_BYTES; at += BLOCK_BYTES) {
    chaining = compress(chaining, blockAt(bytes, at, BLOCK_BYTES), counter, BLOCK_BYTES, flags);
    flags = 0;
  }
  return { chaining, block: blockAt(bytes, at, end - at), counter, length: end - at, flags: flags | CHUNK_END };
}

function parentNode(left: Uint32Array, right: Uint32Array): Node {
  const block = new Uint32Array(16);
  block.set(left, 0);
  block.set(right, 8);
  return { chaining: Uint32Array.from(IV), block, counter: 0, length: BLOCK_BYTES, flags: PARENT };
}

function finish(node: Node, flags: number): Uint32Array {
  return compress(node.chaining, node.block, node.counter, node.length, node.flags | flags);
}

function blockAt(bytes: Uint8Array, start: number, length: number): Uint32Array {
  const block = new Uint32Array(16);
  for (let i = 0; i < length; i++) block[i >> 2] = (block[i >> 2] ?? 0) | ((bytes[start + i] ?? 0) << (8 * (i & 3)));
  return block;
}

function compress(
  chaining: Uint32Array,
  block: Uint32Array,
  counter: number,
  length: number,
  flags: number,
): Uint32Array<ArrayBuffer> {
  state.set(chaining);
  state.set(IV.slice(0, 4), 8);
  state[12] = counter >>> 0;
  state[13] = Math.floor(counter / 0x100000000);
  state[14] = length;
  state[15] = flags;
  words.set(block);
  for (let round = 0; round < ROUNDS; round++) {
    mix(0, 4, 8, 12, 0);
    mix(1, 5, 9, 13, 2);
    mix(2, 6, 10, 14, 4);
    mix(3, 7, 11, 15, 6);
    mix(0, 5, 10, 15, 8);
    mix(1, 6, 11, 12, 10);
    mix(2, 7, 8, 13, 12);
    mix(3, 4, 9, 14, 14);
    PERMUTATION.forEach((from, i) => (next[i] = words[from] ?? 0));
    words.set(next);
  }
  const out = new Uint32Array(8);
  for (let i = 0; i < 8; i++) out[i] = (state[i] ?? 0) ^ (state[i + 8] ?? 0);
  return out;
}

function mix(a: number, b: number, c: number, d: number, word: number): void {
  quarter(a, b, c, d, words[word] ?? 0, 16, 12);
  quarter(a, b, c, d, words[word + 1] ?? 0, 8, 7);
}

function quarter(a: number, b: number, c: number, d: number, word: number, first: number, second: number): void {
  const va = ((state[a] ?? 0) + (state[b] ?? 0) + word) >>> 0;
  const vd = turned((state[d] ?? 0) ^ va, first);
  const vc = ((state[c] ?? 0) + vd) >>> 0;
  state[a] = va;
  state[d] = vd;
  state[c] = vc;
  state[b] = turned((state[b] ?? 0) ^ vc, second);
}

function turned(value: number, by: number): number {
  return ((value >>> by) | (value << (32 - by))) >>> 0;
}
