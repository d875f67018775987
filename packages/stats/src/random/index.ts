export { randomNormal } from "./normal.js";
export {
  type RandomSource,
  seededRandom,
  type Xoshiro128,
  type Xoshiro128State,
  xoshiro128,
} from "./xoshiro.js";
