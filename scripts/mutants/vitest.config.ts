/** Vitest for scripts/mutants.ts: the tests of one area alone. */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import all from '../../vitest.config.ts';

const tests = JSON.parse(process.env.NES_MUTANTS_TESTS ?? '[]') as string[];
const projects = (all.test?.projects ?? []) as TestProjectInlineConfiguration[];

export default defineConfig({
  test: {
    ...all.test,
    // What was noticed once is noticed.
    retry: 0,
    projects: projects.flatMap((project) => {
      const { name, include = [] } = project.test ?? {};
      const own =
        name === 'browser'
          ? tests.filter((file) => file.endsWith('.browser.test.ts'))
          : include.filter((file) => tests.includes(file));
      if (own.length === 0) return [];
      return [
        {
          ...project,
          test: { ...project.test, include: name === 'browser' ? own.map((file) => file.replace(/^web\//, '')) : own },
        },
      ];
    }),
  },
});
