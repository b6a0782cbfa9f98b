// Validates catalogues against the schema: node validate.mjs SCHEMA CATALOGUE… prints, for each, "valid" or what is wrong first.
import { readFile } from "node:fs/promises";
import Ajv from "ajv/dist/2020.js";

const read = async (name) => JSON.parse(await readFile(name, "utf8"));
const [schema, ...catalogues] = process.argv.slice(2);
const validate = new Ajv.default({ allowUnionTypes: true }).compile(await read(schema));
for (const name of catalogues) {
  const [first] = validate(await read(name)) ? [] : validate.errors;
  console.log(first ? `${first.instancePath} ${first.message}` : "valid");
}
