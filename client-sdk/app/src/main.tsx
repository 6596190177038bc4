import { render } from "preact";
import { App } from "./App";
import { keepAppearance } from "./state/appearance";
import { registerWorker } from "./offline/worker";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layers.css";
import "./styles/door.css";
import "./styles/tools.css";
import "./styles/board.css";
import "./styles/select.css";
import "./styles/bars.css";
import "./styles/dialogs.css";

keepAppearance();
const root = document.getElementById("app");
registerWorker();
if (root !== null) render(<App />, root);
