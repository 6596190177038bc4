import { render } from "preact";
import { App } from "./App";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/door.css";
import "./styles/board.css";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
