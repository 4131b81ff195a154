/**
 * Size budget: a file has at most 300 lines (warning) and never more than 500; a function at most 40 and never more
 * than 80. Tests have no function limit, generated files have none at all.
 */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const FILE = { soft: 300, hard: 500 };
const FUNCTION = { soft: 40, hard: 80 };

interface Finding {
  readonly place: string;
  readonly lines: number;
  readonly limit: number;
  readonly fatal: boolean;
}

const files = globSync(['{src,web,test,scripts,bench}/**/*.{ts,tsx,mjs,css}', '*.ts', 'migrations/*.sql'])
  .filter((file) => !/\.gen\.ts$|(^|\/)node_modules\/|^migrations\/schema\.sql$/.test(file))
  .sort();
const findings = files.flatMap(findingsOf);
for (const one of findings) {
  console.log(`${one.fatal ? 'TOO LONG' : 'long'}: ${one.place} has ${one.lines} lines (${one.fatal ? 'limit' : 'aim'} ${one.limit})`);
}
console.log(`${files.length} files.`);
if (files.length < 20) throw new Error('Too few files were found: the check itself is broken.');
process.exitCode = findings.some((one) => one.fatal) ? 1 : 0;

function findingsOf(file: string): Finding[] {
  const text = readFileSync(file, 'utf8');
  const found = measured(file, text.split('\n').length - 1, FILE);
  const isTest = file.startsWith('test/') || /\.test\.tsx?$/.test(file);
  return /\.tsx?$/.test(file) && !isTest ? [...found, ...functionFindings(file, text)] : found;
}

function functionFindings(file: string, text: string): Finding[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) {
      const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
      found.push(...measured(`${file}:${first + 1} ${nameOf(node)}`, last - first + 1, FUNCTION));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (node.name) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : 'a function without a name';
}

function measured(place: string, lines: number, limit: { soft: number; hard: number }): Finding[] {
  if (lines <= limit.soft) return [];
  const fatal = lines > limit.hard;
  return [{ place, lines, limit: fatal ? limit.hard : limit.soft, fatal }];
}
