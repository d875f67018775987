// `npm run build`: every package, then the console.
import { build } from "./setup.mjs";

build();
