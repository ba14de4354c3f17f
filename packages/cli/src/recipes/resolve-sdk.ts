import { registerHooks } from "node:module";

/** Has a program, wherever it is, import the SDK of this installation. */
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("@forkd/sdk")) return next(specifier, context);
    return next(specifier, { ...context, parentURL: import.meta.url });
  },
});
