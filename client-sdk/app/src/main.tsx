import { render } from "preact";
import { App } from "./App";
import { language, words } from "./words";
import "./styles/base.css";
import "./styles/door.css";
import "./styles/board.css";

document.documentElement.lang = language;
document.title = words.appName;
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
