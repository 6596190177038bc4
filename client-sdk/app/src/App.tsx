import { BoardScreen } from "./board/BoardScreen";
import { Door } from "./door/Door";
import { route } from "./route";
import { useStore } from "./state/store";

export function App() {
  const shown = useStore(route);
  return shown.screen === "board" ? <BoardScreen key={shown.board} board={shown.board} /> : <Door />;
}
