import { fileURLToPath } from 'node:url'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TESTS = ['packages/*/test/**', 'relay/test/**', 'web/test/**', 'test/**', '**/bench/**']
const APPS = ['packages/cli/**', 'packages/simulator/{bin/**,src/cli/**,src/main.ts}', 'relay/**']

/** What the language offers and this repository does without, with what to write instead. */
const EVERYWHERE = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: one thing has one name wherever it is used.'
  },
  {
    selector: 'ExportAllDeclaration',
    message: 'Name what a door exports, so that nothing leaves a package by accident.'
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
  {
    selector: 'TSModuleDeclaration[kind!="global"]',
    message: 'A file is the only namespace.'
  },
  { selector: 'TSParameterProperty', message: 'Declare the field.' },
  {
    selector: [
      'MemberExpression[object.name=/^(describe|it|context)$/][property.name=/^(only|skip)$/]',
      'MemberExpression[object.name=/^(describe|it|context)$/][property.value=/^(only|skip)$/]'
    ].join(', '),
    message: 'A test is there for everyone, or it is not there.'
  }
]

const SOURCE = [
  ...EVERYWHERE,
  {
    selector: 'NewExpression[callee.name="Error"], CallExpression[callee.name="Error"]',
    message: 'Use the class of packages/protocol/src/errors.ts that says what the caller should do.'
  },
  { selector: 'Literal[raw="null"], TSNullKeyword', message: 'We say undefined.' }
]

const CORE = [
  ...SOURCE,
  {
    selector: ':function[async=true], AwaitExpression, ForOfStatement[await=true]',
    message: 'A machine is synchronous: return an effect and take its answer as an input.'
  },
  {
    selector:
      'Identifier[name="Promise"], TSTypeReference[typeName.name=/^(Promise|PromiseLike|AsyncIterable)$/]',
    message: 'A machine is synchronous: return an effect and take its answer as an input.'
  },
  {
    selector: 'Identifier[name="Date"]',
    message: 'A machine learns the time from atMs of its input.'
  },
  {
    selector:
      'MemberExpression[object.name="Math"][property.name=/^(random|exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|cbrt)$/]',
    message: 'Randomness comes from Random; these functions differ between engines.'
  },
  {
    selector: 'BinaryExpression[operator="**"]:not([left.value=2])',
    message: 'Powers differ between engines, but for those of two.'
  },
  {
    selector: 'ForInStatement',
    message: 'Iterate only arrays, Map and Set: their order is certain.'
  }
]

/** What one machine gives and the next may not: neither a run nor a machine may see it. */
const SIMULATED = [...SOURCE, ...CORE.slice(-4)]

const PAGE = [
  {
    selector:
      'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|write|srcdoc)$/], JSXAttribute[name.name="dangerouslySetInnerHTML"]',
    message: 'Make elements; texts stay texts.'
  },
  { selector: 'JSXAttribute[name.name="style"]', message: 'The page allows no inline styles.' },
  {
    selector: 'NewExpression[callee.name="Worker"]',
    message: 'state/peer-worker.ts starts the worker: the one policy of Trusted Types is there.'
  },
  {
    selector:
      'Identifier[name=/^(webkit)?RTCPeerConnection$/]:not(TSTypeReference Identifier), Literal[value=/RTCPeerConnection/]',
    message:
      'state/peer-connections.ts makes connections of WebRTC: no policy limits whom they reach.'
  }
]
/** What only one file of the page may do. */
const ONLY_WORKER = PAGE.at(-2)
const ONLY_PATHS = PAGE.at(-1)

/** Rules for plain JavaScript and TypeScript alike; the compiler finds what is not listed. */
const PLAIN = {
  eqeqeq: 'error',
  'no-alert': 'error',
  'no-async-promise-executor': 'error',
  'no-cond-assign': 'error',
  'no-console': 'error',
  'no-constant-binary-expression': 'error',
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-empty': 'error',
  'no-empty-character-class': 'error',
  'no-eval': 'error',
  'no-extend-native': 'error',
  'no-fallthrough': 'error',
  'no-loss-of-precision': 'error',
  'no-new-func': 'error',
  'no-param-reassign': 'error',
  'no-promise-executor-return': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-assignment': 'error',
  'no-useless-backreference': 'error',
  'no-useless-escape': 'error',
  'no-useless-rename': 'error',
  'no-useless-return': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
  'object-shorthand': ['error', 'properties'],
  'prefer-const': 'error',
  'preserve-caught-error': 'error',
  'require-yield': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
  'max-lines': ['error', { max: 600 }]
}

const TYPED = {
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // It takes a field for unchanged across an await, and an outside library's types at their word.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  // An AbortSignal's reason is anything at all, and is thrown as it is.
  '@typescript-eslint/only-throw-error': [
    'error',
    { allowThrowingAny: true, allowThrowingUnknown: true }
  ],
  '@typescript-eslint/prefer-promise-reject-errors': [
    'error',
    { allowThrowingAny: true, allowThrowingUnknown: true }
  ],
  '@typescript-eslint/prefer-readonly': 'error',
  // What implements a port answers with a promise whether it waits for anything or not.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true }
  ]
}

const config = defineConfig(
  { ignores: ['**/dist/**', '**/out/**', '**/node_modules/**', 'packages/protocol/src/gen/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs', '**/*.js'],
    rules: {
      ...PLAIN,
      'max-lines-per-function': ['error', { max: 70 }],
      'no-restricted-syntax': ['error', ...SOURCE]
    }
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
    rules: TYPED
  },
  {
    files: ['packages/core/src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...CORE] }
  },
  {
    files: ['packages/simulator/src/**/*.ts'],
    ignores: ['packages/simulator/src/{cli,output}/**', 'packages/simulator/src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SIMULATED] }
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-restricted-syntax': ['error', ...EVERYWHERE],
      '@typescript-eslint/no-empty-function': 'off'
    }
  },
  { files: APPS, rules: { 'no-console': 'off' } },
  {
    // A page may be made of what people say: nothing of it is ever read as HTML or as a script.
    files: ['web/src/**/*.{ts,tsx}', 'packages/{dashboard,desk-page}/src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...SOURCE, ...PAGE] }
  },
  {
    files: ['web/src/state/peer-worker.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...SOURCE, ...PAGE.filter((rule) => rule !== ONLY_WORKER)]
    }
  },
  {
    files: ['web/src/state/peer-connections.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...SOURCE, ...PAGE.filter((rule) => rule !== ONLY_PATHS)]
    }
  },
  // Vite gives the address of a worker's script as a default export.
  { files: ['web/src/vite-worker.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // Tools ask for a default export by their own convention.
  { files: ['test/tidy/*.mjs', 'test/tidy/reporter.ts'], rules: { 'no-restricted-syntax': 'off' } }
)

export default config
