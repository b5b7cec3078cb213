/** Names of the members of a class that are nobody's but ours. */
function innerNames(ts, node) {
  return node.members
    .filter((member) => ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'internal'))
    .map((member) => member.name?.getText());
}

/**
 * The manifest tells what a page may use: neither private members nor those marked `@internal`, nor the events that
 * the analyzer guesses from `new SomeEvent(argument)`.
 */
function onlyWhatIsPublic() {
  const inner = new Set();
  return {
    name: 'only-what-is-public',
    analyzePhase({ ts, node }) {
      if (ts.isClassDeclaration(node)) for (const name of innerNames(ts, node)) inner.add(name);
    },
    packageLinkPhase({ customElementsManifest }) {
      // Folders are listed in another order on another disk; the file is the same everywhere.
      customElementsManifest.modules.sort((one, other) => (one.path < other.path ? -1 : 1));
      for (const { declarations = [] } of customElementsManifest.modules) {
        for (const declaration of declarations) {
          const open = ({ name, privacy }) =>
            !privacy?.startsWith('pr') &&
            !name?.startsWith('#') &&
            !inner.has(name) &&
            name !== 'connectedMoveCallback';
          if (declaration.members) declaration.members = declaration.members.filter(open);
          const { attributes, events } = declaration;
          const names = new Set(declaration.members?.map(({ name }) => name));
          if (attributes)
            declaration.attributes = attributes.filter(({ fieldName }) => !fieldName || names.has(fieldName));
          if (events) declaration.events = events.filter(({ name }) => name?.startsWith('nes-'));
        }
      }
    },
  };
}

/** Files come in the order in which a disk lists them; the description must be the same on every machine. */
function inOrder() {
  return {
    name: 'in-order',
    packageLinkPhase({ customElementsManifest }) {
      customElementsManifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

/** What the custom elements analyzer reads and how. */
export default {
  globs: ['src/elements/**/*.ts'],
  exclude: ['src/**/*.test.ts', 'src/**/*.styles.ts'],
  litelement: true,
  packagejson: false,
  plugins: [onlyWhatIsPublic(), inOrder()],
};
