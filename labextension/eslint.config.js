import tseslint from 'typescript-eslint';

export default tseslint.config(
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      // Who reads a boolean or a number in a text sees what stands there.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A handler of the page may be async; what goes wrong in it is caught where it is called from.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // The type of an answer is named where it is asked for.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Names and texts come from strangers: text nodes only.' },
        { property: 'outerHTML', message: 'Names and texts come from strangers: text nodes only.' }
      ]
    }
  }
);
