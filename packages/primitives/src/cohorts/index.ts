export { cohortName, declaredLevels, judgeCohort } from "./judge.js";
