/** Version of the vocabulary (Hierarchical Event Descriptors) of which every exported tag is a word. */
export const HED_VERSION = '8.3.0';
