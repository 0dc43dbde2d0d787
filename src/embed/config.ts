import type { SettingsOverride } from "../kernel/settings.ts";
import type { LMSPluginConfig } from "./ports.ts";

/** What of a host's configuration an organization's own settings stand above. */
export const overridesOf = ({ features, defaults }: LMSPluginConfig): SettingsOverride => ({
  ...(features ? { features } : {}),
  ...(defaults ? { defaults } : {}),
});
