// Firefox's profiler. Each function runs alone in the browser window, without imports. Format:
// https://github.com/firefox-devtools/profiler/blob/main/docs-developer/gecko-profile-format.md
// biome-ignore-start lint/suspicious/noExplicitAny: Firefox's own objects have no types
declare const Services: any;
// biome-ignore-end lint/suspicious/noExplicitAny: Firefox's own objects have no types

export const firefoxProfiler = {
  async start(_nothing: object): Promise<void> {
    await Services.profiler.StartProfiler(1_000_000, 1, ['js', 'cpu'], ['GeckoMain']);
  },

  /** Main-thread milliseconds by category and subcategory, of processes whose names begin with the prefix. */
  async stop({ processes: named }: { processes: string }): Promise<Record<string, number>> {
    const { meta, processes } = await Services.profiler.getProfileDataAsync();
    await Services.profiler.StopProfiler();
    const times: Record<string, number> = {};
    const perMs = meta.sampleUnits.threadCPUDelta === 'ns' ? 1_000_000 : 1_000;
    for (const { threads } of processes) {
      for (const { processName, samples, stackTable, frameTable } of threads) {
        if (!String(processName).startsWith(named)) continue;
        const at = { sample: samples.schema, stack: stackTable.schema, frame: frameTable.schema };
        const nameOf = (stack: number | null): string => {
          // The innermost frame with a category.
          for (let index = stack; index !== null && index !== undefined; ) {
            const [prefix, frame] = [stackTable.data[index][at.stack.prefix], stackTable.data[index][at.stack.frame]];
            const category = meta.categories[frameTable.data[frame][at.frame.category]];
            const subcategory = frameTable.data[frame][at.frame.subcategory];
            if (category) return `${category.name}: ${category.subcategories?.[subcategory] ?? ''}`;
            index = prefix;
          }
          return 'Other: ';
        };
        for (const sample of samples.data) {
          const spent = (sample[at.sample.threadCPUDelta] ?? 0) / perMs;
          const name = nameOf(sample[at.sample.stack]);
          times[name] = (times[name] ?? 0) + spent;
        }
      }
    }
    return times;
  },
};
