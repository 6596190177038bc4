import { render } from "preact";
import { App } from "./App";
import { keepAppearance } from "./state/appearance";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layers.css";
import "./styles/door.css";
import "./styles/tools.css";
import "./styles/board.css";

keepAppearance();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
